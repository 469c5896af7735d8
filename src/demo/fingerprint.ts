import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '#host';

/**
 * A hash over every byte of a repository that could change: its tracked files, and everything of its git folder. Undefined for what is no folder
 * here, such as a URL.
 */
export async function fingerprint(repo: string): Promise<string | undefined> {
  if (!existsSync(repo)) return undefined;
  const hash = createHash('sha256');
  for (const path of [...(await listTracked(repo)), ...(await listGitFolder(repo))]) await add(hash, path);
  return hash.digest('hex');
}

async function listTracked(repo: string): Promise<string[]> {
  const { stdout, code } = await runProgram({ cwd: repo, env: gitEnv(), outputBytesMax: 64 * 1024 * 1024 }, ['git', 'ls-files', '-z']);
  return code === 0
    ? stdout
        .split('\0')
        .filter((name) => name !== '')
        .sort()
        .map((name) => join(repo, name))
    : [];
}

/** A linked worktree keeps its git folder elsewhere; git knows where. */
async function listGitFolder(repo: string): Promise<string[]> {
  const { stdout, code } = await runProgram({ cwd: repo, env: gitEnv() }, ['git', 'rev-parse', '--path-format=absolute', '--git-common-dir']);
  if (code !== 0) return [];
  const root = stdout.trim();
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const gitEnv = () => ({ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' });

async function add(hash: ReturnType<typeof createHash>, path: string): Promise<void> {
  hash.update(`${path}\0`);
  try {
    const { isFile, mode } = await stat(path).then((found) => ({ isFile: found.isFile(), mode: found.mode }));
    hash.update(`${mode}\0`);
    if (isFile) hash.update(await readFile(path));
  } catch {
    // A link that leads nowhere, or a file that is not checked out, is what it is: its target or its absence.
    hash.update(await readlink(path).catch(() => 'absent'));
  }
}

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemClock } from '#host';
import { type Cleanup, tempDir } from '#host/testing';
import { cloneBare } from './clone-bare.ts';
import { type Git, openGit } from './open-git.ts';
import { installReferenceGuard } from './reference-guard.ts';

/** Git as Baton runs it, without the configuration of whoever runs the tests. */
export function openTestGit({ lockWaitMs = 2000 }: { lockWaitMs?: number } = {}): Git {
  return openGit({
    env: { PATH: process.env.PATH, HOME: '/nonexistent' },
    identity: { name: 'Baton', email: 'baton@localhost' },
    clock: systemClock,
    lockWaitMs,
  });
}

const plainEnv = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Toast',
  GIT_AUTHOR_EMAIL: 'toast@example.org',
  GIT_COMMITTER_NAME: 'Toast',
  GIT_COMMITTER_EMAIL: 'toast@example.org',
};

/** Git as an agent types it: no settings of ours, another identity. Answers what it printed; throws where it failed. */
export function plainGit(dir: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: dir, env: plainEnv, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
}

/** The same, but a failure is an answer too. */
export function tryPlainGit(dir: string, ...args: string[]): { code: number | null; stderr: string } {
  const { status, stderr } = spawnSync('git', args, { cwd: dir, env: plainEnv, encoding: 'utf8' });
  return { code: status, stderr };
}

/** Writes files, by path under `dir`, with the folders above them. */
export function writeFiles(dir: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
}

/** Writes the files and commits all there is; answers the commit. */
export function commitFiles(dir: string, message: string, files: Readonly<Record<string, string>>): string {
  writeFiles(dir, files);
  plainGit(dir, 'add', '--all');
  plainGit(dir, 'commit', '--quiet', '--allow-empty', '-m', message);
  return plainGit(dir, 'rev-parse', 'HEAD');
}

/** An ordinary repository on `main` with one commit of these files. */
export function makeSource(dir: string, files: Readonly<Record<string, string>> = { 'README.md': 'hello\n' }): string {
  mkdirSync(dir, { recursive: true });
  plainGit(dir, 'init', '--quiet', '-b', 'main');
  commitFiles(dir, 'first', files);
  return dir;
}

/** A folder with a source and its bare clone with the guard, as `rig add` makes them; all gone after the test. */
export async function makeRig(
  test: Cleanup,
  git: Git = openTestGit(),
  files?: Readonly<Record<string, string>>,
): Promise<{ dir: string; source: string; repo: string; head: string }> {
  const dir = tempDir(test);
  const [source, repo] = [makeSource(join(dir, 'source'), files), join(dir, 'repo.git')];
  const { head, target } = await cloneBare(git, { source, dir: repo });
  await installReferenceGuard(git, { repo, target });
  return { dir, source, repo, head };
}

/** A process of its own that runs one verb of this room, to be killed; `fault` arms a fault point in it. */
export function startVerb(
  verb: string,
  request: unknown,
  { fault = '' }: { fault?: string } = {},
): { child: ChildProcess; exited: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }> } {
  const script = `import * as room from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
import { openTestGit } from ${JSON.stringify(import.meta.filename)};
await room[${JSON.stringify(verb)}](openTestGit(), ${JSON.stringify(request)});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, BATON_FAULT: fault },
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, stderr })),
  );
  return { child, exited };
}

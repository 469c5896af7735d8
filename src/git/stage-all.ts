import { constants } from 'node:fs';
import { access, lstat } from 'node:fs/promises';
import { Fault } from '#base';
import { excludePathspec, type GitName, isFolder } from './git-name.ts';
import type { SkippedFile } from './model.ts';
import type { Git } from './open-git.ts';
import { readStatus, type Status, statusArgs } from './read-status.ts';
import { askGit, explainFailure, runGit } from './run-git.ts';

/** Ten megabytes: what DESIGN.md H2 keeps of one untracked file. */
const fileBytesMaxDefault = 10 * 1024 * 1024;

export type StageRequest = { readonly dir: string; readonly fileBytesMax?: number | undefined; readonly env?: Readonly<Record<string, string>> };

/**
 * Puts into the index all that is there: tracked files as they are now, gone ones as gone, untracked ones that are not ignored. Left out and listed:
 * untracked files over `fileBytesMax`, repositories inside, what cannot be read, and submodules with changes of their own.
 */
export async function stageAll(git: Git, request: StageRequest): Promise<{ status: Status; skipped: SkippedFile[] }> {
  const { dir, fileBytesMax = fileBytesMaxDefault, env = {} } = request;
  const status = await readAll(git, request);
  const left = await chooseLeftOut(dir, status.untracked, fileBytesMax);
  const input = ['.', ...left.map(({ name }) => excludePathspec(name))].map((line) => `${line}\n`).join('');
  const args = ['add', '--all', '--ignore-errors', '--pathspec-from-file=-'];
  const added = await runGit(git, { dir, args, env, input });
  const isHalfDone = added.code === 1 && !/No space left|Disk quota|unable to write|insufficient permission/i.test(added.stderr);
  if (added.code !== 0 && !isHalfDone) throw explainFailure({ dir, args }, added);
  const unread = isHalfDone ? await listUnstaged(git, request, left) : [];
  const submodules = status.changed.filter((file) => file.hasOwnChanges).map(({ path }) => ({ path, bytes: 0, reason: 'repository' as const }));
  return { status, skipped: [...left.map(({ file }) => file), ...unread, ...submodules] };
}

async function readAll(git: Git, { dir, env = {} }: StageRequest): Promise<Status> {
  return readStatus(await askGit(git, { dir, args: [...statusArgs, '--untracked-files=all', '--no-renames'], env }));
}

type LeftOut = { readonly name: GitName; readonly file: SkippedFile };

async function chooseLeftOut(dir: string, names: readonly GitName[], fileBytesMax: number): Promise<LeftOut[]> {
  const chosen: LeftOut[] = [];
  for (const name of names) {
    const reason = isFolder(name) ? { reason: 'repository' as const, bytes: 0 } : await judgeFile(dir, name, fileBytesMax);
    if (reason !== undefined) chosen.push({ name, file: { path: name.text, ...reason } });
  }
  return chosen;
}

async function judgeFile(dir: string, { bytes }: GitName, fileBytesMax: number): Promise<Omit<SkippedFile, 'path'> | undefined> {
  const path = Buffer.concat([Buffer.from(`${dir}/`), bytes]);
  try {
    const stat = await lstat(path);
    if (!stat.isFile()) return undefined;
    if (stat.size > fileBytesMax) return { reason: 'large', bytes: stat.size };
    return await access(path, constants.R_OK).then(
      () => undefined,
      () => ({ reason: 'unreadable', bytes: stat.size }),
    );
  } catch {
    // Gone since git listed it.
    return undefined;
  }
}

/** What git could not take, one file or another: whatever still differs after it went on with the rest. */
async function listUnstaged(git: Git, request: StageRequest, left: readonly LeftOut[]): Promise<SkippedFile[]> {
  const { changed, untracked } = await readAll(git, request);
  const unmerged = changed.find((file) => file.status === 'unmerged');
  if (unmerged !== undefined)
    throw new Fault('conflict', `"${unmerged.path}" has conflicts and cannot be read`, { hint: 'give this user the right to read it' });
  const known = new Set(left.map(({ name }) => name.inner));
  const unread = changed.filter((file) => file.isUnstaged && !file.isSubmodule).map(({ path }) => path);
  const paths = [...unread, ...untracked.filter((name) => !known.has(name.inner)).map((name) => name.text)];
  return paths.map((path) => ({ path, bytes: 0, reason: 'unreadable' as const }));
}

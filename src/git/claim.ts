import { lstatSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { assert, Fault } from '#base';
import { endProcesses, findProcessesByEnvironment, formatMark, isAlive, markOf, readMark } from '#host';
import { type Git, placeVariable } from './open-git.ts';

/**
 * Does `work` while `path` claims it for this process. The claim is a symbolic link whose text is the process's mark, because a link is made at once
 * and only if none is there. A claim of a dead process is taken over: `isLeftover` is true then, and what it left may be removed.
 * Fault `conflict` while a live process holds it.
 */
export async function withClaim<T>(path: string, what: string, work: (isLeftover: boolean) => Promise<T>): Promise<T> {
  const isLeftover = takeClaim(path, what);
  try {
    return await work(isLeftover);
  } finally {
    rmSync(path, { force: true });
  }
}

function takeClaim(path: string, what: string): boolean {
  const mark = markOf(process.pid);
  assert(mark !== undefined, 'this process has no mark');
  const text = formatMark(mark);
  if (tryLink(text, path)) return false;
  const holder = readHolder(path);
  if (holder !== undefined && isAlive(holder)) {
    throw new Fault('conflict', `"${what}" is being made by process ${holder.pid}`, { hint: 'wait until it is done', details: { pid: holder.pid } });
  }
  rmSync(path, { force: true });
  if (!tryLink(text, path)) throw new Fault('conflict', `"${what}" is being made by another process`, { hint: 'wait until it is done' });
  return true;
}

/** So often what one of them started meanwhile is looked for. */
const roundsMax = 4;

/** True where a process has claimed `path`, alive or not. */
export function isClaimed(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/**
 * Ends what git processes of ours a killed Baton left running in `dir`; they would write into what we are about to remove. What one of them was just
 * starting is found by the next look. Fault `unavailable` where one stays.
 */
export async function endOwnLeftovers(git: Git, dir: string): Promise<void> {
  const find = () => findProcessesByEnvironment({ [placeVariable]: dir });
  let left = find();
  for (let round = 0; left.length > 0 && round < roundsMax; round += 1) {
    await endProcesses({ clock: git.clock }, left, { interruptMs: 0, termMs: 500, killMs: 1000 });
    left = find();
  }
  if (left.length === 0) return;
  const pids = left.map(({ pid }) => pid).join(', ');
  throw new Fault('unavailable', `a git that works in "${dir}" can't be ended: process ${pids}`, { hint: 'wait until it is gone, and try again' });
}

function tryLink(text: string, path: string): boolean {
  try {
    symlinkSync(text, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string) {
  try {
    return readMark(readlinkSync(path));
  } catch {
    // Gone meanwhile, or no link of ours: nobody holds it.
    return undefined;
  }
}

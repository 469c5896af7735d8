import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, formatDuration } from '#base';
import { modifiedAt, type ProgramResult, runProgram } from '#host';
import { type Git, ownSettings, placeVariable } from './open-git.ts';
import { findLock, findReason, hideSecrets, judgeFailure } from './rules.ts';

export type GitCall = {
  /** A bare repository, or the top of a worktree. What lies above it is never taken for it. */
  readonly dir: string;
  readonly args: readonly string[];
  readonly input?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number | undefined;
  /** The repository may be in a folder above `dir`. */
  readonly looksAbove?: boolean;
  /** A failed attempt may have done something, so it is not tried again when a lock was in the way. */
  readonly isOnce?: boolean;
};

export type GitResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Long enough for a checkout of a large repository on a slow disk. */
const timeoutMsDefault = 10 * 60_000;
const outputBytesMax = 64 * 1024 * 1024;
const lockPollMs = 25;

/** Runs git and answers its exit status, whatever it is. A lock of somebody else is waited for. Faults: folder gone, git missing, killed, too slow, still locked. */
export async function runGit(git: Git, call: GitCall): Promise<GitResult> {
  const dir = realFolder(call.dir);
  for (let waitedMs = 0, waitMs = lockPollMs; ; waitedMs += waitMs, waitMs *= 2) {
    const result = toResult(await start(git, dir, call), dir, call);
    const lock = result.code === 0 ? undefined : findLock(result.stderr);
    if (lock === undefined || call.isOnce === true) return result;
    if (waitedMs >= git.lockWaitMs) throw lockFault(git, lock, dir, result);
    await sleep(Math.min(waitMs, git.lockWaitMs - waitedMs));
  }
}

/** What git printed; every exit status but 0 is a fault. */
export async function askGit(git: Git, call: GitCall): Promise<string> {
  const result = await runGit(git, call);
  if (result.code !== 0) throw explainFailure(call, result);
  return result.stdout;
}

/** The one line that git printed, without its end; a fault where it failed. */
export async function askLine(git: Git, call: GitCall): Promise<string> {
  return (await askGit(git, call)).replace(/\n$/, '');
}

/** A failure of git as a fault for people; git's own words are its cause. */
export function explainFailure({ dir, args }: Pick<GitCall, 'dir' | 'args'>, { code, stderr }: GitResult): Fault {
  const known = judgeFailure(stderr, dir);
  const more = { cause: new Error(stderr.trim()), details: { git: args.map(hideSecrets), status: code, stderr: stderr.trim() } };
  if (known !== undefined) return new Fault(known.kind, known.message, { hint: known.hint, ...more });
  const verb = args.find((arg) => /^[a-z]/.test(arg)) ?? 'git';
  return new Fault('unavailable', `"git ${verb}" failed in "${dir}": ${findReason(stderr)}`, {
    hint: `run it there by hand to see more: git -C "${dir}" ${verb}`,
    ...more,
  });
}

function start(git: Git, dir: string, call: GitCall): Promise<ProgramResult> {
  const ceiling = call.looksAbove === true ? {} : { GIT_CEILING_DIRECTORIES: dirname(dir) };
  return runProgram(
    {
      cwd: dir,
      env: { ...git.env, ...ceiling, [placeVariable]: dir, ...call.env },
      timeoutMs: call.timeoutMs ?? timeoutMsDefault,
      outputBytesMax,
      ...(call.input === undefined ? {} : { input: call.input }),
    },
    ['git', ...ownSettings.flatMap((setting) => ['-c', setting]), ...call.args],
  );
}

function toResult(result: ProgramResult, dir: string, call: GitCall): GitResult {
  const verb = `"git ${call.args[0] ?? ''}" in "${dir}"`;
  if (result.timedOut) {
    const limit = formatDuration(call.timeoutMs ?? timeoutMsDefault);
    throw new Fault('timeout', `${verb} did not end within ${limit}`, {
      hint: 'the disk or the other side is very slow; try again',
      details: { stderr: hideSecrets(result.stderr) },
    });
  }
  if (result.truncated) throw new Fault('unsupported', `${verb} answered with more than 64 MB`, { hint: 'ignore generated files in .gitignore' });
  if (result.code === null)
    throw new Fault('unavailable', `${verb} was killed by ${result.signal ?? 'a signal'}`, { hint: 'nothing was left half-done; try again' });
  return { code: result.code, stdout: result.stdout, stderr: hideSecrets(result.stderr) };
}

/** The folder without symbolic links: git compares the ceiling with where it really is. */
export function realFolder(dir: string): string {
  if (!existsSync(dir))
    throw new Fault('not-found', `the folder "${dir}" does not exist`, { hint: 'it was removed or moved; a preserved ref may hold what was in it' });
  return realpathSync(dir);
}

function lockFault(git: Git, lock: NonNullable<ReturnType<typeof findLock>>, dir: string, result: GitResult): Fault {
  const madeAt = modifiedAt(lock.path);
  const age = madeAt === undefined ? '' : `, ${formatDuration(Math.max(0, git.clock.now() - madeAt))} old`;
  const more = { cause: new Error(result.stderr.trim()), details: { lock: lock.path } };
  if (lock.kind === 'half-made') {
    const record = dirname(lock.path);
    return new Fault('conflict', `a worktree's record in "${dir}" is half-made: "${record}"${age}`, {
      hint: `where no git makes it any more: rm -r "${record}"`,
      ...more,
    });
  }
  const hint = `another git works there, or one was killed; where none runs any more: rm "${lock.path}"`;
  return new Fault('conflict', `"${dir}" is locked: "${lock.path}" is there${age}`, { hint, ...more });
}

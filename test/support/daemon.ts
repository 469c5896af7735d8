import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { second } from '#base';
import { findProcess, findProcessesByEnvironment, type ProcessMark } from '#host';
import { eventually } from '#host/testing';
import type { ScenarioTown } from './town.ts';
import { patienceMs } from './watch-town.ts';

/** The daemon that holds the town, as pid and start time. */
export async function daemonOf(town: ScenarioTown): Promise<ProcessMark | undefined> {
  const { pid } = await town.app.daemon.status();
  return pid === undefined ? undefined : findProcess(pid);
}

/** The daemon that holds the town, other than `dead`; commands are typed until there is one, as any person or agent would. */
export async function reviveDaemon(town: ScenarioTown, dead: ProcessMark | undefined): Promise<ProcessMark> {
  const find = async () => {
    const now = await daemonOf(town);
    return now === undefined || (now.pid === dead?.pid && now.start === dead.start) ? undefined : now;
  };
  return (await find()) ?? whileTyping(town, find, 'another daemon holds the town');
}

/** Waits while somebody types a command from time to time, which revives a daemon that was killed. */
export function whileTyping<T>(town: ScenarioTown, isSo: () => Promise<T | undefined | false>, what: string): Promise<T> {
  return eventually(async () => (await town.baton(['agents'])).exit === 0 && (await isSo()), what, patienceMs);
}

/** Somebody types a command each second until the test ends: a daemon that is killed is revived without anybody waiting for it. */
export function keepTyping(town: ScenarioTown): void {
  const ending = new AbortController();
  const type = async () => {
    while (!ending.signal.aborted) {
      await town.baton(['agents']);
      await sleep(second, undefined, { signal: ending.signal }).catch(() => {});
    }
  };
  const typing = type();
  town.person.beforeEnd(async () => {
    ending.abort();
    await typing;
  });
}

/** The pids of every program of this person that is a daemon, whether or not it holds a town. */
export function daemonsOf(town: ScenarioTown): number[] {
  const own = findProcessesByEnvironment({ TMUX_TMPDIR: town.env.TMUX_TMPDIR ?? '' });
  return own.map(({ pid }) => pid).filter((pid) => readCommandLine(pid).includes('daemon.cjs'));
}

function readCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

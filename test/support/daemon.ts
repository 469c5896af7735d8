import { readFileSync } from 'node:fs';
import { findProcess, findProcessesByEnvironment, isAlive, type ProcessMark } from '#host';
import { eventually } from '#host/testing';
import type { ScenarioTown } from './town.ts';
import { patienceMs } from './watch-town.ts';

/** The daemon that holds the town, as pid and start time. */
export async function daemonOf(town: ScenarioTown): Promise<ProcessMark | undefined> {
  const { pid } = await town.app.daemon.status();
  return pid === undefined ? undefined : findProcess(pid);
}

/** Types commands until another daemon than `dead` holds the town, as any person or agent would. */
export async function reviveDaemon(town: ScenarioTown, dead: ProcessMark | undefined): Promise<ProcessMark> {
  return eventually(
    async () => {
      if (dead !== undefined && isAlive(dead)) return undefined;
      await town.baton(['agents']);
      const now = await daemonOf(town);
      return now !== undefined && (now.pid !== dead?.pid || now.start !== dead.start) ? now : undefined;
    },
    'another daemon holds the town',
    patienceMs,
  );
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

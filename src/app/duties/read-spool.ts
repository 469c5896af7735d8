import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hour, second } from '#base';
import { modifiedAt } from '#host';
import { type ProgressReport, recordProgress } from '#sessions';
import type { Deps } from '../deps.ts';
import { failedSignal } from '../signal-program.ts';
import { readSpoolName, type SpooledSignal } from '../spool.ts';
import type { Duty } from './duty.ts';

const roundMs = 2 * second;
/** The most files of one round; the rest waits for the next. */
const batchMax = 5000;

/** A writer takes milliseconds: what lies half written for so long was killed. */
const tornMs = hour;
const detailLengthMax = 2000;

/**
 * Reads the signals that need no answer. Each is one file, moved into place whole, so that nothing is read torn; it is removed after its change
 * committed, so that a killed daemon reads it again and loses none. What is none of ours is removed unread.
 */
export function readSpool(deps: Pick<Deps, 'store' | 'clock' | 'paths'>): Duty {
  const { spoolNew, spoolTmp } = deps.paths;
  let isSwept = false;
  return {
    name: 'spool',
    round: async () => {
      if (!isSwept) sweep(spoolTmp, deps.clock.now() - tornMs);
      isSwept = true;
      const names = listNames(spoolNew).sort().slice(0, batchMax);
      if (names.length === 0) return roundMs;
      const live = await deps.store.db.selectFrom('sessions').select(['id', 'agent']).where('ended_at', 'is', null).orderBy('id').execute();
      const agents = new Map(live.map((row) => [row.id, row.agent]));
      const { failed = [], told = [] } = Object.groupBy(names.flatMap(readName), ({ signal }) => (signal === failedSignal ? 'failed' : 'told'));
      await recordFailures(deps, failed, agents);
      await recordProgress(deps, summarise(told, agents));
      for (const name of names) rmSync(join(spoolNew, name), { recursive: true, force: true });
      return names.length < batchMax ? roundMs : 0;
    },
  };
}

function listNames(folder: string): string[] {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return readdirSync(folder);
}

/** Files that killed writers left half written. */
function sweep(folder: string, before: number): void {
  for (const name of listNames(folder)) {
    const path = join(folder, name);
    if ((modifiedAt(path) ?? before) < before) rmSync(path, { recursive: true, force: true });
  }
}

/** A signal that could not be answered is in the journal, with the session that it was of. */
async function recordFailures(
  { store, paths }: Pick<Deps, 'store' | 'paths'>,
  failures: readonly NamedSignal[],
  agents: ReadonlyMap<string, string>,
): Promise<void> {
  if (failures.length === 0) return;
  const events = failures.map(({ name, session }) => ({
    type: 'signal_failed',
    agent: agents.get(session),
    payload: { session, detail: readFileSync(join(paths.spoolNew, name), 'utf8').slice(0, detailLengthMax) },
  }));
  await store.change({ actor: 'daemon', point: 'spool.failed' }, async () => ({ answer: undefined, events }));
}

interface NamedSignal extends SpooledSignal {
  readonly name: string;
}

function readName(name: string): NamedSignal[] {
  const signal = readSpoolName(name);
  return signal === undefined ? [] : [{ name, ...signal }];
}

function summarise(told: readonly SpooledSignal[], agents: ReadonlyMap<string, string>): ProgressReport[] {
  const bySession = Map.groupBy(told, (signal) => signal.session);
  return [...bySession].flatMap(([session, signals]) => {
    const agent = agents.get(session);
    const newest = signals.reduce((a, b) => (b.at >= a.at ? b : a));
    return agent === undefined ? [] : [{ session, agent, at: newest.at, signals: signals.length, isWaiting: newest.signal === 'waiting' }];
  });
}

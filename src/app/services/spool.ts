import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { second } from '#base';
import { recordProgress } from '#sessions';
import type { Deps } from '../deps.ts';
import { readSpoolName } from '../spool.ts';
import type { Service } from './service.ts';

const roundMs = 2 * second;
/** The most files of one round; the rest waits for the next. */
const batchMax = 5000;

/**
 * Reads the signals that need no answer. Each is one file, moved into place whole, so that nothing is read torn; it is removed after its change
 * committed, so that a killed daemon reads it again and loses none.
 */
export function spoolService(deps: Deps): Service {
  return {
    name: 'spool',
    round: async () => {
      mkdirSync(deps.paths.spoolNew, { recursive: true, mode: 0o700 });
      const names = readdirSync(deps.paths.spoolNew).sort().slice(0, batchMax);
      const agents = new Map(
        (await deps.store.db.selectFrom('sessions').select(['id', 'agent']).where('ended_at', 'is', null).execute()).map((row) => [row.id, row.agent]),
      );
      await recordProgress(deps, summarise(names, agents));
      for (const name of names) rmSync(join(deps.paths.spoolNew, name), { force: true });
      return roundMs;
    },
  };
}

function summarise(names: readonly string[], agents: ReadonlyMap<string, string>): { session: string; agent: string; at: number; signals: number }[] {
  const bySession = Map.groupBy(
    names.map(readSpoolName).filter((signal) => signal !== undefined),
    (signal) => signal.session,
  );
  return [...bySession].flatMap(([session, signals]) => {
    const agent = agents.get(session);
    return agent === undefined ? [] : [{ session, agent, at: Math.max(...signals.map((signal) => signal.at)), signals: signals.length }];
  });
}

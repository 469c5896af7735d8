import { getSession, type Session } from '#sessions';
import type { BenchTown } from './bench-town.ts';

/** Adds so many crew members and starts them at once, idle; answers their sessions. */
export async function startCrew({ app, store }: BenchTown, count: number): Promise<Session[]> {
  const names = Array.from({ length: count }, (_, n) => `w${n + 1}`);
  for (const name of names) await app.crew.add({ name, rig: 'app' });
  const outcomes = await app.sessions.startEach(await app.sessions.crew({ names, rig: 'app' }), {});
  return Promise.all(
    outcomes.map((outcome) => (outcome.kind === 'failed' ? Promise.reject(new Error(outcome.reason)) : getSession(store.db, outcome.session))),
  );
}

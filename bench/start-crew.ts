import { getSession, type Session } from '#sessions';
import type { BenchTown } from './bench-town.ts';

/** Of more that are ordered at once, the last ones would not start within the minute that an order waits. */
const atOnceMax = 100;

/** Adds so many crew members and starts them, a hundred at once, idle; answers their sessions. */
export async function startCrew({ app, store }: BenchTown, count: number): Promise<Session[]> {
  const names = Array.from({ length: count }, (_, n) => `w${n + 1}`);
  for (const name of names) await app.crew.add({ name, rig: 'app' });
  const sessions: Session[] = [];
  for (let from = 0; from < count; from += atOnceMax) {
    const outcomes = await app.sessions.startEach(await app.sessions.crew({ names: names.slice(from, from + atOnceMax), rig: 'app' }), {});
    for (const outcome of outcomes) {
      if (outcome.kind === 'failed') throw new Error(outcome.reason);
      sessions.push(await getSession(store.db, outcome.session));
    }
  }
  return sessions;
}

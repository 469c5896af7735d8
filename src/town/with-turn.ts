import { type Chance, Fault, minute } from '#base';
import { giveLease, type Store, takeLease } from '#store';
import { isMakerGone, makerName } from './drafts.ts';

/** Longer than the longest clone: only a hung process loses its turn by time, a dead one at once. */
const turnMs = 60 * minute;

/** Does `work` while no other process does it under this name; fault `conflict` with the given sentence where one is at it. */
export async function withTurn<A>({ store, chance }: { store: Store; chance: Chance }, name: string, busy: string, work: () => Promise<A>): Promise<A> {
  const lease = { name, holder: makerName({ chance }) };
  const answer = await takeLease(store, { ...lease, ttlMs: turnMs, isGone: isMakerGone });
  if (answer.kind === 'taken') throw new Fault('conflict', busy, { hint: 'wait until it is done', details: { by: answer.by } });
  try {
    return await work();
  } finally {
    await giveLease(store, lease);
  }
}

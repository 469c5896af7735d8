import { consumeHandoffRows, recordTurnRow } from '#sessions';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { readHook, startBeadRow, startStepRow } from '#work';

/** A turn begins (a prompt signal): the session's documents are received, and the bead on its agent's hook is in progress (H2, section 9). */
export async function beginTurn({ store, by }: { store: Store; by: Writer }, turn: { session: string; agent: string }): Promise<void> {
  await store.change({ ...by, point: 'turn.begin' }, async (tx, at) => {
    const events = await recordTurnRow(tx, at, turn);
    events.push(...(await consumeHandoffRows(tx, at, turn)));
    events.push(...(await startBeadRow(tx, at, { agent: turn.agent })).events);
    const { molecule } = await readHook(tx, turn.agent);
    if (molecule !== undefined && molecule.endedAt === null) events.push(...(await startStepRow(tx, at, { molecule: molecule.id, by })).events);
    return { answer: undefined, events };
  });
}

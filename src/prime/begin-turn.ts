import { consumeNudgeRows, tellMailRows, type Unread } from '#mail';
import { consumeHandoffRows, recordTurnRow } from '#sessions';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { readHook, startBeadRow, startStepRow } from '#work';

/** Whose turn; `isHeard`: false where the answer can't tell the program anything, so that no mail is told with it. */
export interface Turn {
  readonly session: string;
  readonly agent: string;
  readonly isHeard?: boolean | undefined;
}

/**
 * A turn begins (a prompt signal): the session's documents and the nudges that were typed to it are received, the bead on its agent's hook is in progress (H2, section 9), and the mail that
 * is answered is what the turn begins with.
 */
export async function beginTurn({ store, by }: { store: Store; by: Writer }, { isHeard = true, ...turn }: Turn): Promise<Unread> {
  return store.change({ ...by, point: 'turn.begin' }, async (tx, at) => {
    const events = await recordTurnRow(tx, at, turn);
    events.push(...(await consumeHandoffRows(tx, at, turn)), ...(await consumeNudgeRows(tx, at, turn)));
    const mail = await tellMailRows(tx, at, { ...turn, isInTurn: true, isHeard });
    events.push(...mail.events);
    events.push(...(await startBeadRow(tx, at, { agent: turn.agent })).events);
    const { molecule } = await readHook(tx, turn.agent);
    if (molecule !== undefined && molecule.endedAt === null) events.push(...(await startStepRow(tx, at, { molecule: molecule.id, by })).events);
    return { answer: mail.answer, events };
  });
}

import { consumeNudgeRows, tellMailRows, type Unread } from '#mail';
import { recordTurnRow } from '#sessions';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { findMoleculeOf, startBeadRow, startStepRow } from '#work';
import { findCurrentStep } from '#work/model';

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
    events.push(...(await consumeNudgeRows(tx, at, turn)));
    const mail = await tellMailRows(tx, at, { ...turn, isInTurn: true, isHeard });
    events.push(...mail.events);
    const started = await startBeadRow(tx, at, { agent: turn.agent });
    events.push(...started.events);
    const molecule = started.answer.kind === 'empty' ? undefined : await findMoleculeOf(tx, started.answer.bead.id);
    // A step that is active already has nothing to be told, which is so at every turn but its first.
    const isUnderWay = molecule !== undefined && findCurrentStep(molecule.steps)?.status === 'active';
    if (molecule !== undefined && !isUnderWay) events.push(...(await startStepRow(tx, at, { molecule: molecule.id, by })).events);
    return { answer: mail.answer, events };
  });
}

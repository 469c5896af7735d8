import type { Changed, Tx } from '#store';
import type { NewEvent } from '#store/model';
import { checkMail } from './inbox.ts';
import { fitUnread, selectUntold, type Unread } from './unread.ts';

/** Whom mail is told, in which session; `isInTurn`: what it is told now, it begins a turn with. */
export interface Told {
  readonly agent: string;
  readonly session: string;
  readonly isInTurn: boolean;
  /** False where nothing can be told: only what was told before is received. */
  readonly isHeard?: boolean | undefined;
}

/**
 * Tells a session of the mail that it was not told of yet, inside a change (DESIGN.md section 10): each subject once per session, as many as fit; the
 * rest comes with the next turn. In a turn, what its prime had told is received too. Answers what it is to be told; no row is changed where nothing came.
 */
export async function tellMailRows(tx: Tx, at: number, { agent, session, isInTurn, isHeard = true }: Told): Promise<Changed<Unread>> {
  const unread = await checkMail(tx, { address: agent, session });
  const untold = isHeard ? selectUntold(unread, session) : { ...unread, count: 0, staleCount: 0, isNewOnly: true, mails: [] };
  const mails = fitUnread(untold).shown.map((mail) => mail.id);
  const events = await deliverMailRows(tx, at, { agent, session, mails });
  if (!isInTurn) return { answer: untold, events };
  const waiting = unread.mails.filter((mail) => mail.deliveredSession === session && mail.consumedAt === null).map((mail) => mail.id);
  events.push(...(await consumeMailRows(tx, at, { agent, session, mails: [...waiting, ...mails] })));
  return { answer: untold, events };
}

interface Mails {
  readonly agent: string;
  readonly session: string;
  readonly mails: readonly string[];
}

/** Marks messages as told to a session. One that an earlier session was told of and had no turn with is told anew; a stale one stays its own. */
export async function deliverMailRows(tx: Tx, at: number, { agent, session, mails }: Mails): Promise<NewEvent[]> {
  if (mails.length === 0) return [];
  const { numUpdatedRows } = await tx
    .updateTable('mail')
    .set({ delivered_at: at, delivered_session: session })
    .where('id', 'in', [...mails])
    .where('consumed_at', 'is', null)
    .where((row) => row.or([row('delivered_session', 'is', null), row('delivered_session', '<>', session)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n ? [{ type: 'mail_delivered', agent, payload: { session, mails } }] : [];
}

/** A turn of the session began with these. */
async function consumeMailRows(tx: Tx, at: number, { agent, session, mails }: Mails): Promise<NewEvent[]> {
  if (mails.length === 0) return [];
  await tx
    .updateTable('mail')
    .set({ consumed_at: at })
    .where('id', 'in', [...mails])
    .execute();
  return [{ type: 'mail_received', agent, payload: { session, mails } }];
}

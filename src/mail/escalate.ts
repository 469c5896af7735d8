import { type Chance, Fault } from '#base';
import type { Changed, Reader, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import { type Escalation, readEscalation, type Severity } from './model.ts';
import { pickId, readBody } from './send-mail.ts';

/** A call for help. `incident` names what it is about: while one is open, asking again adds nothing. `agent` is whom it is about, by default the writer. */
export interface NewEscalation {
  readonly text: string;
  readonly severity?: Severity | undefined;
  readonly target?: string | undefined;
  readonly incident?: string | undefined;
  /** For how long after it was closed the same incident is not told again, in ms; `Infinity`: never. By default it may be at once. */
  readonly quietMs?: number | undefined;
  readonly bead?: string | undefined;
  readonly agent?: string | undefined;
}

export type EscalateAnswer = { readonly kind: 'sent'; readonly escalation: Escalation } | { readonly kind: 'already'; readonly escalation: Escalation };

/** Escalates, by default to the human as `medium`. */
export async function escalate({ store, chance, by }: { store: Store; chance: Chance; by: Writer }, request: NewEscalation): Promise<EscalateAnswer> {
  return store.change({ ...by, point: 'escalate' }, (tx, at) => escalateRow(tx, at, { ...request, chance, by }));
}

/** The same, inside a caller's transaction. */
export async function escalateRow(
  tx: Tx,
  at: number,
  { chance, by, ...request }: NewEscalation & { chance: Chance; by: Writer },
): Promise<Changed<EscalateAnswer>> {
  if (request.text.trim() === '') throw new Fault('invalid', 'the escalation is empty', { hint: 'say what is wrong and what you need' });
  const told = await findTold(tx, at, request);
  if (told !== undefined) return { answer: { kind: 'already', escalation: told }, events: [] };
  const row = await tx
    .insertInto('escalations')
    .values({
      id: await pickId(chance, 'esc', async (id) => (await tx.selectFrom('escalations').select('id').where('id', '=', id).executeTakeFirst()) !== undefined),
      severity: request.severity ?? 'medium',
      target: request.target ?? 'human',
      incident: request.incident ?? null,
      bead: request.bead ?? null,
      agent: request.agent ?? by.actor,
      session: by.session ?? null,
      author: by.actor,
      text: readBody('text', request.text),
      created_at: at,
      acked_at: null,
      acked_by: null,
      closed_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const escalation = readEscalation(row);
  const payload = { escalation: row.id, severity: row.severity, target: row.target, incident: row.incident };
  return { answer: { kind: 'sent', escalation }, events: [{ type: 'escalation_sent', agent: row.agent, bead: row.bead, payload }] };
}

/** Whether to escalate this now would add nothing. */
export async function wasEscalated(reader: Reader, now: number, request: Pick<NewEscalation, 'incident' | 'quietMs'>): Promise<boolean> {
  return (await findTold(reader, now, request)) !== undefined;
}

async function findTold(reader: Reader, now: number, { incident, quietMs = 0 }: Pick<NewEscalation, 'incident' | 'quietMs'>): Promise<Escalation | undefined> {
  if (incident === undefined) return undefined;
  const rows = await reader.selectFrom('escalations').selectAll().where('incident', '=', incident).orderBy('created_at', 'desc').execute();
  const row = rows.find(({ closed_at: closedAt }) => closedAt === null || Math.abs(now - closedAt) < quietMs);
  return row === undefined ? undefined : readEscalation(row);
}

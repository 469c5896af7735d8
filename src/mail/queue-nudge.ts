import type { Chance } from '#base';
import { byteLength, Fault } from '#base';
import type { Changed, Tx } from '#store';
import type { Writer } from '#store/model';
import { listWaitingRows } from './list-nudges.ts';
import { type Nudge, readNudge } from './nudge.ts';
import { pickId, readBody } from './send-mail.ts';

/** A line for an agent's live session. `expiresAt` in ms since 1970; without it, it waits as long as the agent does. */
export interface NewNudge {
  readonly agent: string;
  readonly reason: string;
  readonly body: string;
  readonly incident?: string | undefined;
  readonly evidence?: Readonly<Record<string, unknown>> | undefined;
  readonly expiresAt?: number | undefined;
}

/** As much as programs are known to take in one paste. */
const textBytesMax = 4096;
/** What would play with a terminal (C0 and C1); lines and tabs stay. */
const controls = /[^\P{Cc}\n\t]/u;
const controlsAll = new RegExp(controls, 'gu');

export type QueueAnswer = { readonly kind: 'queued' | 'already'; readonly nudge: Nudge };

/**
 * What somebody wants to be said, as it will be said: byte for byte, or not at all. Fault `invalid` for nothing, for control characters other than line
 * ends and tabs, for what was no UTF-8, and for more than 4 KB.
 */
export function readNudgeText(text: string): string {
  if (text.trim() === '') throw new Fault('invalid', 'the nudge is empty', { hint: 'say what the agent is to do' });
  if (text.endsWith('\n')) throw new Fault('invalid', 'the nudge ends with a line end, which Enter is for', { hint: 'leave it out' });
  const control = controls.exec(text)?.[0];
  if (control !== undefined)
    throw new Fault('invalid', `the nudge holds the control character ${nameOf(control)} at place ${[...text.slice(0, text.indexOf(control))].length + 1}`, {
      hint: control === '\r' ? 'end its lines with LF alone' : 'a terminal would obey it: give plain text, in which only line ends and tabs may stand',
    });
  if (/\s$/.test(text)) throw new Fault('invalid', 'the nudge ends with a blank, which agents cut off', { hint: 'leave it out' });
  if (!text.isWellFormed() || text.includes('\uFFFD'))
    throw new Fault('invalid', 'the nudge holds bytes that are no UTF-8', { hint: 'it has to arrive as it was given: convert it to UTF-8 first' });
  const bytes = byteLength(text);
  if (bytes > textBytesMax)
    throw new Fault('invalid', `the nudge has ${bytes} bytes; ${textBytesMax} is the most`, { hint: 'send it as mail: `baton mail send`' });
  return text;
}

function nameOf(control: string): string {
  return `U+${(control.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Records a nudge inside a change, at the end of its agent's line; `already` while one of the same incident waits. A person's words are refused where
 * they can't be brought as they are (`readNudgeText`); Baton's own, which quote others, show what may not stand in a terminal as U+FFFD.
 */
export async function queueNudgeRow(tx: Tx, at: number, { chance, by, ...request }: NewNudge & { chance: Chance; by: Writer }): Promise<Changed<QueueAnswer>> {
  const body = request.reason === 'person' ? readNudgeText(request.body) : readBody('nudge', request.body.replace(controlsAll, '\uFFFD').trimEnd());
  if (body.trim() === '') throw new Fault('invalid', 'the nudge is empty', { hint: 'say what the agent is to do' });
  const waiting = request.incident === undefined ? undefined : await findWaiting(tx, request.agent, request.incident);
  if (waiting !== undefined) return { answer: { kind: 'already', nudge: waiting }, events: [] };
  const isTaken = async (id: string) => (await tx.selectFrom('nudges').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
  const row = await tx
    .insertInto('nudges')
    .values({
      id: await pickId(chance, 'nu', isTaken),
      agent: request.agent,
      sender: by.actor,
      sender_session: by.session ?? null,
      reason: request.reason,
      incident: request.incident ?? null,
      body,
      evidence: JSON.stringify(request.evidence ?? {}),
      created_at: at,
      expires_at: request.expiresAt ?? null,
      place: await nextPlace(tx, request.agent),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const payload = { nudge: row.id, reason: row.reason, text: row.body, evidence: request.evidence ?? {} };
  return { answer: { kind: 'queued', nudge: readNudge(row) }, events: [{ type: 'nudge', agent: row.agent, payload }] };
}

async function nextPlace(tx: Tx, agent: string): Promise<number> {
  const last = await tx.selectFrom('nudges').select('place').where('agent', '=', agent).orderBy('place', 'desc').limit(1).executeTakeFirst();
  return (last?.place ?? 0) + 1;
}

async function findWaiting(tx: Tx, agent: string, incident: string): Promise<Nudge | undefined> {
  const row = await listWaitingRows(tx).where('agent', '=', agent).where('incident', '=', incident).executeTakeFirst();
  return row === undefined ? undefined : readNudge(row);
}

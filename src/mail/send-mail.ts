import { assert, byteLength, type Chance, Fault, newId } from '#base';
import type { Changed, Reader, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import { findMail } from './find-mail.ts';
import { type Mail, readMailRow } from './model.ts';

const subjectLengthMax = 200;
const bodyBytesMax = 256 * 1024;
const triesMax = 10;

/** A message. `priority` 0 (urgent) to 4, 2 by default; `inReplyTo` is the id of a message whose thread it goes on with. */
export interface NewMail {
  readonly to: string;
  readonly subject: string;
  readonly body?: string | undefined;
  readonly priority?: number | undefined;
  readonly inReplyTo?: string | undefined;
}

/** Says whether an address, as canonical text, is one that mail can be sent to. Asked inside the sending transaction. */
export type IsKnown = (reader: Reader, address: string) => Promise<boolean>;

/** Sends a message. Faults: `not-found` for an unknown address or message, `invalid` for an empty or oversized part. */
export async function sendMail(
  { store, chance, by, isKnown }: { store: Store; chance: Chance; by: Writer; isKnown: IsKnown },
  request: NewMail,
): Promise<Mail> {
  return store.change({ ...by, point: 'mail.send' }, async (tx, at) => {
    if (!(await isKnown(tx, request.to)))
      throw new Fault('not-found', `there is nobody at "${request.to}"`, { hint: '`baton agents` lists the addresses of this town' });
    return sendMailRow(tx, at, { ...request, chance, by });
  });
}

/** The same, inside a caller's transaction, to an address that the caller knows; of a group's messages all but the first are given its thread. */
export async function sendMailRow(
  tx: Tx,
  at: number,
  { chance, by, ...request }: NewMail & { group?: string; thread?: string | undefined; chance: Chance; by: Writer },
): Promise<Changed<Mail>> {
  const subject = readSubject(request.subject);
  const body = readBody('body', request.body ?? '');
  const answered = request.inReplyTo === undefined ? undefined : await findMail(tx, request.inReplyTo);
  if (request.inReplyTo !== undefined && answered === undefined)
    throw new Fault('not-found', `there is no message "${request.inReplyTo}" to reply to`, { hint: '`baton mail inbox` lists yours' });
  const id = await pickId(chance, 'mail', async (one) => (await findMail(tx, one)) !== undefined);
  const row = await tx
    .insertInto('mail')
    .values({
      id,
      thread: answered?.thread ?? request.thread ?? id,
      sender: by.actor,
      recipient: request.to,
      subject,
      body,
      priority: readMailPriority(request.priority ?? 2),
      session: by.session ?? null,
      sent_at: at,
      read_at: null,
      read_session: null,
      to_group: request.group ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { answer: readMailRow(row), events: [{ type: 'mail', agent: request.to, payload: { mail: id, subject, priority: row.priority } }] };
}

/** An id that nothing has yet. */
export async function pickId(chance: Chance, prefix: string, isTaken: (id: string) => Promise<boolean>): Promise<string> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const id = newId(chance, prefix);
    if (!(await isTaken(id))) return id;
  }
  assert(false, `${triesMax} random ids of "${prefix}" were all taken`);
}

/** A text of many lines, bounded, without NUL, which PostgreSQL cannot keep. */
export function readBody(name: string, text: string): string {
  if (text.includes('\0')) throw new Fault('invalid', `the ${name} holds a NUL character`, { hint: 'give it as plain text' });
  if (byteLength(text) > bodyBytesMax)
    throw new Fault('invalid', `the ${name} has ${byteLength(text)} bytes; ${bodyBytesMax} is the most`, { hint: 'put the rest into a file and name it here' });
  return text;
}

function readSubject(text: string): string {
  const subject = text.trim();
  if (subject === '') throw new Fault('invalid', 'a message needs a subject', { hint: 'say in one line what it is about: `-s SUBJECT`' });
  if (/\p{Cc}/u.test(subject))
    throw new Fault('invalid', `the subject "${subject.replace(/\p{Cc}/gu, ' ')}" has more than one line, or control characters`, {
      hint: 'keep it to one line; the rest is for the body',
    });
  if ([...subject].length > subjectLengthMax)
    throw new Fault('invalid', `the subject has ${[...subject].length} characters; ${subjectLengthMax} is the most`, {
      hint: 'keep it to one line; the rest is for the body',
    });
  return subject;
}

function readMailPriority(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 4) throw new Fault('invalid', `"${value}" is no priority`, { hint: 'it is 0 (urgent) to 4' });
  return value;
}

import { Fault } from '#base';
import { type IsKnown, listInbox, listSent, markMail, readMail, readThread, searchMail, sendGroupMail, sendMail } from '#mail';
import type { Mail } from '#mail/model';
import { findLiveSession } from '#sessions';
import { getRig, isGroup, listAgents, readGroup, selectGroup } from '#town';
import { nameKey } from '#town/model';
import { checkOwnMail } from '../check-own-mail.ts';
import type { Deps } from '../deps.ts';
import { findHandoffMail, listHandoffMail } from '../handoff-mail.ts';
import { agentOf } from './places.ts';

export type MailVerbs = ReturnType<typeof mailVerbs>;

/** What goes into a message; `to` is an address or a group. */
export interface MailWish {
  readonly to: string;
  readonly subject: string;
  readonly body?: string | undefined;
  readonly priority?: number | undefined;
  readonly inReplyTo?: string | undefined;
}

/** An answer to a message: without a subject its own, and at its own priority. */
export interface ReplyWish extends Pick<MailWish, 'body' | 'priority'> {
  readonly mail: string;
  readonly subject?: string | undefined;
}

/** Mail. Without an address, the caller's: their agent, or the person. */
export function mailVerbs(deps: Deps) {
  const { db } = deps.store;
  const addressOf = async (text: string | undefined) => (await agentOf(db, deps, text ?? ownName(deps))).address;
  return {
    /** The messages that were sent: one, or one for each of a group. */
    send: async ({ to, ...request }: MailWish): Promise<Mail[]> => {
      if (!isGroup(to)) return [await sendMail({ ...deps, isKnown }, { ...request, to: await addressOf(to) })];
      const { group, recipients } = await membersOf(deps, to, await addressOf(undefined));
      return sendGroupMail(deps, { ...request, group, recipients });
    },
    reply: (request: ReplyWish) => reply(deps, request),
    inbox: async ({ address, isUnreadOnly, isArchivedToo, limit }: InboxWish) => {
      const about = { address: await addressOf(address), isUnreadOnly };
      const handoffs = (await listHandoffMail(db, about)).map((mail) => ({ ...mail, isStale: false }));
      // A document that nobody received comes before everything that others wrote.
      const waiting = handoffs.filter((mail) => mail.readAt === null);
      const session = (await findLiveSession(db, about.address))?.id;
      const others = [...(await listInbox(db, { ...about, isArchivedToo, session })), ...handoffs.filter((mail) => mail.readAt !== null)];
      return [...waiting, ...others.sort((a, b) => b.sentAt - a.sentAt || (a.id < b.id ? -1 : 1))].slice(0, limit);
    },
    /** What an address sent, with what became of it. */
    sent: async ({ address, limit }: { address?: string | undefined; limit?: number | undefined }) =>
      listSent(db, { address: await addressOf(address), limit }),
    read: async (request: { mail: string }) => (await findHandoffMail(db, request.mail)) ?? readMail(deps, request),
    ack: ({ mails }: { mails: readonly string[] }) => markMail(deps, { mails: refuseHandoffs(mails, 'taken up'), mark: 'acked' }),
    /** Puts messages away: those named, or all that an earlier session saw or that were read. */
    archive: async ({ mails, which }: { mails: readonly string[]; which?: 'stale' | 'read' | undefined }) =>
      markMail(deps, {
        mails: which === undefined ? refuseHandoffs(mails, 'put away') : await listOld(deps, await addressOf(undefined), which),
        mark: 'archived',
      }),
    thread: (request: { mail: string }) => readThread(db, request),
    search: async ({ address, from, ...request }: SearchWish) =>
      searchMail(db, { ...request, address: await addressOf(address), ...(from === undefined ? {} : { from: await addressOf(from) }) }),
    check: async ({ isInjected }: { isInjected: boolean }) => checkOwnMail(deps, { address: await addressOf(undefined), isInjected }),
  };
}

interface InboxWish {
  readonly address?: string | undefined;
  readonly isUnreadOnly?: boolean;
  readonly isArchivedToo?: boolean;
  readonly limit?: number | undefined;
}

interface SearchWish {
  readonly text: string;
  readonly address?: string | undefined;
  readonly from?: string | undefined;
  readonly limit?: number | undefined;
}

/** Goes on in the message's thread: to whoever wrote it, or where the caller did, to whom they wrote. Answering a message is reading it. */
async function reply(deps: Deps, { mail: id, subject, body, priority }: ReplyWish): Promise<Mail> {
  const { db } = deps.store;
  const mail = id.startsWith('ho-') ? undefined : await readMail(deps, { mail: id });
  if (mail === undefined)
    throw new Fault('unsupported', `"${id}" is a handoff document, which nobody reads an answer to`, {
      hint: 'say it to its agent: `baton mail send ADDRESS`',
    });
  const own = (await agentOf(db, deps, ownName(deps))).address;
  const to = mail.sender === own ? mail.recipient : mail.sender;
  const named = subject ?? (/^re: /i.test(mail.subject) ? mail.subject : shortenTo(`Re: ${mail.subject}`));
  return sendMail({ ...deps, isKnown }, { to, subject: named, body, priority: priority ?? mail.priority, inReplyTo: mail.id });
}

/** A subject has 200 characters at most. */
function shortenTo(subject: string): string {
  return [...subject].slice(0, 200).join('');
}

/** Only a turn receives a handoff. */
function refuseHandoffs(mails: readonly string[], what: string): readonly string[] {
  const handoff = mails.find((id) => id.startsWith('ho-'));
  if (handoff !== undefined)
    throw new Fault('unsupported', `"${handoff}" is a handoff document, which is received by a turn and not ${what}`, {
      hint: '`baton sessions show` tells of it',
    });
  return mails;
}

async function listOld({ store }: Deps, address: string, which: 'stale' | 'read'): Promise<string[]> {
  const session = (await findLiveSession(store.db, address))?.id;
  const mails = await listInbox(store.db, { address, session });
  return mails.filter(({ isStale, readAt }) => (which === 'stale' ? isStale : readAt !== null)).map(({ id }) => id);
}

/** The addresses of a group without the caller's own. Fault `not-found` where nobody is in it. */
async function membersOf({ store }: Pick<Deps, 'store'>, text: string, own: string): Promise<{ group: string; recipients: string[] }> {
  const group = readGroup(text);
  const rig = group.rig === undefined ? undefined : (await getRig(store.db, group.rig)).name;
  const recipients = selectGroup(await listAgents(store.db), { ...group, rig, without: own }).map(({ address }) => address);
  if (recipients.length === 0) throw new Fault('not-found', `nobody but you is in "${text}"`, { hint: '`baton agents` lists who there is' });
  return { group: group.name, recipients };
}

/** Mail goes by who writes, not by where: a person standing in an agent's folder reads their own. */
function ownName({ by }: Pick<Deps, 'by'>): string {
  return by.session === undefined ? 'overseer' : by.actor;
}

const isKnown: IsKnown = async (reader, address) => (await listAgents(reader)).some((agent) => nameKey(agent.address) === nameKey(address));

import { type IsKnown, listInbox, readMail, sendMail } from '#mail';
import { findLiveSession } from '#sessions';
import { listAgents } from '#town';
import { nameKey } from '#town/model';
import { checkOwnMail } from '../check-own-mail.ts';
import type { Deps } from '../deps.ts';
import { findHandoffMail, listHandoffMail } from '../handoff-mail.ts';
import { agentOf } from './places.ts';

export type MailVerbs = ReturnType<typeof mailVerbs>;

/** Mail. Without an address, the caller's: their agent, or the person. */
export function mailVerbs(deps: Deps) {
  const { db } = deps.store;
  const addressOf = async (text: string | undefined) => (await agentOf(db, deps, text ?? ownName(deps))).address;
  return {
    send: async ({
      to,
      ...request
    }: {
      to: string;
      subject: string;
      body?: string | undefined;
      priority?: number | undefined;
      inReplyTo?: string | undefined;
    }) => sendMail({ ...deps, isKnown }, { ...request, to: await addressOf(to) }),
    inbox: async ({ address, isUnreadOnly, limit }: { address?: string | undefined; isUnreadOnly?: boolean; limit?: number | undefined }) => {
      const about = { address: await addressOf(address), isUnreadOnly };
      const handoffs = (await listHandoffMail(db, about)).map((mail) => ({ ...mail, isStale: false }));
      // A document that nobody received comes before everything that others wrote.
      const waiting = handoffs.filter((mail) => mail.readAt === null);
      const session = (await findLiveSession(db, about.address))?.id;
      const others = [...(await listInbox(db, { ...about, session })), ...handoffs.filter((mail) => mail.readAt !== null)];
      return [...waiting, ...others.sort((a, b) => b.sentAt - a.sentAt || (a.id < b.id ? -1 : 1))].slice(0, limit);
    },
    read: async (request: { mail: string }) => (await findHandoffMail(db, request.mail)) ?? readMail(deps, request),
    check: async ({ isInjected }: { isInjected: boolean }) => checkOwnMail(deps, { address: await addressOf(undefined), isInjected }),
  };
}

/** Mail goes by who writes, not by where: a person standing in an agent's folder reads their own. */
function ownName({ by }: Deps): string {
  return by.session === undefined ? 'overseer' : by.actor;
}

const isKnown: IsKnown = async (reader, address) => (await listAgents(reader)).some((agent) => nameKey(agent.address) === nameKey(address));

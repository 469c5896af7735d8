import { checkMail, type IsKnown, listInbox, readMail, sendMail } from '#mail';
import { listAgents } from '#town';
import { nameKey } from '#town/model';
import type { Deps } from '../deps.ts';
import { bind } from './bind.ts';
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
    inbox: async ({ address, ...request }: { address?: string | undefined; isUnreadOnly?: boolean; limit?: number | undefined }) =>
      listInbox(db, { ...request, address: await addressOf(address) }),
    read: bind(deps, readMail),
    check: async () => checkMail(db, { address: await addressOf(undefined) }),
  };
}

/** Mail goes by who writes, not by where: a person standing in an agent's folder reads their own. */
function ownName({ by }: Deps): string {
  return by.session === undefined ? 'overseer' : by.actor;
}

const isKnown: IsKnown = async (reader, address) => (await listAgents(reader)).some((agent) => nameKey(agent.address) === nameKey(address));

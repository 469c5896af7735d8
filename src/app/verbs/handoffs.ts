import { Fault } from '#base';
import { formatShare } from '#context';
import { refuseEstop } from '#dispatch';
import { type HandoffAnswer, type HandoffRequest, handOff, previewHandoff, saveHandoff, transferSession } from '#handoff';
import { findLiveSession, getSession } from '#sessions';
import type { Agent } from '#town';
import type { Deps } from '../deps.ts';
import { rouseDaemon } from '../reach-daemon.ts';
import { askForDocuments } from './ask-for-documents.ts';
import { agentOf } from './places.ts';

/** A handoff as a command asks for it; without an agent, of whoever calls. */
export interface HandoffWish {
  readonly agent?: string | undefined;
  readonly subject: string;
  readonly notes: string;
  readonly reason?: string | undefined;
  readonly isCollected?: boolean | undefined;
  readonly isContinued?: boolean | undefined;
  /** Of another's session: it is not asked for its document first. */
  readonly isAtOnce?: boolean | undefined;
  /** Told while it is asked. */
  readonly tell?: (line: string) => void;
}

/** A transfer as a command asks for it; without a session, of whoever calls. */
export interface TransferWish {
  readonly session?: string | undefined;
  readonly into?: string | undefined;
  readonly agent?: string | undefined;
  readonly goal?: string | undefined;
}

/** How it came out, and for whom. `isAsked` of a save: it is what was wished, and no handoff that could not be. */
export type HandoffOutcome = HandoffAnswer & { readonly agent: string; readonly isOwn: boolean; readonly isAsked: boolean };

/** What sessions leave: handoffs, and saves of what they know. */
export function handoffVerbs(deps: Deps) {
  return {
    handOff: async (wish: HandoffWish): Promise<HandoffOutcome> => {
      await refuseEstop(deps.store.db);
      const { agent, request, isOwn } = await readWish(deps, wish);
      const session = isOwn ? undefined : await askForHandoff(deps, agent, request, wish);
      const answer = await handOff(deps, { ...request, session, isContinued: wish.isContinued });
      await rouseDaemon(deps);
      return { ...answer, agent: agent.address, isOwn, isAsked: answer.kind !== 'saved' };
    },
    save: async (wish: HandoffWish): Promise<HandoffOutcome> => {
      const { agent, request, isOwn } = await readWish(deps, wish);
      return { ...(await saveHandoff(deps, request)), agent: agent.address, isOwn, isAsked: true };
    },
    /** Gives what a session knows to another; without a session, of whoever calls (H11). */
    transfer: async (wish: TransferWish) => {
      const session = wish.session ?? callingSession(deps);
      const agent = wish.agent === undefined ? undefined : (await agentOf(deps.store.db, deps, wish.agent)).address;
      return transferSession(deps, { session: (await getSession(deps.store.db, session)).id, into: wish.into, agent, goal: wish.goal ?? '' });
    },
    previewHandoff: async (wish: HandoffWish) => previewHandoff(deps, (await readWish(deps, wish)).request),
  };
}

async function readWish(deps: Deps, { agent: text, subject, notes, reason, isCollected }: HandoffWish) {
  const agent: Agent = await agentOf(deps.store.db, deps, text);
  const isOwn = agent.address === deps.by.actor;
  const why = reason ?? (isOwn ? await ownReason(deps) : `asked by ${deps.by.actor}`);
  return { agent, isOwn, request: { agent: agent.address, subject, notes, reason: why, isCollected } };
}

/**
 * Another's session is asked for its document before it is handed over, unless that is to be at once, or its successor goes on with its conversation.
 * Answers the session that is meant from then on, where one was asked.
 */
export async function askForHandoff(
  deps: Deps,
  agent: Agent,
  { subject, notes, reason, isCollected = false }: Pick<HandoffRequest, 'subject' | 'notes' | 'reason' | 'isCollected'>,
  { isAtOnce, isContinued, tell = () => {} }: Pick<HandoffWish, 'isAtOnce' | 'isContinued' | 'tell'>,
): Promise<string | undefined> {
  const live = await findLiveSession(deps.store.db, agent.address);
  if (live === undefined || isAtOnce === true || isContinued === true) return undefined;
  const order = { by: deps.by.actor, agent: agent.address, session: live.id, subject, notes, reason, isCollected };
  const [asked] = await askForDocuments(deps, [agent], { before: { kind: 'handoff', order }, tell });
  return asked;
}

function callingSession({ by }: Deps): string {
  if (by.session !== undefined) return by.session;
  throw new Fault('invalid', 'it is not said which session is meant', { hint: 'name one: `baton sessions list`' });
}

/** Why a session hands itself off: what it was told of its context, where it was told. */
async function ownReason({ store, by }: Deps): Promise<string> {
  const session = by.session === undefined ? undefined : await getSession(store.db, by.session);
  return session?.toldShare === undefined ? 'by its own word' : `context ${formatShare(session.toldShare)}`;
}

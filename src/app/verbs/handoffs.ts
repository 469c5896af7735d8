import { formatShare } from '#context';
import { refuseEstop } from '#dispatch';
import { type HandoffAnswer, handOff, previewHandoff, saveHandoff } from '#handoff';
import { getSession } from '#sessions';
import type { Agent } from '#town';
import type { Deps } from '../deps.ts';
import { rouseDaemon } from '../reach-daemon.ts';
import { agentOf } from './places.ts';

/** A handoff as a command asks for it; without an agent, of whoever calls. */
export interface HandoffWish {
  readonly agent?: string | undefined;
  readonly subject: string;
  readonly notes: string;
  readonly reason?: string | undefined;
  readonly isCollected?: boolean | undefined;
  readonly isContinued?: boolean | undefined;
}

/** How it came out, and for whom. `isAsked` of a save: it is what was wished, and no handoff that could not be. */
export type HandoffOutcome = HandoffAnswer & { readonly agent: string; readonly isOwn: boolean; readonly isAsked: boolean };

/** What sessions leave: handoffs, and saves of what they know. */
export function handoffVerbs(deps: Deps) {
  return {
    handOff: async (wish: HandoffWish): Promise<HandoffOutcome> => {
      await refuseEstop(deps.store.db);
      const { agent, request, isOwn } = await readWish(deps, wish);
      const answer = await handOff(deps, { ...request, isContinued: wish.isContinued });
      await rouseDaemon(deps);
      return { ...answer, agent: agent.address, isOwn, isAsked: answer.kind !== 'saved' };
    },
    save: async (wish: HandoffWish): Promise<HandoffOutcome> => {
      const { agent, request, isOwn } = await readWish(deps, wish);
      return { ...(await saveHandoff(deps, request)), agent: agent.address, isOwn, isAsked: true };
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

/** Why a session hands itself off: what it was told of its context, where it was told. */
async function ownReason({ store, by }: Deps): Promise<string> {
  const session = by.session === undefined ? undefined : await getSession(store.db, by.session);
  return session?.toldShare === undefined ? 'by its own word' : `context ${formatShare(session.toldShare)}`;
}

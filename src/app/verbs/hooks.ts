import { hookBead, noteBead, readHook, unhookBead } from '#work';
import { hookConflict } from '#work/model';
import type { Deps } from '../deps.ts';
import { agentOf } from './places.ts';

export type HookVerbs = ReturnType<typeof hookVerbs>;

/** Hooks. Without an agent, the caller's. */
export function hookVerbs(deps: Deps) {
  const { db } = deps.store;
  return {
    read: async ({ agent }: { agent?: string | undefined }) => readHook(db, (await agentOf(db, deps, agent)).address),
    /** Hangs a bead on a hook, or leaves it there. Fault `conflict` where that cannot be. */
    hook: async ({ bead, agent: text }: { bead: string; agent?: string | undefined }) => {
      const { address: agent } = await agentOf(db, deps, text);
      const answer = await hookBead(deps, { bead, agent });
      if (answer.kind !== 'hooked' && answer.kind !== 'already') throw hookConflict(answer, { agent });
      return { ...answer, agent };
    },
    unhook: async ({ agent: text, reason }: { agent?: string | undefined; reason?: string | undefined }) => {
      const { address: agent } = await agentOf(db, deps, text);
      const answer = await unhookBead(deps, { agent });
      if (answer.kind === 'unhooked' && reason !== undefined) await noteBead(deps, { bead: answer.bead.id, body: reason });
      return { ...answer, agent };
    },
  };
}

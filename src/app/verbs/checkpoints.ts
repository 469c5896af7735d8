import { Fault } from '#base';
import { clearCheckpoints, findOpenCheckpoint } from '#sessions';
import type { Deps } from '../deps.ts';
import { noteCheckpoint } from '../save-checkpoint.ts';
import { agentHere, agentOf } from './places.ts';

export type CheckpointVerbs = ReturnType<typeof checkpointVerbs>;

/** Notes of safe points. Sessions write and clear their own; whoever likes reads them. */
export function checkpointVerbs(deps: Deps) {
  const { db } = deps.store;
  return {
    write: async (request: { notes?: string | undefined; molecule?: string | undefined; step?: string | undefined }) => {
      refuseOutside(deps);
      return noteCheckpoint(deps, request);
    },
    /** The newest that counts: nobody cleared it. Fault `not-found` where there is none. */
    read: async ({ agent: text }: { agent?: string | undefined }) => {
      const { address: agent } = await agentOf(db, deps, text);
      const checkpoint = await findOpenCheckpoint(db, agent);
      if (checkpoint !== undefined) return { agent, ...checkpoint };
      throw new Fault('not-found', `"${agent}" has no checkpoint`, { hint: 'a session writes one: `baton checkpoint write --notes TEXT`' });
    },
    clear: async () => {
      refuseOutside(deps);
      const { address: agent } = await agentHere(db, deps);
      return { agent, count: await clearCheckpoints(deps, { agent }) };
    },
  };
}

function refuseOutside({ by }: Deps): void {
  if (by.session !== undefined) return;
  throw new Fault('invalid', 'a checkpoint is the note of a session, and this is none', {
    hint: 'run it inside a session; `baton checkpoint read AGENT` works everywhere',
  });
}

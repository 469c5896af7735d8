import { Fault } from '#base';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { getAgent, setDesiredRow } from '#town';
import { getBead, unhookBeadRow } from '#work';

/** What was taken back: the bead is open again, its molecule stays with it; a polecat's session ends and its worktree goes, preserved. */
export interface Unslung {
  readonly bead: string;
  readonly agent: string;
  readonly isStopping: boolean;
}

/** Takes a bead off its agent's hook. A polecat without work has no reason to live: it is stopped, and the daemon's round retires it. */
export async function unslingBead({ store, by }: { store: Store; by: Writer }, request: { bead: string }): Promise<Unslung> {
  return store.change({ ...by, point: 'unsling' }, async (tx, at) => {
    const bead = await getBead(tx, request.bead);
    if (bead.hookedBy === null)
      throw new Fault('conflict', `"${bead.id}" hangs on no hook`, { hint: `it is ${bead.status}; \`baton bead show ${bead.id}\` tells more` });
    const agent = await getAgent(tx, bead.hookedBy);
    const unhooked = await unhookBeadRow(tx, at, { agent: agent.address });
    const isStopping = agent.role === 'polecat';
    const stop = isStopping ? await setDesiredRow(tx, at, { agent: agent.address, desired: 'stopped' }) : [];
    const answer = { bead: bead.id, agent: agent.address, isStopping };
    return { answer, events: [...unhooked.events, ...stop, { type: 'unsling', agent: agent.address, rig: agent.rig, bead: bead.id, payload: answer }] };
  });
}

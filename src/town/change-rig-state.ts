import { Fault } from '#base';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { getRig } from './read-rigs.ts';
import { judgeRigAct, type Rig, type RigAct } from './rig.ts';

/** `already`: the rig was in that state, and nothing was changed. */
export interface ChangedRig {
  readonly kind: 'changed' | 'already';
  readonly rig: Rig;
}

/**
 * Parks, docks or opens a rig. What is wanted of its agents stays as it is: while it is not open they just don't run. Faults: `not-found`; `conflict`
 * where the act does not fit its state (a docked rig is not unparked).
 */
export async function changeRigState({ store, by }: { store: Store; by: Writer }, { name, act }: { name: string; act: RigAct }): Promise<ChangedRig> {
  return store.change<ChangedRig>({ ...by, point: 'rig.state' }, async (tx) => {
    const rig = await getRig(tx, name);
    const state = judgeRigAct(rig.state, act);
    if (state === undefined)
      throw new Fault('conflict', `"${rig.name}" is ${rig.state}`, {
        hint: rig.state === 'docked' ? `\`baton rig undock ${rig.name}\` opens it` : `\`baton rig unpark ${rig.name}\` opens it`,
        details: { rig: rig.name, state: rig.state },
      });
    if (state === rig.state) return { answer: { kind: 'already', rig }, events: [] };
    await tx.updateTable('rigs').set({ state }).where('name', '=', rig.name).execute();
    const event = { type: `rig_${act}ed`, rig: rig.name, payload: { state, before: rig.state } };
    return { answer: { kind: 'changed', rig: { ...rig, state } }, events: [event] };
  });
}

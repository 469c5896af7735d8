import { changeRigState, getRig, listAgents, listAgentsForNow } from '#town';
import type { RigAct, RigState } from '#town/model';
import type { Deps } from '../deps.ts';
import { rouseDaemon } from '../reach-daemon.ts';
import { askForDocuments } from './ask-for-documents.ts';
import { awaitGone, type StopWish } from './stop-agents.ts';

/** Which rigs, and what becomes of them; as a stop where they are closed. */
export interface RigWish extends Pick<StopWish, 'isAtOnce' | 'tell'> {
  readonly names: readonly string[];
  readonly act: RigAct;
}

/** A rig after the act: who was ended for it, and who is wanted and runs again. */
export interface ParkedRig {
  readonly rig: string;
  readonly kind: 'changed' | 'already';
  readonly state: RigState;
  readonly stopped: readonly string[];
  readonly wanted: readonly string[];
}

/**
 * Parks, docks or opens rigs, one after the other; the first that can't be is a fault, and those before it stay changed. Parking waits until nothing of
 * the rig runs any more, each session with its document (X3); opening leaves to the daemon who was wanted, and waits for none.
 */
export async function changeRigs(deps: Deps, { names, act, ...wish }: RigWish): Promise<ParkedRig[]> {
  const changed: ParkedRig[] = [];
  for (const name of names) {
    if (act === 'park' || act === 'dock') await askWhoRuns(deps, name, wish);
    changed.push(await changeOne(deps, name, act));
  }
  return changed;
}

/** Before a rig is closed those of it that sit idle are asked for what they know. */
async function askWhoRuns(deps: Deps, text: string, { isAtOnce, tell = () => {} }: Pick<RigWish, 'isAtOnce' | 'tell'>): Promise<void> {
  const { name, state } = await getRig(deps.store.db, text);
  if (state !== 'open' || isAtOnce === true) return;
  await askForDocuments(deps, await listAgents(deps.store.db, { rig: name }), { before: { kind: 'stop' }, tell });
}

async function changeOne(deps: Deps, name: string, act: RigAct): Promise<ParkedRig> {
  const { kind, rig } = await changeRigState(deps, { name, act });
  const { db } = deps.store;
  const live = new Set((await db.selectFrom('sessions').select('agent').where('gone_at', 'is', null).execute()).map((row) => row.agent));
  const running = (await listAgents(db, { rig: rig.name })).filter(({ address }) => live.has(address));
  const wanted = (await listAgentsForNow(db, { rig: rig.name })).filter(({ desired }) => desired === 'running').map(({ address }) => address);
  if (rig.state !== 'open') await awaitGone(deps, running);
  else if (wanted.length > 0) await rouseDaemon(deps);
  return { rig: rig.name, kind, state: rig.state, stopped: rig.state === 'open' ? [] : running.map(({ address }) => address), wanted };
}

import { Fault, plural } from '#base';
import type { Settings } from '#config';
import { getRuntime } from '#runtimes';
import type { Reader, Store } from '#store';
import { type Agent, findRig, readEstop } from '#town';
import { chooseRuntime } from './choose-runtime.ts';
import { refuseFullDisk } from './refuse-full-disk.ts';

export interface AdmitStartDeps {
  readonly store: Store;
  readonly settings: Settings;
  readonly root: string;
  /** Bytes free on the disk of a path; the machine's own answer where nothing is said. */
  readonly freeBytes?: (path: string) => number;
}

/**
 * Refuses what would keep an agent from starting, before an order is written (L1). Faults: `invalid` for a person, `conflict` for an emergency stop, a
 * rig or agent that is parked, a rig at its capacity; `not-found` for a runtime that nobody knows; `unavailable` for a full disk.
 */
export async function admitStart(deps: AdmitStartDeps, { agent, runtime }: { agent: Agent; runtime?: string | undefined }): Promise<void> {
  if (agent.role === 'overseer')
    throw new Fault('invalid', `"${agent.address}" is a person and runs no program`, { hint: '`baton agents` lists who can be started' });
  refuseParked(agent);
  await deps.store.read(async (reader) => {
    await refuseEstop(reader);
    await refuseClosedRig(reader, agent.rig);
    await refuseCrowd(deps, reader, agent);
  });
  getRuntime(chooseRuntime(deps.settings, agent, runtime).runtime, deps.settings, { rig: agent.rig });
  refuseFullDisk(deps);
}

/** Nothing starts while an emergency stop stands. */
export async function refuseEstop(reader: Reader): Promise<void> {
  const estop = await readEstop(reader);
  if (estop === undefined) return;
  throw new Fault('conflict', `the town is stopped by ${estop.by}: ${estop.reason === '' ? 'no reason was given' : estop.reason}`, {
    hint: '`baton thaw` lets it go on',
    details: { estop },
  });
}

/** Nothing starts in a rig that is parked or docked. */
export async function refuseClosedRig(reader: Reader, name: string | null): Promise<void> {
  const rig = name === null ? undefined : await findRig(reader, name);
  if (rig === undefined || rig.state === 'open') return;
  throw new Fault('conflict', `the rig "${rig.name}" is ${rig.state}`, {
    hint: `open it first: \`baton rig ${rig.state === 'docked' ? 'undock' : 'unpark'} ${rig.name}\``,
    details: { rig: rig.name, state: rig.state },
  });
}

/** A parked agent waits to be unparked. */
export function refuseParked({ address, desired }: Pick<Agent, 'address' | 'desired'>): void {
  if (desired !== 'parked') return;
  throw new Fault('conflict', `"${address}" is parked`, { hint: `unpark it first: \`baton agent unpark ${address}\`` });
}

/** A rig's capacity counts the polecats that work at once: one more than that does not start, also where the setting was lowered meanwhile. */
async function refuseCrowd({ settings }: Pick<AdmitStartDeps, 'settings'>, reader: Reader, { role, rig, address }: Agent): Promise<void> {
  if (role !== 'polecat') return;
  const capacity = settings.get('capacity', { rig });
  const others = await reader
    .selectFrom('sessions')
    .innerJoin('agents', 'agents.address', 'sessions.agent')
    .select('sessions.agent')
    .where('sessions.ended_at', 'is', null)
    .where('agents.role', '=', 'polecat')
    .where('agents.rig', '=', rig)
    .where('agents.address', '<>', address)
    .execute();
  if (others.length < capacity) return;
  throw new Fault('conflict', `"${rig}" has ${plural(others.length, 'polecat')} at work of ${capacity}`, {
    hint: 'wait until one is done, or raise `capacity` in its rig.toml',
    details: { busy: others.length, capacity },
  });
}

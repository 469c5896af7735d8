import { existsSync } from 'node:fs';
import { Fault, known } from '#base';
import { unlockWorktree } from '#git';
import type { Reader, Tx } from '#store';
import type { NewEvent } from '#store/model';
import { type Agent, addressOf, agentFolder, getAgent, readClaims, refuseLocked, rigPaths } from '#town';
import { noteBeadRow, unhookBeadRow } from '#work';
import { refuseEstop } from './admit-start.ts';
import { type ClearDeps, clearPolecat } from './clear-polecat.ts';
import { retireRows, takeOver } from './retire-polecats.ts';
import { takeBackAbandoned } from './take-back.ts';

/** `isForced` also removes a worktree that somebody locked. */
export interface NukeRequest {
  readonly agent: string;
  readonly isForced: boolean;
}

/** Where everything is that it had: its commits are on `branch`, the rest under `preservedRef` or in `movedTo`; `ignored` is gone. */
export interface Nuked {
  readonly agent: string;
  readonly rig: string;
  /** Open again, with its molecule and steps as they are. */
  readonly bead: string | undefined;
  readonly branch: string | null;
  readonly preservedRef: string | undefined;
  readonly movedTo: string | undefined;
  readonly ignored: readonly string[];
}

/**
 * What would keep a polecat from being nuked, told before anything is stopped for it. Faults: `not-found`, `invalid` (no polecat, or the caller itself),
 * `conflict` (it is landing, is being made or cleared by a living process, its worktree is locked, or the town is stopped).
 */
export async function admitNuke(deps: ClearDeps, { agent: address, isForced }: NukeRequest): Promise<Agent> {
  const agent = await getAgent(deps.store.db, address);
  if (agent.role !== 'polecat') throw new Fault('invalid', `"${agent.address}" is no polecat`, { hint: '`baton polecat list` names them' });
  if (deps.by.actor === agent.address)
    throw new Fault('invalid', `"${agent.address}" may not nuke itself`, { hint: 'end your assignment: `baton done --status DEFERRED --reason …`' });
  if (agent.retiredAt !== null && agent.worktree === null)
    throw new Fault('not-found', `"${agent.address}" is gone already`, {
      hint: '`baton sessions list` shows its sessions, `baton sessions restore` their work',
    });
  await refuseEstop(deps.store.db);
  if (agent.spawningBead !== null) await refuseMaking(deps, agent);
  await refuseLanding(deps.store.db, agent);
  if (!isForced) await refuseLocked(deps, agent);
  return agent;
}

async function refuseMaking(deps: ClearDeps, agent: Agent): Promise<void> {
  const bead = known(agent.spawningBead, 'bead');
  const taken = await takeBackAbandoned(deps, { bead });
  if (taken.includes(agent.address)) throw new Fault('not-found', `"${agent.address}" was never made: its sling was killed`, { hint: 'it is taken back now' });
  throw new Fault('conflict', `"${agent.address}" is being made for "${bead}"`, { hint: 'wait until its sling has ended' });
}

async function refuseLanding(reader: Reader, agent: Agent): Promise<void> {
  const merge = (await readClaims(reader, [agent.address])).find(({ kind }) => kind === 'merge');
  if (merge === undefined) return;
  throw new Fault('conflict', `the work of "${agent.address}" is landing (${merge.id})`, {
    hint: `wait for it: \`baton mq show ${merge.id}\`; it retires by itself afterwards`,
    details: { merge: merge.id },
  });
}

/**
 * Ends a polecat that has stopped, for good: in one change its bead is open again with a note that says where the work is, and it is retired; then its
 * worktree goes, with all that is not committed preserved (X4), and its name is free. Repeatable: killed after the change, the daemon or the next asking
 * finishes it.
 */
export async function nukePolecat(deps: ClearDeps, request: NukeRequest): Promise<Nuked> {
  const agent = await admitNuke(deps, request);
  const isOurs = agent.retiredAt === null || (await takeOver(deps, agent));
  if (!isOurs) throw new Fault('conflict', `"${agent.address}" is being cleared away by another process`, { hint: 'wait a moment' });
  const bead = agent.retiredAt === null ? await commitNuke(deps, agent) : undefined;
  const dir = agentFolder(deps.root, addressOf(agent));
  const rig = known(agent.rig, 'rig');
  if (request.isForced && existsSync(dir)) await unlockWorktree(deps.git, { repo: rigPaths(deps.root, rig).repository, dir });
  const cleared = await clearPolecat(deps, agent, `nuked by ${deps.by.actor}`);
  return { agent: agent.address, rig, bead, branch: agent.branch, ...cleared };
}

/** Hook, note and retirement in one change, which refuses where it was started again meanwhile. Answers the bead that hung. */
async function commitNuke({ store, by, root }: ClearDeps, agent: Agent): Promise<string | undefined> {
  return store.change({ ...by, point: 'polecat.nuke' }, async (tx, at) => {
    await refuseLanding(tx, agent);
    const session = (await readClaims(tx, [agent.address])).find(({ kind }) => kind === 'session');
    if (session !== undefined) throw new Fault('conflict', `"${agent.address}" runs (${session.id})`, { hint: 'it was started meanwhile: ask again' });
    const unhooked = await unhookBeadRow(tx, at, { agent: agent.address });
    const bead = unhooked.answer.kind === 'unhooked' ? unhooked.answer.bead.id : undefined;
    const nuked: NewEvent = { type: 'polecat_nuked', agent: agent.address, rig: agent.rig, bead: bead ?? null, payload: { branch: agent.branch } };
    const noted = bead === undefined ? [] : await noteNuked(tx, at, agent, bead, by);
    return { answer: bead, events: [...unhooked.events, nuked, ...noted, ...(await retireRows(tx, at, root, agent))] };
  });
}

async function noteNuked(tx: Tx, at: number, agent: Agent, beadId: string, by: ClearDeps['by']): Promise<readonly NewEvent[]> {
  const body = `${agent.address} was nuked by ${by.actor}. Its commits are on ${agent.branch ?? 'no branch'}; \`baton sling ${beadId} ${agent.rig}\` goes on from there.`;
  return (await noteBeadRow(tx, at, { beadId, by, body })).events;
}

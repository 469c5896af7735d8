import { type Chance, Fault } from '#base';
import type { Git, SkippedFile } from '#git';
import { escalateRow } from '#mail';
import { endSessionRow, findLiveSession } from '#sessions';
import type { Reader, Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { type Agent, getAgent, setDesiredRow } from '#town';
import { blockBeadRow, endStepRow, landBeadRow, noteBeadRow, readHook, takeOffHookRow } from '#work';
import { type Bead, findCurrentStep, type Molecule } from '#work/model';
import { prepareTree, type Tree } from './prepare-tree.ts';
import { queueMergeRow } from './queue-merge.ts';

export interface EndDeps {
  readonly store: Store;
  readonly git: Git;
  readonly chance: Chance;
  readonly root: string;
  readonly by: Writer;
}

/** The three kinds of `done` (DESIGN.md section 9). `reason` is needed for ESCALATED. */
export interface EndRequest {
  readonly agent: string;
  readonly status: 'COMPLETED' | 'ESCALATED' | 'DEFERRED';
  readonly reason: string;
}

/**
 * What was handed in. `merge` is the request that lands it; without commits the bead is closed at once. `leftOut` are files that are neither
 * committed nor preserved. `sessionEnds`: a polecat's session is over.
 */
export interface EndAnswer {
  readonly status: EndRequest['status'];
  readonly bead: string;
  readonly merge: string | undefined;
  readonly branch: string | undefined;
  readonly commitCount: number;
  readonly preservedRef: string | undefined;
  readonly leftOut: readonly SkippedFile[];
  readonly sessionEnds: boolean;
}

/**
 * Ends an agent's assignment: what `baton done` does. Everything is preserved, and for COMPLETED committed, first; then one change empties the hook
 * (but for DEFERRED), hands the branch to landing, and ends a polecat's session by the record; crew and mayor live on.
 */
export async function endAssignment(deps: EndDeps, request: EndRequest): Promise<EndAnswer> {
  if (request.status === 'ESCALATED' && request.reason.trim() === '')
    throw new Fault('invalid', 'an escalated end needs a reason', { hint: 'say it with --reason' });
  const agent = await getAgent(deps.store.db, request.agent);
  const { bead } = await getAssignment(deps.store.db, agent, request);
  const tree = await prepareTree(deps, agent, bead, { commits: request.status === 'COMPLETED' });
  return deps.store.change({ ...deps.by, point: 'done.commit' }, async (tx, at) => {
    const now = await getAssignment(tx, agent, request);
    if (now.bead.id !== bead.id)
      throw new Fault('conflict', `"${bead.id}" is not on the hook of "${agent.address}" any more`, { hint: `"${now.bead.id}" hangs there now` });
    const { merge, events } = await endRows(deps, tx, at, { agent, ...now, request, tree });
    const sessionEnds = agent.role === 'polecat';
    const ended = sessionEnds ? await endPolecatRows(tx, at, agent, request) : [];
    const { branch, head, commitCount, preservedRef, leftOut } = tree;
    const done = { status: request.status, merge: merge ?? null, branch: branch ?? null, head: head ?? null, reason: request.reason };
    return {
      answer: { status: request.status, bead: bead.id, merge, branch, commitCount, preservedRef, leftOut, sessionEnds },
      events: [{ type: 'done', agent: agent.address, rig: agent.rig, bead: bead.id, payload: done }, ...events, ...ended],
    };
  });
}

interface Assignment {
  readonly bead: Bead;
  readonly molecule: Molecule | undefined;
}

/** What hangs on the agent's hook and may be ended so. */
async function getAssignment(reader: Reader, { address }: Agent, { status }: EndRequest): Promise<Assignment> {
  const { bead, molecule } = await readHook(reader, address);
  if (bead === undefined)
    throw new Fault('conflict', `nothing hangs on the hook of "${address}"`, { hint: '`baton hook` shows it; there is nothing to hand in' });
  if (status === 'COMPLETED' && molecule !== undefined) refuseOpenSteps(bead, molecule);
  return { bead, molecule };
}

/** Every step but the one that hands in must be closed: nobody would do the others any more. */
function refuseOpenSteps(bead: Bead, { steps }: Molecule): void {
  const current = findCurrentStep(steps);
  const last = current?.position === steps.length ? current : undefined;
  const open = steps.filter((step) => step.status !== 'done' && step.status !== 'skipped' && step.id !== last?.id);
  if (open.length === 0) return;
  throw new Fault('conflict', `"${bead.id}" has open steps: ${open.map((step) => `step-${step.position}: ${step.id}`).join(', ')}`, {
    hint: 'close them with `baton mol step done`, skip them with `baton mol step skip STEP`, or use `--status DEFERRED`',
    details: { open: open.map((step) => step.id) },
  });
}

interface Ending extends Assignment {
  readonly agent: Agent;
  readonly request: EndRequest;
  readonly tree: Tree;
}

interface EndedRows {
  readonly merge: string | undefined;
  readonly events: readonly NewEvent[];
}

async function endRows(deps: EndDeps, tx: Tx, at: number, ending: Ending): Promise<EndedRows> {
  switch (ending.request.status) {
    case 'COMPLETED':
      return complete(deps, tx, at, ending);
    case 'ESCALATED':
      return { merge: undefined, events: await escalateRows(deps, tx, at, ending) };
    case 'DEFERRED':
      return { merge: undefined, events: await deferRows(deps, tx, at, ending) };
  }
}

/** The bead lands, or where there is nothing to land, is closed at once. */
async function complete(deps: EndDeps, tx: Tx, at: number, { agent, bead, molecule, tree }: Ending): Promise<EndedRows> {
  const events = molecule === undefined ? [] : await closeLastStep(deps, tx, at, molecule);
  events.push(...(await takeOffHookRow(tx, at, { agent: agent.address })).events);
  const { branch, head, target } = tree;
  if (tree.commitCount === 0 || branch === undefined || head === undefined || agent.rig === null)
    return { merge: undefined, events: [...events, ...(await landBeadRow(tx, at, { beadId: bead.id })).events] };
  const merge = await queueMergeRow(deps, tx, at, { rig: agent.rig, bead: bead.id, agent: agent.address, session: deps.by.session, branch, head, target });
  return { merge: merge.id, events: [...events, ...merge.events] };
}

async function closeLastStep(deps: EndDeps, tx: Tx, at: number, { id, steps }: Molecule): Promise<NewEvent[]> {
  const current = findCurrentStep(steps);
  if (current === undefined) return [];
  const ended = await endStepRow(tx, at, { molecule: id, step: current.id, outcome: 'done', note: 'closed by `baton done`', by: deps.by });
  return [...ended.events];
}

async function escalateRows({ chance, by }: EndDeps, tx: Tx, at: number, { agent, bead, request }: Ending): Promise<NewEvent[]> {
  const blocked = await blockBeadRow(tx, at, { agent: agent.address, reason: request.reason, by });
  const target = agent.rig === null ? 'mayor' : `${agent.rig}/witness`;
  const about = { bead: bead.id, agent: agent.address, text: request.reason, incident: `escalated:${bead.id}` };
  const told = await escalateRow(tx, at, { chance, severity: 'high', target, ...about, by });
  return [...blocked.events, ...told.events];
}

/** The bead and its steps stay on the hook. */
async function deferRows({ by }: EndDeps, tx: Tx, at: number, { bead, request }: Ending): Promise<NewEvent[]> {
  if (request.reason.trim() === '') return [];
  return [...(await noteBeadRow(tx, at, { beadId: bead.id, by, body: `Deferred: ${request.reason}` })).events];
}

/** A polecat's session is over with its assignment; what follows for its worktree, the daemon's round decides from these facts. */
async function endPolecatRows(tx: Tx, at: number, agent: Agent, request: EndRequest): Promise<NewEvent[]> {
  const live = await findLiveSession(tx, agent.address);
  const events = await setDesiredRow(tx, at, { agent: agent.address, desired: 'stopped' });
  if (live === undefined) return events;
  const ended = await endSessionRow(tx, { session: live.id, reason: 'done', at, evidence: { status: request.status } });
  return [...events, ...ended.events];
}

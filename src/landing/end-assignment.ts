import { existsSync } from 'node:fs';
import { type Chance, Fault } from '#base';
import { fault } from '#host';
import { commitAll, countCommits, type Git, preservedRef, readWorktree, snapshotWorktree } from '#git';
import { escalateRow } from '#mail';
import { endSessionRow, findLiveSession } from '#sessions';
import type { Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { type Agent, getAgent, getRig, setDesiredRow } from '#town';
import { blockBeadRow, endStepRow, landBeadRow, readHook, takeOffHookRow } from '#work';
import { findCurrentStep, type Hook } from '#work/model';
import { queueMergeRow } from './merge-requests.ts';

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

/** What was handed in. `merge` is the request that lands it; without commits the bead is closed at once. `sessionEnds`: a polecat's session is over. */
export interface EndAnswer {
  readonly status: EndRequest['status'];
  readonly bead: string;
  readonly merge: string | undefined;
  readonly branch: string | undefined;
  readonly commitCount: number;
  readonly preservedRef: string | undefined;
  readonly sessionEnds: boolean;
}

/**
 * Ends an agent's assignment: what `baton done` does. Everything is preserved and committed first, then one change empties the hook (but for
 * DEFERRED), hands the branch to landing, and ends a polecat's session by the record; crew and mayor live on.
 */
export async function endAssignment(deps: EndDeps, request: EndRequest): Promise<EndAnswer> {
  const agent = await getAgent(deps.store.db, request.agent);
  const hook = await readHook(deps.store.db, agent.address);
  if (hook.bead === undefined) throw new Fault('conflict', `nothing hangs on the hook of "${agent.address}"`, { hint: '`baton hook` shows it; there is nothing to hand in' });
  if (request.status === 'COMPLETED') refuseOpenSteps(hook);
  if (request.status === 'ESCALATED' && request.reason.trim() === '') throw new Fault('invalid', 'an escalated end needs a reason', { hint: 'say it with --reason' });
  const tree = await prepareTree(deps, agent, hook);
  return deps.store.change({ ...deps.by, point: 'done.commit' }, async (tx, at) => {
    const [outcome, events] = await endRows(deps, tx, at, { agent, hook, request, tree });
    const sessionEnds = agent.role === 'polecat';
    if (sessionEnds) events.push(...(await endPolecatRows(tx, at, agent, request)));
    const bead = hook.bead?.id ?? '';
    events.unshift({ type: 'done', agent: agent.address, rig: agent.rig, bead, payload: { status: request.status, merge: outcome ?? null, branch: tree.branch ?? null, head: tree.head ?? null, reason: request.reason } });
    return { answer: { status: request.status, bead, merge: outcome, branch: tree.branch, commitCount: tree.commitCount, preservedRef: tree.preservedRef, sessionEnds }, events };
  });
}

interface Tree {
  readonly branch: string | undefined;
  readonly head: string | undefined;
  readonly target: string;
  readonly commitCount: number;
  readonly preservedRef: string | undefined;
}

/** Every step but the one that hands in must be closed: nobody would do the others any more. */
function refuseOpenSteps({ molecule, bead }: Hook): void {
  if (molecule === undefined) return;
  const current = findCurrentStep(molecule.steps);
  const open = molecule.steps.filter((step) => step.status !== 'done' && step.status !== 'skipped' && step.id !== (isLast(molecule, current) ? current?.id : undefined));
  if (open.length === 0) return;
  const names = open.map((step) => `step-${step.position}: ${step.id}`);
  throw new Fault('conflict', `${bead?.id ?? 'the bead'} has open steps: ${names.join(', ')}`, {
    hint: 'close them with `baton mol step done`, skip them with `baton mol step skip STEP`, or use `--status DEFERRED`',
    details: { open: open.map((step) => step.id) },
  });
}

function isLast(molecule: NonNullable<Hook['molecule']>, step: { position: number } | undefined): boolean {
  return step !== undefined && step.position === molecule.steps.length;
}

/** Preserves and commits what the worktree holds. Repeatable; no row changes. */
async function prepareTree({ git, store, by }: EndDeps, agent: Agent, hook: Hook): Promise<Tree> {
  const none: Tree = { branch: undefined, head: undefined, target: '', commitCount: 0, preservedRef: undefined };
  if (agent.worktree === null || agent.rig === null || !existsSync(agent.worktree)) return none;
  const dir = agent.worktree;
  const { target } = await getRig(store.db, agent.rig);
  const { operation } = await readWorktree(git, dir);
  if (operation !== undefined) throw new Fault('conflict', `a ${operation} is under way in "${dir}"`, { hint: `end it (\`git ${operation} --continue\`) or give it up (\`git ${operation} --abort\`), then run \`baton done\` again` });
  const ref = by.session === undefined ? undefined : preservedRef(by.session);
  if (ref !== undefined) await snapshotWorktree(git, { dir, ref, message: `Preserved before done: ${agent.address}` });
  fault('done.snapshot.after');
  await commitAll(git, { dir, message: `${hook.bead?.title ?? 'Work'} (${hook.bead?.id ?? ''})`, author: { name: agent.address, email: git.env['GIT_AUTHOR_EMAIL'] ?? '' } });
  fault('done.commitAll.after');
  const { branch, head } = await readWorktree(git, dir);
  const { aheadCount } = await countCommits(git, { repo: dir, from: `refs/heads/${target}`, to: 'HEAD' });
  return { branch, head, target, commitCount: aheadCount, preservedRef: ref };
}

async function endRows(deps: EndDeps, tx: Tx, at: number, { agent, hook, request, tree }: { agent: Agent; hook: Hook; request: EndRequest; tree: Tree }): Promise<[string | undefined, NewEvent[]]> {
  const bead = hook.bead;
  if (bead === undefined || request.status === 'DEFERRED') return [undefined, []];
  if (request.status === 'ESCALATED') {
    const blocked = await blockBeadRow(tx, at, { agent: agent.address, reason: request.reason, by: deps.by });
    const told = await escalateRow(tx, at, { chance: deps.chance, severity: 'high', target: agent.rig === null ? 'mayor' : `${agent.rig}/witness`, bead: bead.id, agent: agent.address, text: request.reason, incident: `escalated:${bead.id}`, by: deps.by });
    return [undefined, [...blocked.events, ...told.events]];
  }
  const events = await closeLastStep(deps, tx, at, hook);
  events.push(...(await takeOffHookRow(tx, at, { agent: agent.address })).events);
  if (tree.commitCount === 0 || tree.branch === undefined || tree.head === undefined || agent.rig === null) {
    return [undefined, [...events, ...(await landBeadRow(tx, at, { beadId: bead.id })).events]];
  }
  const merge = await queueMergeRow(deps, tx, at, { rig: agent.rig, bead: bead.id, agent: agent.address, session: deps.by.session, branch: tree.branch, head: tree.head, target: tree.target });
  return [merge.id, [...events, ...merge.events]];
}

async function closeLastStep(deps: EndDeps, tx: Tx, at: number, { molecule }: Hook): Promise<NewEvent[]> {
  const current = molecule === undefined ? undefined : findCurrentStep(molecule.steps);
  if (molecule === undefined || current === undefined) return [];
  const ended = await endStepRow(tx, at, { molecule: molecule.id, step: current.id, outcome: 'done', note: 'closed by `baton done`', by: deps.by });
  return [...ended.events];
}

/** A polecat's session is over with its assignment; what follows for its worktree, the daemon's round decides from these facts. */
async function endPolecatRows(tx: Tx, at: number, agent: Agent, request: EndRequest): Promise<NewEvent[]> {
  const live = await findLiveSession(tx, agent.address);
  const events = await setDesiredRow(tx, at, { agent: agent.address, desired: 'stopped' });
  if (live === undefined) return events;
  const ended = await endSessionRow(tx, { session: live.id, reason: 'done', at, evidence: { status: request.status } });
  return [...events, ...ended.events];
}

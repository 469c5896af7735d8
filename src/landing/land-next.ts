import { type Clock, type Fault, isFault, minute, plural, second } from '#base';
import type { Settings } from '#config';
import { addWorktree, fastForward, fetchOrigin, foldCommits, type Git, isAncestor, moveRef, rebaseBranch, resetWorktree, resolveCommit } from '#git';
import { endCommands, fault, runCommands } from '#host';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { rigPaths } from '#town';
import { findBead, landBeadRow, refuseLandingRow } from '#work';
import type { MergeRequest } from './model.ts';
import { findNextMerge } from './read-merges.ts';
import { beginLanding, isTakenOver, mergeEvent, recordLanding } from './record-landing.ts';

export interface LandDeps {
  readonly store: Store;
  readonly git: Git;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly root: string;
  /** The refinery of the rig. */
  readonly by: Writer;
  /** The built environment in which gates run. */
  readonly env: Readonly<Record<string, string>>;
  /** Cuts off the gate that runs: the request stays where it is, and that was no attempt. */
  readonly signal?: AbortSignal;
}

/**
 * What became of the next request. `again`: the target moved meanwhile; it may be asked for at once. `later`: git, the disk or another process was in
 * the way; it stays where it is, and asking at once would meet the same.
 */
export type LandAnswer =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'landed'; readonly merge: MergeRequest; readonly commit: string }
  | { readonly kind: 'refused'; readonly merge: MergeRequest; readonly failure: string }
  | { readonly kind: 'again'; readonly merge: MergeRequest; readonly detail: string }
  | { readonly kind: 'later'; readonly merge: MergeRequest; readonly detail: string };

/** A request that was begun so often, and never came to its end, is refused: its target moves each time, or it brings its lander down. */
const attemptsMax = 5;
/** A gate that takes longer has hung. */
const gateMsMax = 30 * minute;
/** A source that does not answer holds up nobody for longer. */
const fetchMsMax = 60 * second;

/**
 * Lands the rig's next merge request: fetch, rebase onto the target, gates, compare-and-set, and only then the record (DESIGN.md section 13). It
 * may be killed anywhere and asked again: the commit that is about to become the target is recorded before the target moves, so that the next
 * try sees whether it did.
 */
export async function landNext(deps: LandDeps, { rig }: { rig: string }): Promise<LandAnswer> {
  const next = await findNextMerge(deps.store.db, rig);
  if (next === undefined) return { kind: 'nothing' };
  const begun = await beginLanding(deps, next.id);
  if (begun.kind === 'over') return landNext(deps, { rig });
  if (begun.kind === 'taken') return { kind: 'later', merge: next, detail: `process ${begun.by.split('|')[0]} is landing it` };
  try {
    return await land(deps, begun.merge);
  } catch (error) {
    if (!isFault(error)) throw error;
    return postpone(deps, begun.merge, error);
  }
}

async function land(deps: LandDeps, merge: MergeRequest): Promise<LandAnswer> {
  const repo = rigPaths(deps.root, merge.rig).repository;
  const ref = `refs/heads/${merge.target}`;
  const before = await resolveCommit(deps.git, { repo, name: ref });
  if (before === undefined) return refuse(deps, merge, `the target branch "${merge.target}" is not there`);
  if (merge.landingCommit !== undefined && (await isAncestor(deps.git, { repo, ancestor: merge.landingCommit, of: before })))
    return end(deps, merge, merge.landingCommit);
  if (merge.attempts > attemptsMax) return refuse(deps, merge, `it did not land in ${plural(attemptsMax, 'attempt')}: ${merge.failure ?? 'each was cut off'}`);
  if ((await resolveCommit(deps.git, { repo, name: merge.head })) === undefined) return refuse(deps, merge, `its commit ${merge.head} is not there any more`);
  const source = await updateTarget(deps, repo, merge.target);
  const target = (await resolveCommit(deps.git, { repo, name: ref })) ?? before;
  const prepared = await prepare(deps, merge, repo, target);
  if (prepared.kind === 'refused') return refuse(deps, merge, prepared.failure);
  return move(deps, merge, { repo, ref, from: target, to: prepared.head, source });
}

/** A source that can't be reached is no reason not to land: the target is ours, and `rig sync` catches up. Answers what the journal says of it. */
async function updateTarget({ git }: LandDeps, repo: string, target: string): Promise<string> {
  const fetched = await fetchOrigin(git, { repo, timeoutMs: fetchMsMax });
  if (fetched.kind === 'unreachable') return `unreachable: ${fetched.reason}`;
  if (fetched.kind === 'fetched') await fastForward(git, { repo, branch: target });
  return fetched.kind;
}

/** The commit that may become the target: rebased and through every gate, in the refinery's worktree, where nobody else works. */
async function prepare(
  deps: LandDeps,
  merge: MergeRequest,
  repo: string,
  target: string,
): Promise<{ kind: 'passed'; head: string } | { kind: 'refused'; failure: string }> {
  const dir = rigPaths(deps.root, merge.rig).refinery;
  await endCommands(deps, dir);
  await addWorktree(deps.git, { repo, dir, from: target });
  fault('merge.rebase.before');
  const rebased = await rebaseBranch(deps.git, { worktree: dir, branchHead: merge.head, onto: target });
  if (rebased.kind === 'conflict') return { kind: 'refused', failure: `conflicts with "${merge.target}" in ${rebased.files.join(', ')}\n${rebased.detail}` };
  const head = await foldWip(deps, merge, { dir, base: target, head: rebased.head });
  const gates = await runCommands(deps, { dir, commands: deps.settings.get('gates', { rig: merge.rig }), timeoutMs: gateMsMax, signal: deps.signal });
  fault('merge.gates.after');
  return gates.kind === 'passed' ? { kind: 'passed', head } : { kind: 'refused', failure: `gate "${gates.command}" failed: ${gates.detail}` };
}

/** What Baton committed for an agent before a cycle vanishes into its neighbours; the files are the same, and the gates see the commit that lands. */
async function foldWip({ git, store }: LandDeps, merge: MergeRequest, { dir, base, head }: { dir: string; base: string; head: string }): Promise<string> {
  const bead = await findBead(store.db, merge.bead);
  const message = bead === undefined ? merge.branch : `${bead.title} (${bead.id})`;
  const folded = await foldCommits(git, { repo: dir, base, head, isFolded: ({ subject }) => subject.startsWith('WIP: '), message });
  if (folded !== head) await resetWorktree(git, { dir, to: folded });
  return folded;
}

async function move(
  deps: LandDeps,
  merge: MergeRequest,
  { source, ...step }: { repo: string; ref: string; from: string; to: string; source: string },
): Promise<LandAnswer> {
  const { from, to } = step;
  await recordLanding(deps, merge, 'merge.commit', async () => ({
    columns: { landing_commit: to },
    events: [mergeEvent(merge, 'merge_gated', { commit: to, onto: from, source })],
  }));
  fault('merge.move.before');
  const moved = await moveRef(deps.git, step);
  fault('merge.move.after');
  if (moved === 'moved') return end(deps, merge, to);
  const detail = `"${merge.target}" moved meanwhile`;
  await recordLanding(deps, merge, 'merge.again', async () => ({ columns: { failure: detail }, events: [mergeEvent(merge, 'merge_again', { detail })] }));
  return { kind: 'again', merge, detail };
}

async function end(deps: LandDeps, merge: MergeRequest, commit: string): Promise<LandAnswer> {
  await recordLanding(deps, merge, 'merge.land', async (tx, at) => {
    const bead = await landBeadRow(tx, at, { beadId: merge.bead, commit });
    const event = mergeEvent(merge, 'merged', { branch: merge.branch, commit, target: merge.target });
    return { columns: { status: 'landed', landed_commit: commit, lander: null, failure: null, ended_at: at }, events: [event, ...bead.events] };
  });
  return { kind: 'landed', merge, commit };
}

/** Sends the bead back with the failure as a note; the branch stays. */
async function refuse(deps: LandDeps, merge: MergeRequest, failure: string): Promise<LandAnswer> {
  await recordLanding(deps, merge, 'merge.refuse', async (tx, at) => {
    const body = `Landing of ${merge.branch} was refused: ${failure}`;
    const bead = await refuseLandingRow(tx, at, { beadId: merge.bead, failure: body, by: deps.by });
    const event = mergeEvent(merge, 'merge_failed', { branch: merge.branch, failure });
    return { columns: { status: 'refused', failure, lander: null, ended_at: at }, events: [event, ...bead.events] };
  });
  return { kind: 'refused', merge, failure };
}

/** What is nobody's fault and may pass (a full disk, a lock) is no attempt; anything else counts, so that it comes to an end. */
async function postpone(deps: LandDeps, merge: MergeRequest, reason: Fault): Promise<LandAnswer> {
  if (isTakenOver(reason)) return { kind: 'later', merge, detail: reason.message };
  const mayPass = reason.kind === 'unavailable' || reason.kind === 'timeout';
  const detail = reason.message;
  await recordLanding(deps, merge, 'merge.postpone', async () => ({
    columns: { failure: detail, lander: null, attempts: merge.attempts - (mayPass ? 1 : 0) },
    events: [mergeEvent(merge, 'merge_postponed', { detail })],
  }));
  return { kind: 'later', merge, detail };
}

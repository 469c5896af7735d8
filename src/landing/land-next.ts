import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { plural } from '#base';
import type { Settings } from '#config';
import { fault } from '#host';
import { addWorktree, fastForward, fetchOrigin, type Git, isAncestor, moveRef, rebaseBranch, resetWorktree, resolveCommit } from '#git';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { landBeadRow, refuseLandingRow } from '#work';
import { findNextMerge, recordMerge } from './merge-requests.ts';
import type { MergeRequest } from './model.ts';
import { runGates } from './run-gates.ts';

export interface LandDeps {
  readonly store: Store;
  readonly git: Git;
  readonly settings: Settings;
  readonly root: string;
  /** The refinery of the rig. */
  readonly by: Writer;
  /** The built environment in which gates run. */
  readonly env: Readonly<Record<string, string>>;
}

/** What became of the next request. `again`: the target moved or git did not answer; it stays in the queue. */
export type LandAnswer = { kind: 'nothing' } | { kind: 'landed'; merge: MergeRequest; commit: string } | { kind: 'refused'; merge: MergeRequest; failure: string } | { kind: 'again'; merge: MergeRequest; detail: string };

/** Tries for one request whose target moves each time; then it is refused, and its bead says why. */
const attemptsMax = 5;

/**
 * Lands the rig's next merge request: fetch, rebase onto the target, gates, compare-and-set, and only then the record (DESIGN.md section 13). It
 * may be killed anywhere and asked again: the commit that is about to become the target is recorded before the target moves, so that the next
 * try sees whether it did.
 */
export async function landNext(deps: LandDeps, { rig }: { rig: string }): Promise<LandAnswer> {
  const merge = await findNextMerge(deps.store.db, rig);
  if (merge === undefined) return { kind: 'nothing' };
  const repo = join(deps.root, rig, 'repo.git');
  if (merge.landingCommit !== undefined && (await isAncestor(deps.git, { repo, ancestor: merge.landingCommit, of: `refs/heads/${merge.target}` }))) return land(deps, merge, merge.landingCommit);
  if (merge.attempts >= attemptsMax) return refuse(deps, merge, `the target "${merge.target}" moved during ${plural(attemptsMax, 'attempt')}`);
  await recordMerge(deps, merge, 'merge.start', (at) => ({ status: 'landing', started_at: merge.startedAt ?? at, attempts: merge.attempts + 1 }), 'merge_started', { branch: merge.branch });
  return tryLanding(deps, merge, repo);
}

async function tryLanding(deps: LandDeps, merge: MergeRequest, repo: string): Promise<LandAnswer> {
  await updateTarget(deps, merge, repo);
  const target = await resolveCommit(deps.git, { repo, name: `refs/heads/${merge.target}` });
  if (target === undefined) return refuse(deps, merge, `the target branch "${merge.target}" is not there`);
  const worktree = await openWorktree(deps, merge, repo, target);
  fault('merge.rebase.before');
  const rebased = await rebaseBranch(deps.git, { worktree, branchHead: merge.head, onto: target });
  if (rebased.kind === 'conflict') return refuse(deps, merge, `conflicts with "${merge.target}" in ${rebased.files.join(', ')}\n${rebased.detail}`);
  await resetWorktree(deps.git, { dir: worktree, to: rebased.head });
  const gates = await runGates({ env: deps.env }, { dir: worktree, gates: deps.settings.get('gates', { rig: merge.rig }) });
  if (gates.kind === 'failed') return refuse(deps, merge, `gate "${gates.gate}" failed: ${gates.detail}`);
  await recordMerge(deps, merge, 'merge.commit', () => ({ landing_commit: rebased.head }), 'merge_gated', { commit: rebased.head, onto: target });
  fault('merge.move.before');
  const moved = await moveRef(deps.git, { repo, ref: `refs/heads/${merge.target}`, from: target, to: rebased.head });
  fault('merge.move.after');
  return moved === 'moved' ? land(deps, merge, rebased.head) : { kind: 'again', merge, detail: `"${merge.target}" moved meanwhile` };
}

/** A source that can't be reached is no reason not to land: the target is ours, and `rig sync` catches up (told in the journal by the fetch). */
async function updateTarget({ git }: LandDeps, merge: MergeRequest, repo: string): Promise<void> {
  const fetched = await fetchOrigin(git, { repo, timeoutMs: 60_000 });
  if (fetched.kind === 'fetched') await fastForward(git, { repo, branch: merge.target });
}

/** The refinery's worktree, detached at the target: made when first needed. */
async function openWorktree({ git, root }: LandDeps, merge: MergeRequest, repo: string, target: string): Promise<string> {
  const dir = join(root, merge.rig, 'refinery', 'rig');
  if (existsSync(join(dir, '.git'))) await resetWorktree(git, { dir, to: target });
  else await addWorktree(git, { repo, dir, from: target });
  return dir;
}

async function land(deps: LandDeps, merge: MergeRequest, commit: string): Promise<LandAnswer> {
  await deps.store.change({ ...deps.by, point: 'merge.land' }, async (tx, at) => {
    await tx.updateTable('merge_requests').set({ status: 'landed', landed_commit: commit, ended_at: at }).where('id', '=', merge.id).execute();
    const bead = await landBeadRow(tx, at, { beadId: merge.bead, commit });
    return { answer: undefined, events: [{ type: 'merged', agent: merge.agent, rig: merge.rig, bead: merge.bead, payload: { merge: merge.id, branch: merge.branch, commit, target: merge.target } }, ...bead.events] };
  });
  return { kind: 'landed', merge, commit };
}

/** Sends the bead back with the failure as a note; the branch stays. */
async function refuse(deps: LandDeps, merge: MergeRequest, failure: string): Promise<LandAnswer> {
  await deps.store.change({ ...deps.by, point: 'merge.refuse' }, async (tx, at) => {
    await tx.updateTable('merge_requests').set({ status: 'refused', failure, ended_at: at }).where('id', '=', merge.id).execute();
    const body = `Landing of ${merge.branch} was refused: ${failure}`;
    const bead = await refuseLandingRow(tx, at, { beadId: merge.bead, failure: body, by: deps.by });
    return { answer: undefined, events: [{ type: 'merge_failed', agent: merge.agent, rig: merge.rig, bead: merge.bead, payload: { merge: merge.id, branch: merge.branch, failure } }, ...bead.events] };
  });
  return { kind: 'refused', merge, failure };
}

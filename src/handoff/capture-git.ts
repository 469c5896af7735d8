import { existsSync } from 'node:fs';
import { isFault, second } from '#base';
import { type Git, listCommits, preservedRef, readWorktree, snapshotWorktree } from '#git';
import { fault } from '#host';
import type { Session } from '#sessions';
import type { Agent } from '#town';
import type { GitCapture } from './capture.ts';

/** Commits looked through for those of the session: more are not made in one context. */
const commitCountMax = 200;

/** What a commit that Baton makes before a cycle begins with; landing folds it. */
export const wipPrefix = 'WIP: ';

interface TreeOf {
  readonly agent: Agent;
  readonly session: Session;
  readonly preserve: boolean;
}

/** How an agent's worktree stands. One that is deleted or damaged must not keep its agent from ending: then the capture says so. */
export async function captureGit(git: Git, request: TreeOf): Promise<GitCapture> {
  const dir = request.agent.worktree;
  if (dir === null) return { kind: 'none' };
  if (!existsSync(dir)) return { kind: 'unknown', problem: `the folder "${dir}" is gone` };
  try {
    return await captureWorktree(git, dir, request);
  } catch (error) {
    if (!isFault(error)) throw error;
    return { kind: 'unknown', problem: error.message };
  }
}

async function captureWorktree(git: Git, dir: string, { agent, session, preserve }: TreeOf): Promise<GitCapture> {
  fault('handoff.snapshot.before');
  const ref = preservedRef(session.id);
  const snapshot = preserve ? await snapshotWorktree(git, { dir, ref, message: `Preserved: ${agent.address}, ${session.id}` }) : undefined;
  fault('handoff.snapshot.after');
  const tree = await readWorktree(git, dir);
  return {
    kind: 'known',
    branch: tree.branch,
    head: tree.head,
    changed: tree.changed.map((file) => file.path),
    untracked: tree.untracked,
    skipped: (snapshot?.skipped ?? []).map((file) => file.path),
    commits: tree.head === undefined ? [] : await listOwnCommits(git, dir, { agent, session }),
    preservedRef: snapshot === undefined ? undefined : ref,
    wip: undefined,
  };
}

/**
 * What the agent committed since the session started, newest first: `1a2b3c4d5e subject`. Git tells whole seconds. What Baton committed for it
 * before a cycle is not its own.
 */
export async function listOwnCommits(git: Git, dir: string, { agent, session }: Pick<TreeOf, 'agent' | 'session'>): Promise<string[]> {
  if (session.startedAt === undefined) return [];
  const from = Math.floor(session.startedAt / second) * second;
  const commits = await listCommits(git, { repo: dir, to: 'HEAD', max: commitCountMax });
  const own = commits.filter((commit) => commit.authoredAt >= from && commit.author.name === agent.address && !commit.subject.startsWith(wipPrefix));
  return own.map((commit) => `${commit.commit.slice(0, 10)} ${commit.subject}`);
}

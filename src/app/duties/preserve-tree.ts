import { existsSync } from 'node:fs';
import { type Git, preservedRef, readWorktree, snapshotWorktree } from '#git';
import type { Session } from '#sessions';
import type { Agent } from '#town';

/**
 * Preserves what a session changed after the last snapshot of it, once its processes are gone (H2 replace). Answers the ref, or undefined where
 * there is no worktree or nothing that is not committed.
 */
export async function preserveTree({ git }: { git: Git }, agent: Agent, session: Session): Promise<string | undefined> {
  if (agent.worktree === null || !existsSync(agent.worktree)) return undefined;
  const tree = await readWorktree(git, agent.worktree);
  if (tree.changed.length === 0 && tree.untracked.length === 0) return undefined;
  const ref = preservedRef(session.id);
  await snapshotWorktree(git, { dir: agent.worktree, ref, message: `Preserved at the end of ${session.id}` });
  return ref;
}

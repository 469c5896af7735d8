import { existsSync } from 'node:fs';
import { isFault } from '#base';
import { type Git, preservedRef, readWorktree, snapshotWorktree } from '#git';
import type { Session } from '#sessions';
import type { Agent } from '#town';

/**
 * Preserves what a session changed after the last snapshot of it, once its processes are gone (H2 replace). Answers the ref, or undefined where
 * there is no worktree or nothing that is not committed. A full disk or a lock is a fault: it may pass, and then this is asked again.
 */
export async function preserveTree({ git }: { git: Git }, { worktree }: Pick<Agent, 'worktree'>, session: Pick<Session, 'id'>): Promise<string | undefined> {
  if (worktree === null || !existsSync(worktree)) return undefined;
  try {
    const tree = await readWorktree(git, worktree);
    if (tree.changed.length === 0 && tree.untracked.length === 0) return undefined;
    const ref = preservedRef(session.id);
    await snapshotWorktree(git, { dir: worktree, ref, message: `Preserved at the end of ${session.id}` });
    return ref;
  } catch (error) {
    // A folder that is no worktree any more will never be one again; its agent must come back all the same.
    if (isFault(error, 'invalid') || isFault(error, 'not-found')) return undefined;
    throw error;
  }
}

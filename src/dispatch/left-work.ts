import { type Git, isSameTree, listSnapshots, preservedRef, restoreSnapshot } from '#git';
import type { Reader } from '#store';

/** What the last session with a bead had not committed: the ref that keeps it, and the commit that it was made on. */
export interface LeftWork {
  readonly session: string;
  readonly agent: string;
  readonly ref: string;
  readonly commit: string;
  readonly base: string;
}

/** What the last session with a bead left uncommitted; undefined where there is nothing that `head` does not hold. */
export async function findLeftWork(
  git: Git,
  reader: Reader,
  { repo, bead, head }: { repo: string; bead: string; head: string },
): Promise<LeftWork | undefined> {
  const last = await reader
    .selectFrom('sessions')
    .select(['id', 'agent'])
    .where('bead', '=', bead)
    .orderBy('created_at', 'desc')
    .orderBy('generation', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) return undefined;
  const ref = preservedRef(last.id);
  const [newest] = await listSnapshots(git, { repo, ref, max: 1 });
  if (newest === undefined || !newest.isChanged || (await isSameTree(git, { repo, one: newest.commit, other: head }))) return undefined;
  return { session: last.id, agent: last.agent, ref, commit: newest.commit, base: newest.base };
}

/**
 * Brings it back as uncommitted changes, where the worktree begins at the very commit that it was made on: then it is what the work got to. Anywhere
 * else it would undo what came since, so it stays where it is. True where it was brought back.
 */
export async function bringBack(git: Git, left: LeftWork, { repo, dir, head }: { repo: string; dir: string; head: string }): Promise<boolean> {
  if (left.base !== head) return false;
  await restoreSnapshot(git, { repo, ref: left.commit, dir });
  return true;
}

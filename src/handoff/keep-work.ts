import { isFault, plural } from '#base';
import type { Settings } from '#config';
import { commitAll, type Git, listCommits, readUnpublished, readWorktree } from '#git';
import { fault } from '#host';
import type { Reader } from '#store';
import { type Agent, getRig } from '#town';
import { type GitCapture, listSome } from './capture.ts';
import { wipPrefix } from './capture-git.ts';
import { chooseWip } from './rules.ts';

/** What was done for uncommitted work before a cycle, beside the snapshot that there always is. */
export interface KeptWork {
  readonly tree: GitCapture;
  /** The commit that holds it, which is pushed after the handoff where the rig's `publish` allows that. */
  readonly wip: { readonly branch: string; readonly commit: string } | undefined;
  readonly warnings: readonly string[];
}

interface WorkToKeep {
  readonly agent: Agent;
  readonly tree: GitCapture;
  readonly subject: string;
}

/** Does what `handoff.wip` says for the agent's role (DESIGN.md "What is committed before a cycle"). Repeatable: a WIP commit that is there is built on. */
export async function keepWork(deps: { store: { db: Reader }; git: Git; settings: Settings }, work: WorkToKeep): Promise<KeptWork> {
  const { agent, tree } = work;
  const nothing: KeptWork = { tree, wip: undefined, warnings: [] };
  if (tree.kind !== 'known' || agent.worktree === null || agent.rig === null) return nothing;
  const { target } = await getRig(deps.store.db, agent.rig);
  const place = { dir: agent.worktree, target };
  switch (chooseWip(deps.settings.get('handoff.wip', { rig: agent.rig }), agent.role)) {
    case 'none':
      return nothing;
    case 'snapshot':
      return { ...nothing, warnings: await warnOfWork(deps.git, tree, place) };
    case 'push':
      return commitWork(deps.git, { ...work, tree }, place);
  }
}

type KnownTree = Extract<GitCapture, { kind: 'known' }>;

interface WorkPlace {
  readonly dir: string;
  readonly target: string;
}

async function warnOfWork(git: Git, tree: KnownTree, { dir, target }: WorkPlace): Promise<string[]> {
  const uncommitted = [...tree.changed, ...tree.untracked];
  const unpushed = await countUnpushed(git, { dir, branch: tree.branch, target });
  return [
    ...(uncommitted.length === 0 ? [] : [`${plural(uncommitted.length, 'file')} not committed: ${listSome(uncommitted, 5)}`]),
    ...(unpushed === 0 ? [] : [`${plural(unpushed, 'commit')} neither pushed nor landed`]),
  ];
}

async function countUnpushed(git: Git, place: { dir: string; branch: string | undefined; target: string }): Promise<number> {
  try {
    return (await readUnpublished(git, place)).commitCount;
  } catch (error) {
    // A warning that can't be worked out holds up no handoff.
    if (!isFault(error)) throw error;
    return 0;
  }
}

/** Commits what is not committed, where that can be done without harm: on the agent's own branch, and in the middle of nothing. */
async function commitWork(git: Git, { agent, tree, subject }: WorkToKeep & { tree: KnownTree }, { dir, target }: WorkPlace): Promise<KeptWork> {
  const held = (why: string): KeptWork => ({
    tree: { ...tree, wip: `Not committed by Baton, because ${why}; the snapshot has it.` },
    wip: undefined,
    warnings: [],
  });
  const isClean = tree.changed.length === 0 && tree.untracked.length === 0;
  const { operation } = await readWorktree(git, dir);
  if (operation !== undefined) return held(`a ${operation} is under way`);
  if (tree.branch === undefined || tree.head === undefined) return isClean ? { tree, wip: undefined, warnings: [] } : held('HEAD is on no branch');
  if (tree.branch === target) return isClean ? { tree, wip: undefined, warnings: [] } : held(`HEAD is on "${target}", which only landing moves`);
  fault('handoff.wip.before');
  try {
    const author = { name: agent.address, email: git.env.GIT_AUTHOR_EMAIL ?? '' };
    const made = await commitAll(git, { dir, message: `${wipPrefix}${subject}`, author });
    fault('handoff.wip.after');
    return await tellCommit(git, tree, { branch: tree.branch, dir, isMade: made.kind === 'committed' });
  } catch (error) {
    // Conflicts, a lock, a full disk: the snapshot has it all the same.
    if (!isFault(error)) throw error;
    return held(error.message);
  }
}

/** The WIP commit at the branch's top: one that was made now, or by an attempt that came to nothing. */
async function tellCommit(git: Git, tree: KnownTree, { branch, dir, isMade }: { branch: string; dir: string; isMade: boolean }): Promise<KeptWork> {
  const [top] = await listCommits(git, { repo: dir, to: 'HEAD', max: 1 });
  if (top === undefined || !top.subject.startsWith(wipPrefix)) return { tree, wip: undefined, warnings: [] };
  const after = await readWorktree(git, dir);
  const uncommitted = [...tree.changed, ...tree.untracked];
  const held = isMade && uncommitted.length > 0 ? `, which holds ${listSome(uncommitted, 10)}` : '';
  const wip = `Committed by Baton: ${top.commit.slice(0, 10)} ${top.subject}${held}; landing folds it.`;
  const left = { changed: after.changed.map((file) => file.path), untracked: after.untracked };
  return { tree: { ...tree, head: top.commit, ...left, wip }, wip: { branch, commit: top.commit }, warnings: [] };
}

import { isFault, plural, shorten } from '#base';
import { type Git, listCommits, readUnpublished } from '#git';
import { listInbox } from '#mail';
import type { Reader } from '#store';
import { type Agent, getRig } from '#town';
import { listBeads, listReadyBeads } from '#work';
import type { Bead } from '#work/model';
import { type CapturedList, type GitCapture, listSome } from './capture.ts';

/** How much of each list is shown, as the seed has it (seed 5, section 6). */
const shown = { modified: 10, untracked: 5, commits: 5, inbox: 10, ready: 10, inProgress: 5 } as const;
const lineLengthMax = 120;

/** What lies around an agent's work (`handoff --collect`): the worktree in detail, its inbox, and the beads of its rig. A pure read. */
export async function collectState({ store, git }: { store: { db: Reader }; git: Git }, agent: Agent, tree: GitCapture): Promise<CapturedList[]> {
  const { db } = store;
  const inbox = await listInbox(db, { address: agent.address, limit: shown.inbox });
  const ready = await listReadyBeads(db, { rig: agent.rig, limit: shown.ready });
  const inProgress = await listBeads(db, { statuses: ['in_progress'], rig: agent.rig, limit: shown.inProgress });
  return [
    { title: 'Worktree', lines: await describeTree({ db, git }, agent, tree) },
    { title: 'Inbox', lines: inbox.map((mail) => shorten(`${mail.readAt === null ? '●' : '○'} ${mail.id} ${mail.sender}: ${mail.subject}`, lineLengthMax)) },
    { title: 'Ready', lines: ready.map(describeBead) },
    { title: 'In progress', lines: inProgress.map((bead) => `${describeBead(bead)}${bead.assignee === null ? '' : ` (${bead.assignee})`}`) },
  ];
}

async function describeTree({ db, git }: { db: Reader; git: Git }, agent: Agent, tree: GitCapture): Promise<string[]> {
  if (tree.kind !== 'known' || agent.worktree === null || agent.rig === null) return [];
  const { target } = await getRig(db, agent.rig);
  const lines = [
    `branch: ${tree.branch ?? '(detached)'}`,
    ...(tree.changed.length === 0 ? [] : [`modified: ${listSome(tree.changed, shown.modified)}`]),
    ...(tree.untracked.length === 0 ? [] : [`untracked: ${listSome(tree.untracked, shown.untracked)}`]),
  ];
  try {
    const { commitCount, stashes } = await readUnpublished(git, { dir: agent.worktree, branch: tree.branch, target });
    const commits = await listCommits(git, { repo: agent.worktree, to: 'HEAD', max: shown.commits });
    return [
      ...lines,
      ...stashes.map((stash) => shorten(`stash: ${stash}`, lineLengthMax)),
      `neither pushed nor landed: ${plural(commitCount, 'commit')}`,
      ...commits.map(({ commit, subject }) => shorten(`commit: ${commit.slice(0, 10)} ${subject}`, lineLengthMax)),
    ];
  } catch (error) {
    // Before the first commit, or without its target: what is known already is told.
    if (!isFault(error)) throw error;
    return lines;
  }
}

function describeBead(bead: Bead): string {
  return shorten(`${bead.id} (P${bead.priority}) ${bead.title}`, lineLengthMax);
}

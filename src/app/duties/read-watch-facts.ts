import { existsSync } from 'node:fs';
import { isFault, minute } from '#base';
import { listCommits } from '#git';
import { modifiedAt } from '#host';
import { listNudges, type Nudge } from '#mail';
import { getSession, type Session, type WatchFacts } from '#sessions';
import type { Agent } from '#town';
import type { Deps } from '../deps.ts';
import type { Stopwatch } from './stopwatch.ts';

/** A turn of this length is work, whatever came of it (R1); a shorter one may only have answered a nudge. */
const workMs = minute;
/** More nudges of one session than this tell nothing more. */
const nudgesRead = 20;
const commitsRead = 5;

/** What a live session has come to: when anything moved last, when it last worked, and the nudges about it since then, newest first. */
export interface Moved {
  readonly progressAt: number;
  readonly workAt: number;
  readonly nudges: readonly Nudge[];
}

/**
 * When something of a session moved last (V1): its signals, its transcript, its steps, its commits. `workAt` leaves out what a nudge alone may have
 * caused: a short turn.
 */
export async function readMoved(deps: Pick<Deps, 'store' | 'git'>, agent: Agent, session: Session): Promise<Moved> {
  const { startedAt = session.createdAt, turnAt = 0, turnEndedAt = 0 } = session;
  const stepAt = await readLastStepAt(deps, session);
  const commitAt = await readLastCommitAt(deps, agent, startedAt);
  const turnWorkAt = turnEndedAt - turnAt >= workMs ? turnEndedAt : 0;
  const workAt = Math.max(startedAt, stepAt, commitAt, turnWorkAt);
  const transcriptAt = session.transcript === undefined ? 0 : (modifiedAt(session.transcript) ?? 0);
  const nudges = await listNudges(deps.store.db, { agent: agent.address, limit: nudgesRead });
  const isAbout = ({ reason, createdAt }: Nudge) => (reason === 'idle' || reason === 'stuck') && createdAt > workAt;
  return { progressAt: Math.max(workAt, session.progressAt ?? 0, transcriptAt), workAt, nudges: nudges.filter(isAbout) };
}

/** The facts of V5 for a session with work on its hook. */
export async function readWatchFacts(
  deps: Pick<Deps, 'store'>,
  { session, moved, isWorking, watch }: { session: Session; moved: Moved; isWorking: boolean; watch: Stopwatch },
): Promise<WatchFacts> {
  const [newest] = moved.nudges;
  return {
    isWorking,
    progressMs: watch.elapsed(`${session.id} moved`, moved.progressAt),
    nudgeCount: moved.nudges.length,
    nudgedMs: newest === undefined ? 0 : watch.elapsed(`${session.id} nudged`, newest.createdAt),
    isSecondInVain: (await wasHandedOverInVain(deps, session)) && moved.workAt <= (session.startedAt ?? session.createdAt),
  };
}

/** Its predecessor was handed over because nothing moved. */
async function wasHandedOverInVain({ store }: Pick<Deps, 'store'>, { predecessor }: Session): Promise<boolean> {
  if (predecessor === undefined) return false;
  const { endEvidence } = await getSession(store.db, predecessor);
  return endEvidence.kind === 'watch';
}

async function readLastStepAt({ store }: Pick<Deps, 'store'>, { id }: Session): Promise<number> {
  const rows = store.db.selectFrom('steps').select('ended_at').where('ended_session', '=', id).where('ended_at', 'is not', null);
  return (await rows.orderBy('ended_at', 'desc').limit(1).executeTakeFirst())?.ended_at ?? 0;
}

/** A worktree that is gone or damaged tells of no commit. */
async function readLastCommitAt({ git }: Pick<Deps, 'git'>, { address, worktree }: Agent, since: number): Promise<number> {
  if (worktree === null || !existsSync(worktree)) return 0;
  try {
    const commits = await listCommits(git, { repo: worktree, to: 'HEAD', max: commitsRead });
    const own = commits.filter((commit) => commit.author.name === address && commit.authoredAt >= since);
    return Math.max(0, ...own.map((commit) => commit.authoredAt));
  } catch (error) {
    if (!isFault(error)) throw error;
    return 0;
  }
}

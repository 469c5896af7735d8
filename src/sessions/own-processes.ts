import type { Clock } from '#base';
import { descendantsOf, endProcesses, findProcessesByEnvironment, isAlive, type ProcessMark, readEnvironmentOf } from '#host';
import { toMark } from '#host/model';
import type { Session } from './model.ts';

/**
 * The processes proven to be a session's: its program where pid and start time agree, every process whose environment names the session and
 * this town (a child that left its group or its parent is found so), and the descendants of all these (X1, V3).
 */
export function findSessionProcesses(root: string, session: Pick<Session, 'id' | 'process'>): ProcessMark[] {
  const marked = findProcessesByEnvironment({ BATON_TOWN: root, BATON_SESSION: session.id });
  const program = session.process !== undefined && isAlive(session.process) ? [session.process] : [];
  return withDescendants([...program, ...marked]);
}

/**
 * The processes of every other session of an agent than the one that is about to start (L3). One that names no session is none of them, unless it is
 * `tracked`: the one that our own file names for the agent's pane, which may have wiped its environment.
 */
export function findOlderProcesses(root: string, agent: string, session: string, tracked?: ProcessMark): ProcessMark[] {
  const marked = findProcessesByEnvironment({ BATON_TOWN: root, BATON_AGENT: agent });
  const older = marked.filter((mark) => !['', session].includes(sessionOf(mark)));
  return withDescendants(tracked !== undefined && isAlive(tracked) && sessionOf(tracked) !== session ? [...older, tracked] : older);
}

function sessionOf({ pid }: ProcessMark): string {
  return readEnvironmentOf(pid)?.BATON_SESSION ?? '';
}

/** How a session's processes are asked to go: each phase in ms, 0 leaves it out (X1). */
export interface EndPhases {
  readonly interruptMs: number;
  readonly termMs: number;
  readonly killMs: number;
}

/** Ends processes until a fresh look finds none: one that was being forked meanwhile is seen by the next look. Answers those that stay. */
export async function endUntilGone(deps: { clock: Clock }, find: () => ProcessMark[], phases: EndPhases): Promise<ProcessMark[]> {
  let found = find();
  let rest = phases;
  for (let round = 0; found.length > 0 && round < 4; round += 1) {
    await endProcesses(deps, found, rest);
    found = find();
    rest = { interruptMs: 0, termMs: 0, killMs: phases.killMs };
  }
  return found;
}

/** A daemon that a session's command started is that command's child until the command ends: it and what it runs are not the session's. */
function withDescendants(marks: readonly ProcessMark[]): ProcessMark[] {
  const all = [...marks, ...descendantsOf(marks.map((mark) => mark.pid)).map(toMark)];
  const found = new Map(all.map((mark) => [mark.pid, mark]));
  if (!found.delete(process.pid)) return [...found.values()];
  for (const mark of descendantsOf([process.pid])) if (!marks.some((own) => own.pid === mark.pid)) found.delete(mark.pid);
  return [...found.values()];
}

import { type Clock, Fault } from '#base';
import { fault, markOf, type ProcessMark } from '#host';
import type { Store } from '#store';
import { createPane, findPane, type Pane, respawnPane, type Tmux } from '#tmux';
import type { Session } from './model.ts';
import { endUntilGone, findOlderProcesses } from './own-processes.ts';
import { readPidFile, writePidFile } from './pid-file.ts';
import { recordStarted } from './record.ts';
import { findKeeper, findKept, underKeeper } from './under-keeper.ts';

/** What the daemon needs to bring a session's program to life. */
export interface StartDeps {
  readonly store: Store;
  readonly tmux: Tmux;
  readonly clock: Clock;
  readonly root: string;
}

/** The program of a session and where it runs; made by the runtime's adapter. */
export interface StartRequest {
  readonly session: Session;
  readonly pane: string;
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type StartAnswer =
  | { kind: 'started' | 'adopted'; pid: number }
  | { kind: 'unknown-pane'; detail: string }
  | { kind: 'older-alive'; pids: number[] }
  | { kind: 'gone-at-once' };

/** Older generations get little time: their life is over by the record, and the successor waits for them (L3). */
const olderPhases = { interruptMs: 0, termMs: 1500, killMs: 1000 };

/**
 * Brings the program of a session's row to life in its agent's pane (L1, L3, O3), for the daemon alone. It may be killed anywhere and asked
 * again: what it finds in the pane decides. The row's own program is adopted, a dead pane is used again, a pane with a program that is nobody's
 * is left alone and told.
 */
export async function startSession(deps: StartDeps, request: StartRequest): Promise<StartAnswer> {
  const { session } = request;
  const tracked = await findTracked(deps, request);
  const older = await endUntilGone(deps, () => findOlderProcesses(deps.root, session.agent, session.id, tracked), olderPhases);
  if (older.length > 0) return { kind: 'older-alive', pids: older.map((mark) => mark.pid) };
  fault('start.pane.before');
  const found = await findPane(deps.tmux, request.pane);
  if (found !== undefined && found.mark === session.id) return adopt(deps, session, found, 'adopted');
  if (found !== undefined && !found.isDead && markOf(found.pid) !== undefined)
    return { kind: 'unknown-pane', detail: `pane ${found.paneId} "${request.pane}" runs "${found.currentCommand}" (pid ${found.pid}), which is not ours` };
  await openPane(deps.tmux, request, found);
  fault('start.pane.after');
  const opened = await findPane(deps.tmux, request.pane);
  if (opened === undefined)
    throw new Fault('unavailable', `the pane "${request.pane}" vanished while it was opened`, { hint: '`baton doctor` looks at the tmux server' });
  return adopt(deps, session, opened, 'started');
}

/** What our file names for the pane, unless it is this session's own program, started by somebody who was killed before it was recorded. */
async function findTracked({ root, tmux }: StartDeps, { pane, session }: StartRequest): Promise<ProcessMark | undefined> {
  const tracked = readPidFile(root, pane);
  if (tracked === undefined) return undefined;
  const found = await findPane(tmux, pane);
  return found?.mark === session.id && found.pid === findKeeper(tracked) ? undefined : tracked;
}

async function openPane(tmux: Tmux, request: StartRequest, dead: Pane | undefined): Promise<void> {
  const program = { cwd: request.cwd, env: request.env, argv: underKeeper(request.argv), mark: request.session.id };
  if (dead === undefined) await createPane(tmux, { name: request.pane, ...program });
  else await respawnPane(tmux, { paneId: dead.paneId, ...program });
}

async function adopt(deps: StartDeps, session: Session, pane: Pane, kind: 'started' | 'adopted'): Promise<StartAnswer> {
  const keeper = pane.isDead ? undefined : markOf(pane.pid);
  const mark = keeper === undefined ? undefined : await findKept(deps, keeper);
  if (mark === undefined) return { kind: 'gone-at-once' };
  writePidFile(deps.root, pane.session, mark);
  await recordStarted(deps, {
    session: session.id,
    agent: session.agent,
    paneId: pane.paneId,
    pid: mark.pid,
    start: mark.start,
    isAdopted: kind === 'adopted',
  });
  return { kind, pid: mark.pid };
}

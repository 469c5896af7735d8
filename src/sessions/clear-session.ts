import { join } from 'node:path';
import type { Clock } from '#base';
import { fault, type ProcessMark, writeFileAtomic } from '#host';
import type { Store } from '#store';
import { captureScreen, type Pane, type Tmux } from '#tmux';
import type { Session } from './model.ts';
import { type EndPhases, endUntilGone, findSessionProcesses } from './own-processes.ts';
import { removePidFiles } from './pid-file.ts';
import { recordGone } from './record.ts';

export interface ClearDeps {
  readonly store: Store;
  readonly tmux: Tmux;
  readonly clock: Clock;
  readonly root: string;
  /** Where last screens are kept. */
  readonly logDir: string;
}

/** What clearing away a life came to: all its processes are gone, or some stay and nothing may start yet. */
export type ClearAnswer = { kind: 'gone'; screen: string | undefined } | { kind: 'alive'; survivors: ProcessMark[] };

/**
 * Ends exactly the processes of a session whose life is over, keeps its last screen, and records it as gone (X1, H2 replace). `preserve` is
 * called when they are gone, so that what changed since the last snapshot is kept too; it answers the ref.
 */
export async function clearSession(
  deps: ClearDeps,
  session: Session,
  pane: Pane | undefined,
  phases: EndPhases,
  preserve: () => Promise<string | undefined>,
): Promise<ClearAnswer> {
  const survivors = await endUntilGone(deps, () => findSessionProcesses(deps.root, session), phases);
  if (survivors.length > 0) return { kind: 'alive', survivors };
  fault('clear.ended.after');
  const preserved = await preserve();
  const screen = pane?.mark === session.id ? await keepScreen(deps, session, pane) : undefined;
  fault('clear.screen.after');
  if (session.process !== undefined) removePidFiles(deps.root, session.process);
  await recordGone(deps, { session: session.id, agent: session.agent, screen, preserved });
  return { kind: 'gone', screen };
}

/** Writes the pane's text to `logs/<session>.screen`; answers its path. */
async function keepScreen(deps: ClearDeps, session: Session, pane: Pane): Promise<string> {
  const path = join(deps.logDir, `${session.id}.screen`);
  writeFileAtomic(path, await captureScreen(deps.tmux, pane.paneId, { lines: 2000 }));
  return path;
}

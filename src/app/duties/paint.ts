import { second } from '#base';
import type { Settings } from '#config';
import { modifiedAt } from '#host';
import { listSessions, renderStatusLine } from '#sessions';
import { lastSeq } from '#store';
import { listPanes, type Pane, type SessionLook, type Tmux, themeSessions } from '#tmux';
import type { Deps } from '../deps.ts';
import { type AgentStatus, readAgentStatuses } from '../read-status.ts';
import { chooseTheme } from './choose-theme.ts';
import type { Duty } from './duty.ts';

const roundMs = 5 * second;
/** A wake comes with every order; rows are read no more often than this. */
const readMs = 3 * second;

/**
 * Keeps the status lines of live panes as the rows say (L7). Rows are read only where the journal or a transcript went on or a pane is another one,
 * and tmux is asked once for all that changed.
 */
export function paint(deps: Deps, { tmux }: { tmux: Tmux }): Duty {
  let seen = '';
  let readAt = Number.NEGATIVE_INFINITY;
  let painted = new Map<string, string>();
  return {
    name: 'paint',
    round: async () => {
      const panes = (await listPanes(tmux)).filter((pane) => pane.mark !== undefined && !pane.isDead);
      const now = await look(deps, panes);
      if (now === seen) return roundMs;
      const waitMs = readAt + readMs - deps.clock.monotonic();
      if (waitMs > 0) return waitMs;
      readAt = deps.clock.monotonic();
      const wanted = await readLooks(deps, panes);
      const changed = wanted.filter(({ session, key }) => painted.get(session) !== key);
      await themeSessions(tmux, changed);
      painted = new Map(wanted.map(({ session, key }) => [session, key]));
      seen = now;
      return roundMs;
    },
  };
}

/** What a look depends on, for next to nothing: how far the journal is, which programs are in the panes, when transcripts grew, and the setting. */
async function look({ store, settings }: Deps, panes: readonly Pane[]): Promise<string> {
  const seq = await lastSeq(store.db);
  const live = panes.length === 0 ? [] : await listSessions(store.db, { isUnended: true });
  const grown = live.map(({ transcript }) => (transcript === undefined ? '' : modifiedAt(transcript)));
  return JSON.stringify([seq, panes.map(({ session, paneId, pid }) => [session, paneId, pid]), grown, settings.get('theme')]);
}

interface Wanted {
  readonly session: string;
  readonly look: SessionLook | undefined;
  /** What is painted, as one text: a pane whose program is another one is painted again. */
  readonly key: string;
}

async function readLooks(deps: Deps, panes: readonly Pane[]): Promise<Wanted[]> {
  const marked = new Map(panes.map((pane) => [pane.mark, pane]));
  const statuses = await readAgentStatuses(deps);
  return statuses.flatMap((status) => {
    const pane = status.session === undefined ? undefined : marked.get(status.session);
    if (pane === undefined) return [];
    const session = pane.session;
    const chosen = describeLook(deps.settings, status);
    return [{ session, look: chosen, key: JSON.stringify([pane.paneId, pane.pid, chosen]) }];
  });
}

function describeLook(settings: Settings, status: AgentStatus): SessionLook | undefined {
  const theme = chooseTheme(settings.get('theme', { rig: status.rig }), status.role);
  if (theme === undefined || status.generation === undefined) return undefined;
  const line = renderStatusLine({ ...status, generation: status.generation, share: status.context?.share });
  return { ...line, title: `${line.left} · ${line.right}`, theme };
}

import { basename } from 'node:path';
import { ancestorsOf } from '#host';
import { findAdoptedSession, getSession, type Session } from '#sessions';
import type { Writer } from '#store/model';
import { listPanes } from '#tmux';
import { writerOf } from './caller.ts';
import type { Deps } from './deps.ts';
import { openTownTmux, tmuxSocketName } from './tmux.ts';

/**
 * Who calls (P1): the session that the environment names; else the session of the pane of ours that the caller is in, else the adopted one whose program it
 * descends from; else a person. A folder alone makes
 * nobody a session: people stand in agents' folders too.
 */
export async function findCaller(deps: Pick<Deps, 'store' | 'clock' | 'env' | 'root' | 'by'>): Promise<Writer> {
  if (deps.by.session !== undefined) return deps.by;
  const session = (await findByPane(deps)) ?? (await findAdoptedSession(deps.store.db, ancestorsOf(process.pid)));
  return session === undefined ? { actor: 'overseer' } : writerOf(session);
}

/** A program in a pane of ours may have lost its environment, and a pane says by its mark whose it is (O3). Panes that people opened have none. */
async function findByPane(deps: Pick<Deps, 'store' | 'clock' | 'env' | 'root'>): Promise<Session | undefined> {
  const { TMUX: server = '', TMUX_PANE: pane = '' } = deps.env;
  const isOurs = pane !== '' && basename(server.split(',')[0] ?? '') === tmuxSocketName(deps.root);
  const mark = isOurs ? (await listPanes(openTownTmux(deps))).find(({ paneId }) => paneId === pane)?.mark : undefined;
  return mark === undefined ? undefined : getSession(deps.store.db, mark);
}

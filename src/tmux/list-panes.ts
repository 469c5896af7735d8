import { setTimeout as sleep } from 'node:timers/promises';
import { findProcess, isOver } from '#host';
import { channelSession } from './channel-session.ts';
import type { Pane } from './model.ts';
import { type ListedPane, paneFormat, readPane } from './read-pane.ts';
import { askTmux, type Tmux, type TmuxCommand } from './tmux.ts';

const roundsMax = 4;
const reapMs = 5;

/** Every pane of the server but the hidden one, in one call. Empty where there is no server; any other trouble is a fault (S5). */
export async function listPanes(tmux: Tmux): Promise<Pane[]> {
  for (let round = 1; ; round += 1) {
    const listed = await askPanes(tmux);
    if (!listed.some(wakeReaper) || round === roundsMax) return listed.map(({ pane }) => pane);
    await sleep(reapMs);
  }
}

/** The pane whose tmux session has exactly this name, case and all; of several the marked one, then the oldest. */
export async function findPane(tmux: Tmux, session: string): Promise<Pane | undefined> {
  const panes = (await listPanes(tmux)).filter((pane) => pane.session === session);
  return panes.find(({ mark }) => mark !== undefined) ?? panes[0];
}

const commands: readonly TmuxCommand[] = [
  ['list-panes', '-a', '-F', paneFormat],
  ['list-clients', '-F', 'c:#{client_control_mode}:#{client_session}'],
];

async function askPanes(tmux: Tmux): Promise<ListedPane[]> {
  const answer = await tmux.run(commands);
  if (answer.kind === 'no-server') return [];
  // A server without any session has no pane that it could take as the current one.
  if (answer.kind === 'refused' && answer.message === 'no current target') return [];
  const lines = (answer.kind === 'done' ? answer.output : await askTmux(tmux, commands)).split('\n');
  const attended = new Set(lines.filter((line) => line.startsWith('c:0:')).map((line) => line.slice('c:0:'.length)));
  return lines.flatMap((line) => readPane(line, attended) ?? []).filter(({ pane }) => pane.session !== channelSession);
}

/**
 * tmux 3.3 built with libutempter (Debian's) misses a program's SIGCHLD while it takes the dead pane's terminal out of utmp, in one of ten quick
 * deaths, and asks for the exit status only at the next one. A SIGCHLD of ours, which says nothing to anybody else, makes it ask. True if sent.
 */
function wakeReaper({ pane, isUnsettled }: ListedPane): boolean {
  const zombie = isUnsettled ? findProcess(pane.pid) : undefined;
  if (zombie === undefined || !isOver(zombie) || zombie.ppid <= 1) return false;
  try {
    return process.kill(zombie.ppid, 'SIGCHLD');
  } catch {
    return false;
  }
}

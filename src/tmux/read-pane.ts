import { constants } from 'node:os';
import { findProcess } from '#host';
import { type Pane, readTmuxVersion } from './model.ts';

/** A pane as listed; `isUnsettled` where tmux calls it dead and has not told how its program ended, if it has. */
export type ListedPane = { readonly pane: Pane; readonly isUnsettled: boolean };

/** `:` parts the fields: tmux lets it into no session's name, the rest are numbers, and from the two free texts it is taken out. */
const fields = [
  ...['version', 'pane_id', 'session_name', 'pane_pid', 'pane_dead', 'pane_dead_status', 'pane_dead_signal', 'pane_dead_time'],
  ...['pane_in_mode', 'pane_width', 'pane_height', 's|[^a-zA-Z0-9_-]|_|:@baton_session', 's|[^a-zA-Z0-9 _./+@-]|_|:pane_current_command'],
];

/** The format of a line that `readPane` reads. */
export const paneFormat = `p:${fields.map((field) => `#{${field}}`).join(':')}`;

/** Reads one line; `attended` holds the sessions that somebody looks at. Undefined for a line of another kind. */
export function readPane(line: string, attended: ReadonlySet<string>): ListedPane | undefined {
  const [kind, version = '', paneId, session, pid, dead, status, signal, time = '', mode, width, height, mark, command] = line.split(':');
  if (kind !== 'p' || paneId === undefined || session === undefined || command === undefined) return undefined;
  const isDead = dead === '1' && isProgramOver(version, Number(pid), time);
  const pane = {
    paneId,
    session,
    pid: Number(pid),
    isDead,
    deadStatus: isDead && status !== '' ? Number(status) : undefined,
    deadSignal: isDead ? readSignal(signal ?? '') : undefined,
    deadAt: isDead && time !== '' ? Number(time) * 1000 : undefined,
    mark: mark === '' ? undefined : mark,
    isPersonAttached: attended.has(session),
    inMode: Number(mode) > 0,
    currentCommand: command,
    width: Number(width),
    height: Number(height),
  };
  return { pane, isUnsettled: dead === '1' && !isDead };
}

/**
 * tmux calls a pane dead as soon as nothing holds its terminal: the program may live on, or tmux may not know yet how it ended. Since 3.3 a pane
 * has a time of death once both are settled; before, the program's process tells.
 */
function isProgramOver(version: string, pid: number, deadTime: string): boolean {
  const tmux = readTmuxVersion(`tmux ${version}`);
  const tellsTime = tmux === undefined || tmux.major > 3 || tmux.minor >= 3;
  return tellsTime ? deadTime !== '' : findProcess(pid) === undefined;
}

/** tmux tells a number where its C library knows no names, else the name, with or without `SIG`. */
function readSignal(text: string): string | undefined {
  if (text === '' || text === '0') return undefined;
  if (!/^\d+$/.test(text)) return `SIG${text.toUpperCase().replace(/^SIG/, '')}`;
  return Object.entries(constants.signals).find(([, number]) => number === Number(text))?.[0] ?? `SIG${text}`;
}

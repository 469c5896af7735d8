import { type ThemeName, themes } from './model.ts';
import { quoteLine } from './quote.ts';
import { askTmux, type Tmux, type TmuxCommand } from './tmux.ts';

/**
 * How a tmux session of ours is to look for whoever attaches: the texts left and right in its status line and its pane's title, all plain, and
 * its colours. `undefined` takes our options back, so that the person's own settings show.
 */
export type SessionTheme = { readonly session: string; readonly look: SessionLook | undefined };

export type SessionLook = { readonly left: string; readonly right: string; readonly title: string; readonly theme: ThemeName };

/**
 * Sets the look of sessions, by exact name, in one sequence; those that are gone meanwhile are passed over. Nothing of a text is run or expanded,
 * and tmux never redraws it by itself.
 */
export async function themeSessions(tmux: Tmux, wanted: readonly SessionTheme[]): Promise<void> {
  if (wanted.length === 0) return;
  await askTmux(
    tmux,
    wanted.map(({ session, look }) => ifThere(session, look === undefined ? plain(session) : dress(session, look))),
  );
}

/** `if-shell` takes another session where the named one is missing, so its name is compared. */
function ifThere(session: string, commands: readonly TmuxCommand[]): TmuxCommand {
  return ['if-shell', '-F', '-t', `=${session}:`, `#{==:#{session_name},${session}}`, quoteLine(commands)];
}

function dress(session: string, { left, right, title, theme }: SessionLook): TmuxCommand[] {
  const { text, ground, accent } = themes[theme];
  const values: Readonly<Record<(typeof sessionOptions)[number], string>> = {
    status: 'on',
    // What changes is set anew, so that nothing needs to be asked for on a beat.
    'status-interval': '0',
    'status-style': `fg=${text},bg=${ground}`,
    'status-left': `#[fg=${ground},bg=${accent},bold] ${escapeStatus(left)} #[default] `,
    'status-left-length': '100',
    'status-right': ` ${escapeStatus(right)} `,
    'status-right-length': '200',
  };
  return [
    ...sessionOptions.map((name) => ['set-option', '-t', `=${session}:`, name, values[name]]),
    // One window that is always the same tells nothing.
    ...windowOptions.map((name) => ['set-option', '-w', '-t', `=${session}:`, name, '']),
    ['select-pane', '-t', `=${session}:`, '-T', escapeTitle(title)],
  ];
}

function plain(session: string): TmuxCommand[] {
  return [
    ...sessionOptions.map((name) => ['set-option', '-u', '-t', `=${session}:`, name]),
    ...windowOptions.map((name) => ['set-option', '-w', '-u', '-t', `=${session}:`, name]),
  ];
}

const sessionOptions = ['status', 'status-interval', 'status-style', 'status-left', 'status-left-length', 'status-right', 'status-right-length'] as const;
const windowOptions = ['window-status-format', 'window-status-current-format'] as const;

/** In a status line tmux expands formats, styles and what `strftime` knows. */
function escapeStatus(text: string): string {
  return oneLine(text).replaceAll('#', '##').replaceAll('%', '%%');
}

/** A title has no styles, so that what stands before a `[` is no escape there. */
function escapeTitle(text: string): string {
  return oneLine(text).replace(/#+(?![#[])/g, '$&$&');
}

function oneLine(text: string): string {
  return text.replace(controls, ' ').trim();
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a status line cannot hold
const controls = /[\u0000-\u001F\u007F-\u009F]+/g;

/** One pane as tmux tells it. What runs in it is known by its mark and the process's environment, never by a name (O3). */
export type Pane = {
  /** `%` and a number, never used again while the server lives. */
  readonly paneId: string;
  /** The name of its tmux session. */
  readonly session: string;
  /** Of the program that was started in it; it stays after that has died. */
  readonly pid: number;
  /** Its program has ended, nothing holds its terminal any more, and tmux knows how it ended. */
  readonly isDead: boolean;
  /** The exit status, where it ended by itself. */
  readonly deadStatus: number | undefined;
  /** Such as `SIGKILL`, where a signal ended it. */
  readonly deadSignal: string | undefined;
  /** When it ended, to the second, in ms since 1970; undefined before tmux 3.3. */
  readonly deadAt: number | undefined;
  /** The pane option `@baton_session`. */
  readonly mark: string | undefined;
  /** Somebody looks at it; control clients are nobody. */
  readonly isPersonAttached: boolean;
  /** It is in copy mode or another mode, where keys do not reach the program. */
  readonly inMode: boolean;
  /** The name of the program in its foreground, odd characters as `_`: for people, not for decisions. */
  readonly currentCommand: string;
  readonly width: number;
  readonly height: number;
};

export type TmuxVersion = { readonly major: number; readonly minor: number; readonly text: string };

/** The oldest tmux that can set a pane's environment before its program starts (`new-session -e`). */
export const oldestTmux = '3.2';

/** Reads what `tmux -V` prints (`tmux 3.3a`, `tmux next-3.5`); undefined where it names no number, as a build from its newest source. */
export function readTmuxVersion(text: string): TmuxVersion | undefined {
  const match = /^tmux (?:[a-z]+-)?(\d+)\.(\d+)/.exec(text);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]), text: text.trim().slice('tmux '.length) };
}

/** True for tmux 3.2 and newer. */
export function isNewEnough(version: TmuxVersion): boolean {
  return version.major > 3 || (version.major === 3 && version.minor >= 2);
}

/** The name that tmux can give a session for this text: `.` and `:`, which it reads as parts of a target, become `_`. */
export function paneName(text: string): string {
  return text.replace(/[.:]/g, '_');
}

/** True for a name that means itself everywhere in tmux: `#` would be run as a format, and `=`, `$`, `@`, `%` begin other targets. */
export function isPaneName(text: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_+-]*$/u.test(text);
}

/** The colours of a status line: tmux's names for its text, its ground and the block with the agent's name. */
export type Theme = { readonly text: string; readonly ground: string; readonly accent: string };

/** What a pane may look like (`theme` in the settings). Numbers of the 256 colours are the same in every terminal. */
export const themes = {
  ocean: { text: 'colour252', ground: 'colour24', accent: 'colour117' },
  forest: { text: 'colour252', ground: 'colour22', accent: 'colour150' },
  rust: { text: 'colour252', ground: 'colour94', accent: 'colour216' },
  plum: { text: 'colour252', ground: 'colour53', accent: 'colour183' },
  slate: { text: 'colour252', ground: 'colour238', accent: 'colour250' },
} as const satisfies Readonly<Record<string, Theme>>;

export type ThemeName = keyof typeof themes;

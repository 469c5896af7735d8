/** What a start wants. `env` is complete (DESIGN.md L5); paths are absolute. */
export interface LaunchOrder {
  /** Beacon line first, then what to do (L6). */
  readonly prompt: string;
  readonly env: Readonly<Record<string, string>>;
  readonly programs: Programs;
  /** The folder that it works in. */
  readonly cwd: string;
  /** Our folder for this launch's settings, outside of the worktree; the files of a `Launch` lie in it. */
  readonly filesFolder: string;
  /** A new conversation's id (a UUID), for a runtime that takes one. */
  readonly conversation: string;
  /** The window in tokens, where a setting says other than the descriptor. */
  readonly windowTokens?: number | undefined;
  /** A command that is run instead of the runtime's own; the prompt follows it where the runtime takes one by argv. */
  readonly command?: readonly string[] | undefined;
  /** The runtime's own id of the conversation to go on with. */
  readonly resume?: string | undefined;
  readonly model?: string | undefined;
  /** Whether the program asks a person before it uses its tools. */
  readonly permissions: 'ask' | 'bypass';
}

/** A talk with a past conversation: one question, answered on stdout, or none, so that a person talks to it in a terminal. */
export interface ForkOrder {
  /** The conversation that is copied, and its transcript where that is known. */
  readonly conversation: string;
  readonly transcript: string | undefined;
  /** The copy's id (a UUID), for a runtime that takes one. */
  readonly copy: string;
  readonly question: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly filesFolder: string;
  readonly command?: readonly string[] | undefined;
  readonly model?: string | undefined;
}

/**
 * Absolute paths of what an adapter may put into argv and settings: our node, the `baton` command, what a session's settings call with a signal's name
 * (`<signal> stop`: it is `baton signal stop`, leaves what needs no answer in the spool without starting a program, ends with 0 whatever happens and
 * notes a failure), and Baton's own programs for panes.
 */
export interface Programs {
  readonly node: string;
  readonly baton: string;
  readonly signal: string;
  readonly runbook: string;
  readonly view: string;
}

/**
 * What the caller carries out: make `mirrors`, write `files`, make `accepted`, then run `argv` with `env`, `stdin` on its stdin.
 */
export interface Launch {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly LaunchFile[];
  /** What stands for the program's home, where it takes settings from there alone (decision 0021). */
  readonly mirrors?: readonly Mirror[];
  /** What a person would accept in a dialog at the first start in a folder; done only where the permissions are `bypass`. */
  readonly accepted?: readonly Acceptance[];
  readonly stdin?: string;
  /** The prompt is pasted, as where the descriptor says `paste`: this command takes none. */
  readonly isPromptPasted?: boolean;
}

/**
 * A file that must stand before the program starts: absolute path, whole text; 0600. `behind` is a file below the home that the descriptor's `login`
 * tells: its text, where there is one, stands before ours.
 */
export interface LaunchFile {
  readonly path: string;
  readonly text: string;
  readonly behind?: string;
}

/**
 * A folder of ours, in the order's folder, that stands for one of the person's: each entry of theirs is linked in it, but for those that are `own`.
 * `of` is a path below the home that the descriptor's `login` tells ('' is that home). What is named in `folders` and `files` is linked also where the
 * person has none yet, so that what the program puts there outlives the launch: such a folder is made, such a file is left to the program.
 */
export interface Mirror {
  readonly path: string;
  readonly of: string;
  readonly own: readonly string[];
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/**
 * A word in the program's own notes of what its person accepted: a value at a path of keys in a JSON file, or a whole small file; nothing that stands
 * there already is changed.
 */
export type Acceptance =
  | { readonly kind: 'json'; readonly path: string; readonly keys: readonly string[]; readonly value: string | number | boolean }
  | { readonly kind: 'file'; readonly path: string; readonly text: string };

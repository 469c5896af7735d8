import { type Clock, Fault, type FaultKind } from '#base';

/** One command with its words, such as `['kill-pane', '-t', '%3']`; no word is ever read by a shell. */
export type TmuxCommand = readonly string[];

/** Where a tmux server is and how to speak to it. `env` is the whole environment of its clients and, when it is started, of the server. */
export type TmuxConnection = {
  readonly clock: Clock;
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  readonly socketName: string;
};

/** `output` is what all commands of the sequence printed, without the last newline; `refused` is tmux's own word, after which the rest was not done. */
export type TmuxAnswer =
  | { readonly kind: 'done'; readonly output: string }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'no-server' };

/** `isPrivate`: the words are in no process list, and no server is started by them. */
export type RunOptions = { readonly isPrivate?: boolean; readonly timeoutMs?: number };

/** A tmux server that can be asked. */
export type Tmux = {
  readonly connection: TmuxConnection;
  /** Runs the commands as one sequence, in which nobody's command comes between; after a refusal the rest is left out. Faults: `unavailable`, `timeout`. */
  run(commands: readonly TmuxCommand[], options?: RunOptions): Promise<TmuxAnswer>;
  /** Lets go of what it holds; the server and its panes live on. */
  close(): Promise<void>;
};

/** How long a command may take on a busy machine before the server counts as hung. */
export const commandMsMax = 15_000;

/** Runs the commands and answers what they printed; a refusal or a missing server is a fault. */
export async function askTmux(tmux: Tmux, commands: readonly TmuxCommand[], options: RunOptions = {}): Promise<string> {
  const answer = await tmux.run(commands, options);
  switch (answer.kind) {
    case 'done':
      return answer.output;
    case 'no-server':
      throw new Fault('unavailable', `no tmux server answers on the socket "${tmux.connection.socketName}"`, { hint: '`baton up` starts it' });
    case 'refused':
      throw new Fault(kindOf(answer.message), `tmux says "${answer.message}"`, { details: { command: commands.map(([name]) => name).join(' ; ') } });
  }
}

function kindOf(message: string): FaultKind {
  if (/^can't find /.test(message)) return 'not-found';
  if (/^duplicate session|still active$/.test(message)) return 'conflict';
  return 'internal';
}

/** What the server is asked without changing anything: this may be asked twice. */
export function onlyReads(commands: readonly TmuxCommand[]): boolean {
  return commands.every(([name]) => name !== undefined && readingCommands.has(name));
}

const readingCommands = new Set([
  'capture-pane',
  'display-message',
  'has-session',
  'list-clients',
  'list-panes',
  'list-sessions',
  'show-environment',
  'show-options',
]);

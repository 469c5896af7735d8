import type { App } from '#app';
import { catalogue } from './declarations/index.ts';
import type { Catalogue } from './parse-line.ts';
import { type Machine, runLine } from './run-line.ts';

/** What a line left behind: its exit code and both outputs. */
export interface Played {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

interface Stage {
  readonly app?: unknown;
  readonly commands?: Catalogue;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly isTerminal?: boolean;
  readonly width?: number;
  readonly signal?: AbortSignal;
  /** Called with all of stdout after each write. */
  readonly onOut?: (out: string) => void;
  readonly runInTerminal?: Machine['runInTerminal'];
  readonly openApp?: Machine['openApp'];
}

/** Plays a line in this process, on the given App (only what the line needs of it), and returns what a shell would see. */
export async function playLine(argv: readonly string[], stage: Stage = {}): Promise<Played> {
  let out = '';
  let err = '';
  const machine: Machine = {
    catalogue: stage.commands ?? catalogue,
    env: stage.env ?? {},
    cwd: stage.cwd ?? '/',
    version: '1.2.3',
    signal: stage.signal ?? new AbortController().signal,
    now: () => 1_767_225_600_000,
    hasTerminal: stage.isTerminal ?? false,
    runInTerminal: stage.runInTerminal ?? (async () => 0),
    readStdin: async () => stage.stdin ?? '',
    openApp: stage.openApp ?? (async () => ({ close: async () => {}, ...(stage.app as object) }) as App),
    output: {
      isTerminal: stage.isTerminal ?? false,
      width: stage.width ?? 100,
      write: async (text) => {
        out += text;
        stage.onOut?.(out);
        return true;
      },
      tell: (text) => {
        err += text;
      },
    },
  };
  return { exit: await runLine(machine, argv), out, err };
}

/** The words of a shell line: single and double quotes hold spaces; nothing is expanded. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'));
}

import { join } from 'node:path';
import { Fault } from '#base';
import { bytesPerToken, resumeVariable, windowVariable } from '#runtimes/model';

/** What the session was started with (DESIGN.md L5), read once. Paths are absolute; `window` in tokens. */
export interface Setup {
  readonly baton: string;
  readonly agent: string;
  readonly session: string;
  readonly generation: string;
  /** Folder of the transcript and of the commands' whole outputs. */
  readonly folder: string;
  readonly cwd: string;
  readonly window: number;
  /** The conversation to go on with. */
  readonly resume: string | undefined;
  /** Beacon and prompt; empty where there is none. */
  readonly prompt: string;
  readonly env: Readonly<Record<string, string>>;
}

const defaultWindow = 200_000;
const outputBytesSeenMax = 30_000;

/** The set-up in environment and arguments. Fault `invalid` outside a session of Baton's. */
export function readSetup(request: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly args: readonly string[];
  readonly cwd: string;
}): Setup {
  const env = definedIn(request.env);
  const { BATON_TOWN: town, BATON_SESSION: session } = env;
  if (!town || !session) {
    throw new Fault('invalid', 'the runbook agent was started outside of a session', {
      hint: 'let Baton start it: `baton crew start NAME --runtime runbook`, or `baton sling BEAD RIG --runtime runbook`',
    });
  }
  return {
    baton: env.BATON_BIN || 'baton',
    agent: env.BATON_AGENT ?? 'an agent',
    session,
    generation: env.BATON_GENERATION ?? '1',
    folder: join(town, '.baton', 'transcripts'),
    cwd: request.cwd,
    window: readWindow(env[windowVariable]),
    resume: env[resumeVariable] || undefined,
    prompt: request.args.join(' '),
    env,
  };
}

/** How many bytes of one command's output are seen: at most 30 KB, and at most a quarter of the window. */
export function seenBytesMax(window: number): number {
  return Math.min(outputBytesSeenMax, Math.floor(window / 4) * bytesPerToken);
}

/** The environment of a step's command: the session's, with the molecule's variables as `BATON_VAR_<NAME>`, never spliced into the command. */
export function stepEnvironment(env: Readonly<Record<string, string>>, vars: Readonly<Record<string, string>>): Record<string, string> {
  const inherited = Object.entries(env).filter(([name]) => !name.startsWith(prefix));
  const own = Object.entries(vars).map(([name, value]) => [prefix + name.toUpperCase().replace(/[^A-Z0-9]/g, '_'), value]);
  return Object.fromEntries([...inherited, ...own]);
}

const prefix = 'BATON_VAR_';

function definedIn(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
}

function readWindow(text: string | undefined): number {
  if (text === undefined || text === '') return defaultWindow;
  const window = Number(text);
  if (!Number.isInteger(window) || window < 100) {
    throw new Fault('invalid', `${windowVariable} is "${text}", not a number of tokens from 100 on`, { hint: 'set `runtimes.runbook.window` in baton.toml' });
  }
  return window;
}

import type { App, SeenEnd, StartFailure, StartOutcome, StartWish, StopOutcome } from '#app';
import { Fault, faultTable } from '#base';
import type { Io } from '../run.ts';

/** What start, attach and restart were told (`startOptions`). */
export type Starting = {
  detach: boolean;
  runtime?: string;
  model?: string;
  account?: string;
  env: Readonly<Record<string, string>>;
  resume?: string;
  topic?: string;
  instructions?: string;
  command?: string;
  readyDelay?: number;
  wait: boolean;
  noWait: boolean;
  waitFatal: boolean;
  killExisting: boolean;
  foreground: boolean;
};

/** What restart was told besides (`restartOptions`). */
export type Restarting = { readonly fresh: boolean; readonly now: boolean };

/** The same as App takes it. */
export function toRestart({ fresh, now }: Restarting, { tell }: Pick<Io, 'tell'>): Pick<StartWish, 'isFresh' | 'isAtOnce' | 'tell'> {
  return { isFresh: fresh, isAtOnce: now, tell };
}

/** How a start came out; with `--foreground` also how its session ended. */
export type Started = (StartOutcome & { readonly end?: SeenEnd }) | StartFailure;

/** The options as App takes them. Fault `invalid` for what contradicts itself and for a command that is none. */
export function toWish(starting: Starting): StartWish {
  const { runtime, model, account, env, resume, topic, instructions, readyDelay, wait, noWait, waitFatal, killExisting } = starting;
  if (noWait && (wait || waitFatal)) throw new Fault('invalid', `both --no-wait and ${wait ? '--wait' : '--wait-fatal'} are said`, { hint: 'say one of them' });
  return {
    ...{ runtime, model, account, resume, topic, instructions },
    env: Object.keys(env).length === 0 ? undefined : env,
    command: starting.command === undefined ? undefined : readCommand(starting.command),
    readyDelayMs: readyDelay === undefined ? undefined : readyDelay * 1000,
    until: noWait ? 'started' : 'ready',
    isWaitFatal: waitFatal,
    isReplacing: killExisting,
  };
}

/** A program's path, or a JSON list of words: nothing is split, quoted or given to a shell. */
function readCommand(said: string): readonly string[] {
  if (said.startsWith('[')) {
    const words = tryJson(said);
    if (Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string' && word !== '')) return words;
  } else if (/^\S+$/.test(said)) return [said];
  throw new Fault('invalid', `--command "${said}" is neither a program's path nor a JSON list of words`, {
    hint: `write it so: --command '["node", "agent.js", "--fast"]'`,
  });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** With `--foreground` stays until each session that was started has ended. */
export async function stayWith(app: App, outcomes: readonly (StartOutcome | StartFailure)[], { foreground }: Starting, io: Io): Promise<Started[]> {
  if (!foreground) return [...outcomes];
  return Promise.all(outcomes.map((outcome) => (outcome.kind === 'failed' ? outcome : stayWithOne(app, outcome, io))));
}

/** The same for one, which runs. */
export async function stayWithOne(app: App, outcome: StartOutcome, io: Io): Promise<StartOutcome & { end: SeenEnd }> {
  const { pane } = await app.agents.find(outcome.agent);
  io.tell(`${startedLine(outcome)} in the pane ${pane}; \`baton attach ${outcome.agent}\` shows it`);
  return { ...outcome, end: await app.sessions.awaitEnd(outcome.session) };
}

/**
 * What several starts come to: nothing failed and nothing crashed is 0; where all failed alike, that kind's code. `isRunningFine` takes who ran already as
 * started.
 */
export function exitOf(outcomes: readonly Started[], { isRunningFine }: { isRunningFine: boolean }): number {
  const failed = outcomes.filter((outcome) => outcome.kind === 'failed');
  const kinds = new Set(failed.map(({ fault }) => fault));
  const [kind] = kinds;
  if (kind !== undefined) return kinds.size === 1 && failed.length === outcomes.length ? faultTable[kind].exit : 1;
  if (outcomes.some((outcome) => outcome.kind !== 'failed' && outcome.end?.isCrash === true)) return 1;
  return !isRunningFine && outcomes.some(({ kind: each }) => each === 'already-running') ? 4 : 0;
}

/** The sessions that run, for `--quiet`. */
export function sessionsOf(outcomes: readonly Started[]): string[] {
  return outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? [] : [outcome.session]));
}

/** How a start came out, on a line or, where it failed, two. */
export function startedLine(outcome: Started): string {
  if (outcome.kind === 'failed') return `✕ ${outcome.agent}: ${outcome.reason}${outcome.hint === undefined ? '' : `\n    hint: ${outcome.hint}`}`;
  const { agent, kind, session, generation, end, waits } = outcome;
  const asks = waits === undefined ? '' : `\n    ? ${waits}; \`baton attach ${agent}\` shows it`;
  const begun = `${kind === 'started' ? '● started' : '● runs already'}: ${agent} (${session}, generation ${generation})${asks}`;
  return end === undefined ? begun : `${begun}\n${end.isCrash ? '✕' : '■'} ended: ${end.reason}`;
}

/** How a stop came out, on a line. */
export function stoppedLine({ agent, kind, session }: StopOutcome): string {
  return kind === 'stopped' ? `○ stopped: ${agent}${session === undefined ? '' : ` (${session})`}` : `○ did not run: ${agent}`;
}

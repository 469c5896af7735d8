import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { doublingBackoff, Fault, isFault } from '#base';
import { channelSession } from './channel-session.ts';
import { runByProcess, runConfig } from './run-by-process.ts';
import type { Tmux, TmuxCommand } from './tmux.ts';

/** `configProblem` is what tmux said about the person's own file, which may not hold then; everything else does all the same. */
export type EnsureServerAnswer = { readonly kind: 'running' } | { readonly kind: 'started'; readonly configProblem: string | undefined };

const triesMax = 6;

/**
 * Sees that the server is there with its settings and its hidden session; any number of processes may ask at once, and one of them starts it.
 * It starts detached, with the connection's environment and nothing else. `configPath`, tmux's own language, is read once after a start; our
 * settings win over it.
 */
export async function ensureServer(tmux: Tmux, { configPath }: { configPath?: string } = {}): Promise<EnsureServerAnswer> {
  for (let round = 1; ; round += 1) {
    const answer = await startUnlessThere(tmux).catch(readTrouble);
    if (answer === 'running') return { kind: 'running' };
    if (answer === 'started') return { kind: 'started', configProblem: await readConfig(tmux, configPath) };
    if (round === triesMax) throw new Fault('unavailable', `the tmux server "${tmux.connection.socketName}" does not start: ${answer.trouble}`);
    // Racing starters may find the socket between two servers; the next try finds the one that won.
    await sleep(doublingBackoff(round, 20, 500));
  }
}

/** What must hold for every pane from its first moment, and what people see when they attach. */
const settings: readonly TmuxCommand[] = [
  ['set-option', '-s', 'exit-empty', 'off'],
  ['set-option', '-g', 'remain-on-exit', 'on'],
  ['set-option', '-g', 'destroy-unattached', 'off'],
  // Nothing of whoever asks for a pane or attaches to it may come into its environment.
  ['set-option', '-g', 'update-environment', ''],
  // A renamed window would tell nothing, and the watching for it costs.
  ['set-option', '-g', 'automatic-rename', 'off'],
  ['set-option', '-g', 'allow-rename', 'off'],
];

/** What a person's own file may change. */
const tastes: readonly TmuxCommand[] = [
  ['set-option', '-s', 'escape-time', '20'],
  ['set-option', '-g', 'default-terminal', 'screen-256color'],
  ['set-option', '-g', 'default-size', '200x50'],
  ['set-option', '-g', 'window-size', 'latest'],
  ['set-option', '-g', 'history-limit', '10000'],
  ['set-option', '-g', 'status-left', ' #{session_name} '],
  ['set-option', '-g', 'status-left-length', '60'],
  ['set-option', '-g', 'status-right', ''],
];

const hiddenSession: TmuxCommand = ['new-session', '-d', '-s', channelSession, '-x', '80', '-y', '24', '-c', '/', '/bin/sh', '-c', ':'];

async function startUnlessThere(tmux: Tmux): Promise<'running' | 'started' | { trouble: string }> {
  const seen = await tmux.run([['has-session', '-t', `=${channelSession}`]]);
  if (seen.kind === 'done') return 'running';
  const answer = await runByProcess(tmux.connection, [['start-server'], ...settings, ...tastes, hiddenSession]);
  if (answer.kind === 'done') return 'started';
  if (answer.kind === 'no-server') return { trouble: 'it is gone at once' };
  return answer.message === `duplicate session: ${channelSession}` ? 'running' : { trouble: answer.message };
}

/** A fault with a cause is a missing program; one without is the server's trouble. */
function readTrouble(error: unknown): { trouble: string } {
  if (isFault(error, 'unavailable') && error.cause === undefined) return { trouble: error.message };
  throw error;
}

async function readConfig({ connection }: Tmux, path: string | undefined): Promise<string | undefined> {
  const text = path === undefined ? undefined : readIfThere(path);
  if (text === undefined) return undefined;
  const answer = await runConfig(connection, text);
  await runByProcess(connection, settings);
  return answer.kind === 'refused' ? answer.message : undefined;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Fault('unavailable', `"${path}" cannot be read`, { cause: error });
  }
}

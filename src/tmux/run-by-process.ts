import { setTimeout as sleep } from 'node:timers/promises';
import { byteLength, Fault } from '#base';
import { type ProgramResult, runProgram } from '#host';
import { joinArguments, quoteLine } from './quote.ts';
import { commandMsMax, onlyReads, type RunOptions, type TmuxAnswer, type TmuxCommand, type TmuxConnection } from './tmux.ts';

/** A tmux client can carry 16 KB of words to its server; what is longer goes through its stdin. */
const wordBytesMax = 8 * 1024;

/** So often is asked again where a dying server took the question and did not answer. */
const triesMax = 5;
const retryMs = 20;

/** Runs the sequence by a `tmux` process of its own. */
export async function runByProcess(
  connection: TmuxConnection,
  commands: readonly TmuxCommand[],
  { isPrivate = false, timeoutMs = commandMsMax }: RunOptions = {},
): Promise<TmuxAnswer> {
  const words = joinArguments(commands);
  const isLong = words.reduce((sum, word) => sum + byteLength(word) + 1, 0) > wordBytesMax;
  for (let round = 1; ; round += 1) {
    const outcome = await (isPrivate || isLong ? runText(connection, `${quoteLine(commands)}\n`, timeoutMs) : runWords(connection, words, timeoutMs));
    if (outcome.kind !== 'lost') return outcome;
    if (!onlyReads(commands) || round === triesMax) throw toLostFault(connection, outcome.message);
    await sleep(retryMs);
  }
}

/** Runs lines of tmux's command language, as a configuration file holds them. */
export async function runConfig(connection: TmuxConnection, text: string): Promise<TmuxAnswer> {
  const outcome = await runText(connection, text, commandMsMax);
  if (outcome.kind === 'lost') throw toLostFault(connection, outcome.message);
  return outcome;
}

/** `lost`: whether the commands were carried out is unknown. */
type Outcome = TmuxAnswer | { readonly kind: 'lost'; readonly message: string };

function runText(connection: TmuxConnection, text: string, timeoutMs: number): Promise<Outcome> {
  return runWords(connection, ['source-file', '-'], timeoutMs, text);
}

async function runWords({ program, env, socketName }: TmuxConnection, words: readonly string[], timeoutMs: number, input?: string): Promise<Outcome> {
  // A server that is started here must hold neither our caller's folder nor the person's configuration.
  const argv = [program, '-u', '-L', socketName, '-f', '/dev/null', ...words];
  const result = await runProgram({ cwd: '/', env, timeoutMs, ...(input === undefined ? {} : { input }) }, argv);
  if (result.timedOut)
    throw new Fault('timeout', `tmux did not answer on the socket "${socketName}" within ${timeoutMs} ms`, {
      hint: 'is its server stopped? `baton doctor` looks',
    });
  return readResult(result);
}

function readResult({ code, stdout, stderr }: ProgramResult): Outcome {
  if (code === 0) return { kind: 'done', output: stdout.endsWith('\n') ? stdout.slice(0, -1) : stdout };
  // What it has against a configuration's lines, tmux prints to stdout.
  const message = stderr.trim() || stdout.trim();
  if (isServerMissing(message)) return { kind: 'no-server' };
  const isLost = message === '' || /^(error connecting to |lost server|server exited|protocol version mismatch)/.test(message);
  return { kind: isLost ? 'lost' : 'refused', message };
}

/** Only these mean that nobody is there; any other trouble with the socket is a fault, never "no panes". */
function isServerMissing(message: string): boolean {
  return /^no server running on /.test(message) || /^error connecting to .* \((No such file or directory|Connection refused)\)$/.test(message);
}

function toLostFault({ socketName }: TmuxConnection, message: string): Fault {
  return new Fault('unavailable', `tmux cannot be asked on the socket "${socketName}": ${message || 'its client ended without a word'}`);
}

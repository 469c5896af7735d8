import { openApp } from '#app';
import { Fault } from '#base';
import packageFile from '../../package.json' with { type: 'json' };
import { catalogue } from './declarations/index.ts';
import { processOutput } from './output.ts';
import { runInTerminal } from './run-in-terminal.ts';
import { runLine } from './run-line.ts';

const stdinBytesMax = 16 * 1024 * 1024;

/** Carries out a line in this process, and sets its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const end = new AbortController();
  const output = processOutput(process, () => end.abort(0));
  const release = endOnSignals(end);
  const machine = {
    catalogue,
    env: process.env,
    cwd: process.cwd(),
    output,
    version: packageFile.version,
    signal: end.signal,
    now: Date.now,
    hasTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
    runInTerminal,
    readStdin: () => readAll(process.stdin),
    openApp,
  };
  process.exitCode = await runLine(machine, argv);
  release();
  // What was interrupted may still hold the process open.
  if (end.signal.aborted) process.exit();
}

/** Ctrl-C and SIGTERM end the command in order; the second one ends the process. */
function endOnSignals(end: AbortController): () => void {
  const exits = { SIGINT: 130, SIGTERM: 143 } as const;
  const onSignal = (name: NodeJS.Signals) => {
    const exit = name === 'SIGTERM' ? exits.SIGTERM : exits.SIGINT;
    if (end.signal.aborted) process.exit(exit);
    end.abort(exit);
  };
  for (const name of Object.keys(exits)) process.on(name, onSignal);
  return () => {
    for (const name of Object.keys(exits)) process.off(name, onSignal);
  };
}

async function readAll(stdin: NodeJS.ReadStream): Promise<string> {
  if (stdin.isTTY) return '';
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stdin) {
    parts.push(part as Buffer);
    bytes += (part as Buffer).length;
    if (bytes > stdinBytesMax) throw new Fault('invalid', `stdin gives more than ${stdinBytesMax} bytes`, { hint: 'put it into a file and name the file' });
  }
  return Buffer.concat(parts).toString('utf8');
}

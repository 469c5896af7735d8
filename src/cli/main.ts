import { openApp } from '#app';
import { Fault } from '#base';
import { workingFolder } from '#host';
import { catalogue } from './declarations/index.ts';
import { processOutput } from './output.ts';
import { runLine } from './run-line.ts';
import { processTerminal, type Terminal } from './terminal.ts';

/** Put in by the bundler (tools/build.mjs); not there where the source is run. */
declare const BATON_VERSION: string | undefined;

const stdinBytesMax = 16 * 1024 * 1024;

/** Carries out a line in this process, and sets its exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const end = new AbortController();
  const output = processOutput(process, () => end.abort(0));
  const hasTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const terminal = processTerminal({ isShared: hasTerminal });
  const release = endOnSignals(end, terminal);
  const machine = {
    catalogue,
    env: process.env,
    cwd: workingFolder(process.env),
    output,
    version: typeof BATON_VERSION === 'string' ? BATON_VERSION : '0.0.0-source',
    signal: end.signal,
    now: Date.now,
    hasTerminal,
    runInTerminal: terminal.run,
    readStdin: () => readAll(process.stdin),
    openApp,
  };
  process.exitCode = await runLine(machine, argv);
  release();
  // What was interrupted may still hold the process open.
  if (end.signal.aborted) process.exit();
}

const exits = { SIGINT: 130, SIGTERM: 143 } as const;

/** Ctrl-C and SIGTERM end the command in order, and the second one the process; a program that has the terminal takes them instead. */
function endOnSignals(end: AbortController, terminal: Terminal): () => void {
  const names = Object.keys(exits) as (keyof typeof exits)[];
  const onSignal = (name: NodeJS.Signals) => {
    if (terminal.pass(name)) return;
    const exit = exits[name as keyof typeof exits];
    if (end.signal.aborted) process.exit(exit);
    end.abort(exit);
  };
  for (const name of names) process.on(name, onSignal);
  return () => {
    for (const name of names) process.off(name, onSignal);
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

import type { App, Need } from '#app';
import type { Command } from './command.ts';
import type { Globals } from './globals.ts';
import { type Output, pageOf } from './output.ts';
import { type Catalogue, parseLine } from './parse-line.ts';
import type { Page } from './print/page.ts';
import type { Io, Run, Shown } from './run.ts';
import { tellFault } from './tell-fault.ts';
import type { Seat } from './terminal.ts';

/** What a line needs from its process. Everything is handed in, so that tests run lines without one. */
export interface Machine {
  readonly catalogue: Catalogue;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly output: Output;
  readonly version: string;
  /** Ends on Ctrl-C (reason 130), SIGTERM (reason 143) or when the reader has gone (reason 0). */
  readonly signal: AbortSignal;
  now(): number;
  readonly hasTerminal: boolean;
  readStdin(): Promise<string>;
  runInTerminal(argv: readonly string[], seat?: Seat): Promise<number>;
  openApp(place: { env: Machine['env']; cwd: string; town?: string }, need: Need): Promise<App>;
}

const helpWidthMax = 110;

/** Reads a line, carries its command out, prints the answer or the fault, and returns the exit code. Never throws. */
export async function runLine(machine: Machine, argv: readonly string[]): Promise<number> {
  try {
    return await carryOut(machine, argv);
  } catch (error) {
    if (machine.signal.aborted) return interruptedExit(machine.signal);
    const { text, exit } = tellFault(error, wantsJson(argv));
    machine.output.tell(text);
    return exit;
  }
}

async function carryOut(machine: Machine, argv: readonly string[]): Promise<number> {
  const asked = parseLine(machine.catalogue, argv, Math.min(machine.output.width, helpWidthMax));
  if (asked.kind === 'help') return tellHelp(machine, asked);
  if (asked.kind === 'version') return tellVersion(machine, asked.globals);
  try {
    return await runCommand(machine, asked.command, asked.input, asked.globals);
  } catch (error) {
    const told = machine.signal.aborted || asked.globals.json ? undefined : asked.command.tellFailure?.(error, asked.input);
    if (told !== undefined) await machine.output.write(told);
    throw error;
  }
}

async function runCommand(machine: Machine, command: Command, input: Readonly<Record<string, unknown>>, globals: Globals): Promise<number> {
  const [run, app] = await Promise.all([
    command.run(),
    machine.openApp({ env: machine.env, cwd: machine.cwd, ...(globals.town === undefined ? {} : { town: globals.town }) }, command.need),
  ]);
  try {
    return await play(machine, run, app, input, globals);
  } finally {
    await app.close();
  }
}

async function play(machine: Machine, run: Run, app: App, input: Readonly<Record<string, unknown>>, globals: Globals): Promise<number> {
  const { signal, output } = machine;
  const page = () => pageOf(output, machine.env, globals, machine.now());
  const io = ioOf(machine, globals, page());
  if (run.kind === 'answer') {
    const shown = await unlessInterrupted(run.ask(app, input, io), signal);
    if (await output.write(renderAnswer(shown, globals, page(), output.isTerminal))) await shown.written?.();
    return signal.aborted ? interruptedExit(signal) : shown.exit;
  }
  let exit = 0;
  for await (const shown of run.follow(app, input, io)) {
    await output.write(renderFrame(shown, globals, page()));
    exit = shown.exit;
    if (signal.aborted) break;
  }
  return signal.aborted ? interruptedExit(signal) : exit;
}

function ioOf(machine: Machine, globals: Globals, page: Page): Io {
  const isForPeople = !globals.json && !globals.quiet;
  return {
    env: machine.env,
    cwd: machine.cwd,
    version: machine.version,
    page,
    isLive: machine.output.isTerminal && isForPeople,
    hasTerminal: machine.hasTerminal,
    signal: machine.signal,
    readStdin: machine.readStdin,
    runInTerminal: machine.runInTerminal,
    tell: (line) => (isForPeople ? machine.output.tell(`${line}\n`) : undefined),
  };
}

/** The answer, or the interruption where that comes first: what was ordered stands. */
async function unlessInterrupted<A>(answer: Promise<A>, signal: AbortSignal): Promise<A> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([answer, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function interruptedExit(signal: AbortSignal): number {
  return typeof signal.reason === 'number' ? signal.reason : 130;
}

function renderAnswer(shown: Shown, globals: Globals, page: Page, isTerminal: boolean): string {
  if (globals.json) return `${JSON.stringify(shown.answer ?? null, null, isTerminal ? 2 : 0)}\n`;
  return renderText(shown, globals, page);
}

function renderFrame(shown: Shown, globals: Globals, page: Page): string {
  if (globals.json) return `${JSON.stringify(shown.answer ?? null)}\n`;
  return renderText(shown, globals, page);
}

function renderText(shown: Shown, globals: Globals, page: Page): string {
  const text = globals.quiet ? shown.ids().join('\n') : shown.text(page);
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** `--json` also holds for what is wrong with the line itself, which the parser could not finish. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}

async function tellHelp({ output }: Machine, help: { text: string; isAsked: boolean }): Promise<number> {
  if (help.isAsked) await output.write(help.text);
  else output.tell(help.text);
  return help.isAsked ? 0 : 2;
}

async function tellVersion({ output, version }: Machine, globals: Globals): Promise<number> {
  await output.write(globals.json ? `${JSON.stringify({ version })}\n` : `baton ${version}\n`);
  return 0;
}

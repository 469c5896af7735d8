import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { known } from '#base';
import { type Cleanup, eventually, tempDir } from '#host/testing';

/** What the fake `baton` answers to one call. */
export interface Scripted {
  readonly stdout?: string | object;
  readonly stderr?: string;
  readonly exit?: number;
}

/** Answers by the first words of a call, in turn; the last one stays. What is not in it answers nothing, with exit 0. */
export type Script = Readonly<Record<string, readonly Scripted[]>>;

/** A call that the fake `baton` was given. */
export interface Call {
  readonly argv: readonly string[];
  readonly stdin: string;
}

/** A runbook that plays against a scripted `baton`, as a process of its own. */
export interface Playing {
  readonly pid: number;
  readonly folder: string;
  readonly worktree: string;
  readonly child: ChildProcess;
  readonly exited: Promise<number | string>;
  screen(): string;
  calls(): Call[];
  /** The calls by their words, without options: `mol step done test`. */
  told(): string[];
  transcript(): Record<string, unknown>[];
  type(text: string): void;
  waitForCall(words: string, count?: number): Promise<Call>;
  waitForText(text: string): Promise<void>;
}

/** What a runbook is started with; `before` may lay out the folder of transcripts. */
interface RunbookGiven {
  readonly script: Script;
  readonly prompt?: string;
  readonly window?: number;
  readonly env?: Record<string, string>;
  readonly before?: (folder: string) => void;
}

const session = 'sess_0badcafe';

/** Starts one; it is ended after the test. The bundle where the runner made one, else the source. */
export function playRunbook(test: Cleanup, { script, prompt, window = 200_000, env = {}, before }: RunbookGiven): Playing {
  const root = tempDir(test);
  const folder = join(root, '.baton', 'transcripts');
  const worktree = join(root, 'worktree');
  mkdirSync(worktree);
  writeFakeBaton(root, script);
  before?.(folder);
  const baseEnv = {
    PATH: `${root}/bin:${process.env.PATH ?? ''}`,
    HOME: root,
    BATON_TOWN: root,
    BATON_SESSION: session,
    BATON_AGENT: 'app/polecats/Toast',
    BATON_RUNBOOK_WINDOW: String(window),
  };
  const child = spawn(process.execPath, [entry(), ...(prompt === undefined ? [] : [prompt])], {
    cwd: worktree,
    env: { ...baseEnv, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let screen = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      screen += text;
    });
  }
  const exited = new Promise<number | string>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? 'gone')));
  test.after(async () => {
    child.kill('SIGTERM');
    await exited;
  });
  const calls = () => readLines(join(root, 'calls.jsonl')) as unknown as Call[];
  const told = () => calls().map(({ argv }) => argv.slice(0, argv.findIndex((word) => word.startsWith('-')) >>> 0).join(' '));
  return {
    pid: known(child.pid, 'the pid of the runbook'),
    folder,
    worktree,
    child,
    exited,
    screen: () => screen,
    calls,
    told,
    transcript: () => readLines(join(folder, `${session}.jsonl`)),
    type: (text) => void child.stdin.write(text),
    waitForCall: async (words, count = 1) => {
      const find = () => calls().filter((call) => call.argv.join(' ').startsWith(words))[count - 1];
      return eventually(find, `call ${count} of "${words}", the screen being:\n${screen}`, deadlineMs);
    },
    waitForText: async (text) => void (await eventually(() => screen.includes(text), `"${text}" on the screen:\n${screen}`, deadlineMs)),
  };
}

/** `mol current --json` at a step. */
export function atStep(step: Record<string, unknown>, vars: Record<string, string> = {}): Scripted {
  return {
    stdout: {
      kind: 'step',
      molecule: 'mol-1',
      bead: 'gt-abcde',
      stepCount: 2,
      step: { position: 1, title: `Do ${String(step.id)}`, run: null, check: null, timeoutS: null, ...step },
      vars,
    },
  };
}

export const complete: Scripted = { stdout: { kind: 'complete', bead: 'gt-abcde' } };
export const none: Scripted = { stdout: { kind: 'none' } };

const deadlineMs = 20_000;

function entry(): string {
  const bundle = join(process.env.BATON_TEST_DIST ?? '/nowhere', 'runbook.cjs');
  return existsSync(bundle) ? bundle : join(import.meta.dirname, 'main.ts');
}

function readLines(path: string): Record<string, unknown>[] {
  if (!existsSync(path)) return [];
  const whole = readFileSync(path, 'utf8');
  const lines = whole.slice(0, whole.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
}

function writeFakeBaton(root: string, script: Script): void {
  mkdirSync(join(root, 'bin'));
  const path = join(root, 'bin', 'baton');
  writeFileSync(join(root, 'script.json'), JSON.stringify(script));
  writeFileSync(path, fakeBaton(root));
  chmodSync(path, 0o755);
}

/** Writes each call down before it answers it, so that what was answered has been seen. */
function fakeBaton(root: string): string {
  return `#!${process.execPath}
const fs = require('node:fs');
const script = JSON.parse(fs.readFileSync('${root}/script.json', 'utf8'));
const log = '${root}/calls.jsonl';
const argv = process.argv.slice(2);
const words = argv.join(' ');
const key = Object.keys(script).filter((each) => words.startsWith(each)).sort((a, b) => b.length - a.length)[0];
const before = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').split('\\n').filter((line) => line !== '' && JSON.parse(line).argv.join(' ').startsWith(key)).length : 0;
const answers = script[key] ?? [];
const answer = answers[Math.min(before, answers.length - 1)] ?? {};
fs.appendFileSync(log, JSON.stringify({ argv, stdin: fs.readFileSync(0, 'utf8') }) + '\\n');
if (answer.stderr) fs.writeSync(2, answer.stderr);
if (answer.stdout) fs.writeSync(1, typeof answer.stdout === 'string' ? answer.stdout : JSON.stringify(answer.stdout));
process.exit(answer.exit ?? 0);
`;
}

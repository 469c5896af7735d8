import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Cleanup } from '#host/testing';
import { bundle, type Ran } from './run-baton.ts';
import type { ScenarioTown } from './town.ts';

/** A program of a person's own in an agent's folder: Baton did not start it, and it calls `baton` through a shell as agents' hooks do. */
export interface HandProgram {
  readonly pid: number;
  /** Has it call `baton WORDS…` with this on stdin; undefined where it was ended meanwhile. */
  calls(words: readonly string[], input?: string): Promise<Ran | undefined>;
  end(): Promise<void>;
}

/** Reads calls from stdin, a line of JSON each, and answers each with a line. */
const script = `
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
const [baton] = process.argv.slice(2);
for await (const line of createInterface({ input: process.stdin })) {
  const { words, input } = JSON.parse(line);
  const shell = ['-c', 'echo "$0" > /dev/null; "$0" "$@"; exit $?', process.execPath, baton, ...words];
  const { status, stdout, stderr } = spawnSync('sh', shell, { input, encoding: 'utf8' });
  console.log(JSON.stringify({ exit: status, out: stdout, err: stderr }));
}
`;

/** Starts one in a folder, with a person's environment. */
export async function startByHand(test: Cleanup, { person }: ScenarioTown, cwd: string): Promise<HandProgram> {
  const path = join(person.dir, 'hand-program.mjs');
  writeFileSync(path, script);
  const child = spawn(process.execPath, [path, join(bundle, 'baton.cjs')], { cwd, env: person.env, stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  test.after(() => end(child));
  return {
    pid: child.pid ?? 0,
    calls: async (words, input = '') => {
      child.stdin.write(`${JSON.stringify({ words, input })}\n`);
      const { value } = await answers.next();
      return value === undefined ? undefined : (JSON.parse(value) as Ran);
    },
    end: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.stdin?.end();
  child.kill('SIGKILL');
  await ended;
}

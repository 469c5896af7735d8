import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '#host/testing';

const root = resolve(import.meta.dirname, '../..');
const runner = join(root, 'tools/run.mjs');
const imports =
  "import { describe, test } from 'node:test';\nimport { spawn, execFileSync } from 'node:child_process';\nimport { mkdtempSync } from 'node:fs';\n";

test('the runner counts leaves, prints failures with file and line, and ends with the plain count', async (t) => {
  const lines = [
    "test('one', () => {});",
    "test('group', async (t) => { await t.test('in it', () => {}); await t.test('wrong', () => { throw new Error('told why'); }); });",
    "describe('suite', () => { test('in suite', () => {}); test.skip('left out', () => {}); });",
  ];
  const { code, output } = await runTestFile(t, lines);
  assert.equal(output.trim().split('\n').at(-1), '3 passed, 1 failed, 1 skipped');
  assert.match(output, /✗ wrong\n.*x\.test\.ts:5\n.*Error: told why/);
  assert.equal(code, 1);
});

test('the runner answers 0 only when a test ran and none failed', async (t) => {
  assert.equal((await runTestFile(t, ["test('one', () => {});"])).code, 0);
  const none = await runTestFile(t, []);
  assert.match(none.output, /there is no test in it[\s\S]*\n0 passed, 1 failed\n$/);
  assert.equal(none.code, 1);
  const nameless = await runTestFile(t, ["test('one', () => {});"], '-t', 'another');
  assert.match(nameless.output, /\n0 passed, 0 failed\n$/);
  assert.equal(nameless.code, 1);
});

test('a file that crashes after its tests fails the run', async (t) => {
  const { code, output } = await runTestFile(t, ["test('one', () => {});", "process.on('exit', () => process.exit(7));"]);
  assert.match(output, /exit code 7, and no failed test says why/);
  assert.equal(code, 1);
});

test('a file that does not end is ended, and what holds it is named', async (t) => {
  const endings = [
    ["test('one', () => {}); setInterval(() => {}, 1000);", /all its tests have ended, but the process does not; held by .*Timeout/],
    ["test('endless', { timeout: 99_999 }, () => new Promise((r) => setTimeout(r, 60_000)));", /over its limit of 2 s, still running: endless/],
    ["test('busy', () => { execFileSync('sleep', ['30']); });", /over its limit of 2 s, and its event loop is blocked/],
  ] as const;
  const ended = await Promise.all(endings.map(async ([line, why]) => ({ why, ...(await runTestFile(t, [line], '--limit', '2')) })));
  for (const { why, output, code } of ended) {
    assert.match(output, why);
    assert.equal(code, 1);
  }
});

test('what a file leaves behind is one failed test, and is gone afterwards', async (t) => {
  const lines = [
    "test('leaves', () => {",
    "  mkdtempSync(process.env['TMPDIR'] + '/left-');",
    "  const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });",
    '  child.unref();',
    "  execFileSync('env', ['-i', 'tmux', '-S', process.env['TMUX_TMPDIR'] + '/own', '-f', '/dev/null', 'new-session', '-d', 'sleep 1000']);",
    '  console.error(process.env);',
    '});',
  ];
  const { code, output } = await runTestFile(t, lines);
  assert.match(output, /✗ nothing is left behind: 4 found/);
  assert.match(output, /left process \d+ \(sleep 1000\)/);
  assert.match(output, /left process \d+ \(tmux -S/);
  assert.match(output, /left folder left-/);
  assert.match(output, /\n1 passed, 1 failed\n$/);
  assert.equal(code, 1);
  for (const [, pid] of output.matchAll(/left process (\d+) /g)) assert.equal(isRunning(Number(pid)), false);
});

/** How a run is ended from outside: its own process, or the npm that runs it, by what each is told. */
const endings = [
  ...(['SIGTERM', 'SIGINT', 'SIGHUP'] as const).map((signal) => ({ signal, who: 'runner', command: [process.execPath, runner, 'test'] })),
  { signal: 'SIGTERM', who: 'npm', command: ['npm', 'run', '-s', '--no-update-notifier', 'test', '--'] },
] as const;

for (const { signal, who, command } of endings) {
  test(`a run whose ${who} is told ${signal} ends what its files run, and what that starts while it is ended`, async (t) => {
    const folder = makeFolder(t);
    const [file, told] = [join(folder, 'x.test.ts'), join(folder, 'told')];
    // As a daemon that somebody's command starts again: asked to end, it leaves another process in its place.
    const keeper = 'trap "setsid sleep 1000 & exit" TERM; echo "$1" > "$2.part"; mv "$2.part" "$2"; while :; do sleep 0.05; done';
    const lines = [
      "test('goes on', async () => {",
      `  spawn('sh', ['-c', ${JSON.stringify(keeper)}, 'sh', String(process.env['BATON_TEST_FILE']), ${JSON.stringify(told)}], { detached: true, stdio: 'ignore' });`,
      '  await new Promise((resolve) => setTimeout(resolve, 60_000));',
      '});',
    ];
    writeFileSync(file, `${imports}${lines.join('\n')}\n`);
    const [program, ...words] = command;
    const { ended, child } = start(program, [...words, file, '--no-bundle'], root);
    const mark = (await eventually(() => existsSync(told) && readFileSync(told, 'utf8').trim(), 'the file runs', 60_000)) as string;
    child.kill(signal);
    const { code, output } = await ended;
    assert.equal(code, 130, output);
    assert.match(output, /interrupted\nnot reached: /);
    assert.deepEqual(findMarked(mark), []);
    assert.equal(existsSync(join('/tmp', mark)), false);
  });
}

test('a file sees neither the person’s home, tmux and sockets nor the set-up of git', async (t) => {
  const lines = ["test('one', () => {});", 'console.log(JSON.stringify(process.env)); process.exitCode = 1;'];
  const { output } = await runTestFile(t, lines);
  const seen = JSON.parse(output.match(/^ *(\{"[\s\S]*?\})$/m)?.[1] ?? '{}') as Record<string, string>;
  const own = seen.BATON_TEST_RUN;
  for (const name of ['HOME', 'TMPDIR', 'TMUX_TMPDIR', 'XDG_RUNTIME_DIR']) assert.ok(seen[name]?.startsWith(`/tmp/${own}/`), name);
  for (const name of ['TMUX', 'GIT_DIR', 'BATON_TOWN', 'NODE_TEST_CONTEXT']) assert.equal(seen[name], undefined, name);
});

test('of many processes one at a time holds the lock, and a dead owner’s lock is taken over', async (t) => {
  const folder = makeFolder(t);
  const lock = join(folder, 'lock');
  mkdirSync(lock);
  writeFileSync(join(lock, 'owner'), '999999999|1');
  const program = `
    import { withLock } from ${JSON.stringify(join(root, 'tools/lock.mjs'))};
    import { appendFileSync } from 'node:fs';
    await withLock(${JSON.stringify(lock)}, async () => {
      appendFileSync('log', 'in ');
      await new Promise((resolve) => setTimeout(resolve, 20));
      appendFileSync('log', 'out ');
    });`;
  const runs = Array.from({ length: 6 }, () => run(process.execPath, ['--input-type=module', '-e', program], folder));
  assert.deepEqual(
    (await Promise.all(runs)).map(({ code }) => code),
    [0, 0, 0, 0, 0, 0],
  );
  assert.equal(readFileSync(join(folder, 'log'), 'utf8'), 'in out '.repeat(6));
  assert.equal(existsSync(lock), false);
});

function runTestFile(t: TestContext, lines: readonly string[], ...args: readonly string[]): Promise<Ended> {
  const file = join(makeFolder(t), 'x.test.ts');
  writeFileSync(file, `${imports}${lines.join('\n')}\n`);
  return run(process.execPath, [runner, 'test', file, '--no-bundle', ...args], root);
}

/** A dead process whose parent has not asked for its end yet is not running. */
function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** The processes that carry a test file's mark. */
function findMarked(mark: string): string[] {
  return readdirSync('/proc').filter(
    (pid) => /^\d+$/.test(pid) && isRunning(Number(pid)) && readQuietly(`/proc/${pid}/environ`).includes(`BATON_TEST_FILE=${mark}\0`),
  );
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'runner-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  return start(command, args, cwd).ended;
}

function start(command: string, args: readonly string[], cwd: string) {
  const env = { ...process.env, TMUX: 'someone', GIT_DIR: '/nowhere', BATON_TOWN: '/nowhere' };
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<Ended>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
  return { child, ended };
}

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { hostIdentity } from './host-identity.ts';
import { bootIdOf, formatMark, readMark } from './model.ts';
import { readStat } from './proc.ts';
import { ancestorsOf, descendantsOf, findProcess, findProcessesByEnvironment, isAlive, listProcesses, markOf, readEnvironmentOf } from './processes.ts';
import { psTable } from './ps.ts';
import { eventually, tempDir } from './testing.ts';

function start(t: TestContext, argv: string[], env: Record<string, string> = {}): ChildProcess & { pid: number } {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, { stdio: 'ignore', env: { PATH: process.env.PATH ?? '', ...env } });
  t.after(() => child.kill('SIGKILL'));
  assert.ok(child.pid !== undefined);
  return child as ChildProcess & { pid: number };
}

test('a mark fits its process alone, while it lives (host 6)', async (t) => {
  const child = start(t, ['sleep', '60']);
  const mark = markOf(child.pid);
  assert.ok(mark !== undefined && isAlive(mark));
  assert.equal(isAlive({ ...mark, start: `1${mark.start}` }), false);
  assert.equal(isAlive({ ...mark, start: mark.start.replace(/-.*/, '-00000000') }), false);
  child.kill('SIGKILL');
  await eventually(() => !isAlive(mark), 'the process is gone');
});

test('a mark tells the boot it belongs to (host 6)', () => {
  const mark = markOf(process.pid);
  assert.ok(mark !== undefined);
  assert.equal(bootIdOf(mark), hostIdentity().bootId);
  assert.match(hostIdentity().id, /^host_[0-9a-f]{8}$/);
});

test('a zombie is not alive (host 6)', async (t) => {
  const file = join(tempDir(t), 'pid');
  // The shell's child ends; sleep, which takes the shell's place, never asks for it.
  const child = 'while [ "$(cat /proc/$$/comm)" != sleep ]; do :; done';
  start(t, ['sh', '-c', `(${child}) & echo $! > "$1"; exec sleep 60`, 'sh', file]);
  const pid = await eventually(() => findZombie(file), 'a zombie');
  assert.equal(markOf(pid), undefined);
});

function findZombie(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return findProcess(pid)?.state === 'Z' ? pid : undefined;
  } catch {
    return undefined;
  }
}

test('marks survive a pid file, and a torn one proves nothing (host 6)', () => {
  const mark = markOf(process.pid);
  assert.ok(mark !== undefined);
  assert.deepEqual(readMark(formatMark(mark)), mark);
  assert.deepEqual(readMark(`${formatMark(mark)}\n`), mark);
  for (const torn of ['', '12', '12|', '|x', '0|x', '-1|x', 'a|b', '1.5|x']) assert.equal(readMark(torn), undefined, torn);
});

test('the list tells parents, sessions and names, whatever a name holds', (t) => {
  const child = start(t, ['sleep', '60']);
  const entry = listProcesses().find(({ pid }) => pid === child.pid);
  const self = findProcess(process.pid);
  assert.deepEqual([entry?.ppid, entry?.sid, entry?.tty], [process.pid, self?.sid, self?.tty]);
  const odd = readStat(`7 (a) R (b)) S 4 ${Array.from({ length: 30 }, (_, i) => i + 5).join(' ')}`);
  assert.deepEqual([odd?.pid, odd?.command, odd?.state, odd?.ppid, odd?.start.split('-')[0]], [7, 'a) R (b)', 'S', 4, '22']);
  assert.equal(readStat(''), undefined);
});

test('descendants are found through the generations, nearest first', async (t) => {
  const top = start(t, ['sh', '-c', 'sh -c "sleep 60; :" & wait']);
  const found = await eventually(() => (descendantsOf([top.pid]).length === 2 ? descendantsOf([top.pid]) : undefined), 'two descendants');
  t.after(() => {
    for (const { pid } of found) process.kill(pid, 'SIGKILL');
  });
  assert.deepEqual(
    found.map(({ pid }) => findProcess(pid)?.command),
    ['sh', 'sleep'],
  );
});

test('a process is found by its environment after a setsid and a double fork, and only by whole entries (host 7)', async (t) => {
  const life = `life-${process.pid}-${Math.random()}`;
  start(t, ['sh', '-c', '(setsid sleep 60 &)'], { BATON_X: life, BATON_Y: 'a b', XBATON_X: 'z' });
  const [found] = await eventually(() => {
    const all = findProcessesByEnvironment({ BATON_X: life }).filter(({ pid }) => findProcess(pid)?.command === 'sleep');
    return all.length === 1 && all;
  }, 'the orphan');
  assert.ok(found !== undefined);
  t.after(() => process.kill(found.pid, 'SIGKILL'));
  assert.deepEqual(findProcessesByEnvironment({ BATON_X: life, BATON_Y: 'a b' }), [found]);
  assert.equal(readEnvironmentOf(found.pid)?.BATON_Y, 'a b');
  for (const wanted of [{ BATON_X: life.slice(0, -1) }, { ATON_X: life }, { BATON_X: life, BATON_Y: 'a' }]) {
    assert.deepEqual(findProcessesByEnvironment(wanted), []);
  }
});

test('a process that replaces its program again and again is found by its environment all the while (host 7)', (t) => {
  const life = `life-${process.pid}-${Math.random()}`;
  const script = join(tempDir(t), 'again');
  writeFileSync(script, 'exec /bin/sh "$0"\n');
  const { pid } = start(t, ['/bin/sh', script], { BATON_X: life });
  for (let n = 0; n < 5000; n += 1) assert.equal(readEnvironmentOf(pid)?.BATON_X, life, `look ${n}`);
});

test('a process that is not there is undefined, not an error (host 7)', () => {
  assert.equal(findProcess(2 ** 22 + 1), undefined);
  assert.equal(readEnvironmentOf(2 ** 22 + 1), undefined);
});

test('ps, which stands in where there is no /proc, tells the same', (t) => {
  const child = start(t, ['sleep', '60'], { BATON_X: 'ps' });
  const entry = psTable.find(child.pid);
  assert.deepEqual([entry?.pid, entry?.ppid, entry?.command], [child.pid, process.pid, 'sleep']);
  assert.equal(psTable.find(child.pid)?.start, entry?.start);
  assert.ok(psTable.list().some(({ pid }) => pid === child.pid));
  assert.equal(psTable.find(2 ** 22 + 1), undefined);
});

test('the ancestors of a process are told from the nearest one to the first (host 14)', async (t) => {
  const shell = start(t, ['sh', '-c', 'sleep 60 & wait']);
  const [sleep] = await eventually(() => {
    const found = descendantsOf([shell.pid]);
    return found.length === 1 && found;
  }, 'the shell runs its child');
  const ancestry = ancestorsOf(sleep?.pid ?? 0);
  assert.deepEqual(
    ancestry.slice(0, 2).map(({ pid }) => pid),
    [shell.pid, process.pid],
  );
  assert.equal(ancestry.at(-1)?.ppid, 0);
  assert.ok(ancestry.every(({ ppid }, i) => i === ancestry.length - 1 || ancestry[i + 1]?.pid === ppid));
  assert.deepEqual(ancestorsOf(2 ** 30), []);
});

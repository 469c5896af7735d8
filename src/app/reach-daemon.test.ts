import assert from 'node:assert/strict';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { endProcesses, findProcessesByEnvironment, formatMark, markOf, systemClock } from '#host';
import { eventually } from '#host/testing';
import { readEvents } from '#store';
import { isFaultWith } from '#town/testing';
import type { Deps } from './deps.ts';
import { listenForWakes } from './listen-for-wakes.ts';
import { daemonFiles, findDaemon, isDaemonWanted, reviveDaemon, rouseDaemon, startDaemon, wakeDaemon, wantDaemon } from './reach-daemon.ts';
import { appTown, fakePrograms } from './testing.ts';

/** A daemon as far as commands see one: of several the first writes its pid file and stays, the others end. */
const fakeDaemon = `
const fs = require('node:fs');
const root = process.argv[2];
const run = root + '/.baton/run';
fs.appendFileSync(root + '/spawned', process.pid + '\\n');
try {
  fs.mkdirSync(root + '/lease');
} catch {
  process.exit();
}
import(${JSON.stringify(import.meta.resolve('#host'))}).then(({ formatMark, markOf }) => {
  fs.writeFileSync(run + '/daemon.pid', formatMark(markOf(process.pid)));
  setTimeout(() => {}, 60_000);
});`;

async function withFakeDaemon(t: TestContext, daemon = fakeDaemon): Promise<Deps & { spawned(): number }> {
  const town = await appTown(t);
  const programs = fakePrograms(join(town.dir, 'dist'), { daemon });
  t.after(async () => {
    const left = findProcessesByEnvironment({ HOME: town.dir });
    await endProcesses({ clock: systemClock }, left, { interruptMs: 0, termMs: 1000, killMs: 1000 });
  });
  const path = join(town.root, 'spawned');
  return { ...town, programs, spawned: () => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').length : 0) };
}

test('whether the daemon should live is a row, which changes with one event (app 2)', async (t) => {
  const town = await appTown(t);
  assert.equal(await isDaemonWanted(town), false);
  await wantDaemon(town, 'running');
  await wantDaemon(town, 'running');
  await wantDaemon(town, 'stopped');
  assert.equal(await isDaemonWanted(town), false);
  assert.deepEqual(
    (await readEvents(town.store.db, { last: 2 })).map(({ type, actor }) => `${type} ${actor}`),
    ['daemon_wanted overseer', 'daemon_unwanted overseer'],
  );
});

test('a daemon is started over a stale or torn pid file, once, and the caller waits until it holds the town (app 2)', async (t) => {
  const town = await withFakeDaemon(t);
  const { pid } = daemonFiles(town.paths.run);
  const own = formatMark(markOf(process.pid) ?? assert.fail());
  for (const text of ['', '123', own.replace('|', ''), `${process.pid}|0-00000000`, own.slice(0, own.indexOf('|') + 1)]) {
    writeFileSync(pid, text);
    assert.equal(findDaemon(town), undefined, text);
  }
  const started = await startDaemon(town);
  assert.deepEqual([started.kind, findDaemon(town)?.pid, await isDaemonWanted(town)], ['started', started.pid, true]);
  assert.deepEqual(await startDaemon(town), { kind: 'already', pid: started.pid });
  assert.deepEqual([await rouseDaemon(town), town.spawned()], ['waked', 1]);
});

test('several that start it at once all find the one that was first (app 2)', async (t) => {
  const town = await withFakeDaemon(t);
  const answers = await Promise.all([startDaemon(town), startDaemon(town), rouseDaemon(town)]);
  assert.deepEqual([answers[0].pid, answers[1].pid], [findDaemon(town)?.pid, findDaemon(town)?.pid]);
});

test('a daemon that ends at once is told with its last words (app 2)', async (t) => {
  const line = JSON.stringify({ ts: 'x', level: 'error', message: 'tmux is missing (install it)' });
  const town = await withFakeDaemon(t, `console.log(${JSON.stringify(line)}); process.exit(1);`);
  await assert.rejects(startDaemon(town), isFaultWith('unavailable', 'the daemon ended at once: tmux is missing (install it)', 'daemon.log'));
  assert.ok(await isDaemonWanted(town), 'the order stands');
});

test('a daemon that should live is revived by any command, at most once in 2 s (app 2)', async (t) => {
  const town = await withFakeDaemon(t, "require('node:fs').appendFileSync(process.argv[2] + '/spawned', '1\\n');");
  await reviveDaemon(town);
  assert.equal(town.spawned(), 0, 'it was never wanted');
  await wantDaemon(town, 'running');
  for (let i = 0; i < 5; i += 1) await reviveDaemon(town);
  await eventually(() => town.spawned() === 1, 'it is spawned');
  const { revived } = daemonFiles(town.paths.run);
  const longAgo = Date.now() / 1000 - 3;
  utimesSync(revived, longAgo, longAgo);
  await reviveDaemon(town);
  await eventually(() => town.spawned() === 2, 'it is spawned again');
  const farAhead = Date.now() / 1000 + 3600;
  utimesSync(revived, farAhead, farAhead);
  await reviveDaemon(town);
  await eventually(() => town.spawned() === 3, 'a clock that was set back does not keep it dead');
  await wantDaemon(town, 'stopped');
  utimesSync(revived, longAgo, longAgo);
  await reviveDaemon(town);
  assert.equal(town.spawned(), 3, 'a stop is never undone by a watchdog');
});

test('a revival that fails is no failure of the command (app 2)', async (t) => {
  const town = await appTown(t);
  await wantDaemon(town, 'running');
  await reviveDaemon(town);
  await assert.rejects(startDaemon(town), isFaultWith('unavailable', 'npm run build'));
});

test('a wake reaches the daemon that listens; without one it is lost quietly (app 3)', async (t) => {
  const town = await appTown(t);
  await wakeDaemon(town);
  const wakes = await listenForWakes(town);
  let count = 0;
  const leave = wakes.onWake(() => {
    count += 1;
  });
  await wakeDaemon(town);
  await eventually(() => count === 1, 'the wake');
  leave();
  await wakeDaemon(town);
  const path = readFileSync(daemonFiles(town.paths.run).socket, 'utf8').trim();
  assert.match(path, new RegExp(`/daemon-${process.pid}\\.sock$`));
  const stale = path.replace(/\d+\.sock$/, '999999999.sock');
  writeFileSync(stale, '');
  await wakes.close();
  await wakeDaemon(town);
  const next = await listenForWakes(town);
  assert.ok(!existsSync(stale), 'the socket of a daemon that was killed is removed');
  await next.close();
  assert.equal(count, 1);
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import { day, known } from '#base';
import { commitFiles, makeSource, openTestGit } from '#git/testing';
import { endProcesses, findProcessesByEnvironment, hostIdentity, isAlive, markOf, readMark, runProgram, systemChance, systemClock } from '#host';
import { eventually } from '#host/testing';
import { endAssignment } from '#landing';
import { findLease, openStore, readEvents, type Store } from '#store';
import { seedEvents } from '#store/testing';
import { addCrew, addRig, createTown, townPaths } from '#town';
import { createBead, getBead, hookBead } from '#work';

const dist = process.env.BATON_TEST_DIST ?? join(import.meta.dirname, '../../dist');

interface TownHere {
  readonly dir: string;
  readonly root: string;
  readonly store: Store;
  readonly env: Readonly<Record<string, string>>;
}

/** A town in a folder of its own, by default on the disk of temp folders; its daemons and tmux server end with the test, and then the folder. */
async function givenTown(
  t: TestContext,
  { mount = async () => {}, unmount = async () => {} }: Partial<Record<'mount' | 'unmount', (dir: string) => Promise<void>>> = {},
): Promise<TownHere> {
  const dir = mkdtempSync(join(tmpdir(), 'bd-'));
  let store: Store | undefined;
  t.after(async () => {
    await endProcesses({ clock: systemClock }, findProcessesByEnvironment({ TMUX_TMPDIR: dir }), { interruptMs: 0, termMs: 3000, killMs: 2000 });
    await store?.close();
    await unmount(dir);
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
  await mount(dir);
  const { root } = await createTown({ clock: systemClock, chance: systemChance, host: hostIdentity() }, { dir: join(dir, 'town') });
  store = await openStore({ clock: systemClock }, townPaths(root).store);
  return { dir, root, store, env: { PATH: process.env.PATH ?? '', HOME: dir, XDG_RUNTIME_DIR: dir, TMUX_TMPDIR: dir } };
}

interface Started {
  readonly child: ChildProcess;
  readonly exited: Promise<number | string>;
  output(): string;
}

/** The daemon as a program, its log read here. */
function startDaemon({ root, env }: TownHere): Started {
  const child = spawn(process.execPath, [join(dist, 'daemon.cjs'), root], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<number | string>((resolve) => child.once('close', (code, signal) => resolve(signal ?? code ?? 'gone')));
  return { child, exited, output: () => output };
}

const pidFile = ({ root }: TownHere) => join(root, '.baton/run/daemon.pid');
const readPid = (town: TownHere) => (existsSync(pidFile(town)) ? readMark(readFileSync(pidFile(town), 'utf8')) : undefined);
const isInOffice = (town: TownHere, { child }: Started) => eventually(() => readPid(town)?.pid === child.pid, 'it holds the town');

/** Spools a signal of a session, and waits until the daemon read it: the sign that its duties are done. */
async function isAtWork(town: TownHere): Promise<void> {
  const { spoolNew } = townPaths(town.root);
  const path = join(spoolNew, `${Date.now()}.sess_ffffffff.end.aa`);
  await eventually(() => {
    writeFileSync(path, '');
    return true;
  }, 'the spool can be written');
  await eventually(() => !existsSync(path), 'the spool is read');
}

describe('the daemon as a program', { concurrency: 4 }, () => {
  test('of two daemons of one town one holds it, and the other leaves at once (daemon 6)', async (t) => {
    const town = await givenTown(t);
    const both = [startDaemon(town), startDaemon(town)];
    const left = await Promise.race(both.map(async (one) => ({ one, exit: await one.exited })));
    assert.equal(left.exit, 0);
    assert.match(left.one.output(), /another daemon has this town/);
    const stays = known(
      both.find((one) => one !== left.one),
      'the other',
    );
    await isInOffice(town, stays);
    assert.match((await findLease(town.store, 'daemon'))?.holder ?? '', new RegExp(`:${stays.child.pid}\\|`));
    const third = startDaemon(town);
    assert.equal(await third.exited, 0);
    assert.equal(readPid(town)?.pid, stays.child.pid, 'who was refused leaves pid file and lease alone');
    await isAtWork(town);
  });

  test('one that was killed is followed at once, and a pid file that was deleted is written again (daemon 6)', async (t) => {
    const town = await givenTown(t);
    const first = startDaemon(town);
    await isInOffice(town, first);
    const fence = (await findLease(town.store, 'daemon'))?.fence ?? 0;
    rmSync(pidFile(town));
    await isInOffice(town, first);
    first.child.kill('SIGKILL');
    assert.equal(await first.exited, 'SIGKILL');
    const second = startDaemon(town);
    const begunAt = performance.now();
    await isInOffice(town, second);
    assert.ok(performance.now() - begunAt < 12_000, 'it did not wait for the lease to end, which takes 12 s');
    assert.equal((await findLease(town.store, 'daemon'))?.fence, fence + 1);
    await isAtWork(town);
  });

  test('one that was killed while it pruned the journal is followed by one that prunes the rest (daemon 6)', async (t) => {
    const town = await givenTown(t);
    await seedEvents(
      town.store,
      Array.from({ length: 2100 }, () => [20 * day, 'nudge'] as const),
    );
    const left = async () => (await readEvents(town.store.db, { types: ['nudge'], limit: 3000 })).length;
    const killed = startDaemon({ ...town, env: { ...town.env, BATON_FAULT: 'krc.prune.after=kill' } });
    assert.equal(await killed.exited, 'SIGKILL');
    assert.equal(await left(), 1100);
    const next = startDaemon(town);
    await eventually(() => next.output().includes('the journal was pruned up to '), 'it tells what went');
    assert.ok((await left()) < 100, 'the newest hundred are those and what happened since');
  });

  test('told to stop, it cuts a gate off, gives the lease back and leaves nothing of its own; the next one lands (daemon 5)', async (t) => {
    const town = await givenTown(t);
    const landing = await givenSlowLanding(town);
    const daemon = startDaemon(town);
    await eventually(landing.isGating, 'the gate runs');
    daemon.child.kill('SIGTERM');
    assert.equal(await daemon.exited, 0, daemon.output());
    assert.match(daemon.output(), /crew\/max waits: .* was cut off[\s\S]*daemon stopped \(SIGTERM\)/);
    assert.deepEqual([existsSync(pidFile(town)), await findLease(town.store, 'daemon')], [false, undefined]);
    assert.deepEqual(findProcessesByEnvironment({ BATON_COMMANDS_IN: join(town.root, 'app/refinery/rig') }), []);
    assert.equal((await getBead(town.store.db, landing.bead)).status, 'in_progress');
    landing.letGo();
    startDaemon(town);
    await eventually(async () => (await getBead(town.store.db, landing.bead)).status === 'done', 'it lands');
  });

  test('an order that came after a stop, and found the daemon alive, is taken by a successor (daemon 8)', async (t) => {
    const town = await givenTown(t);
    const daemon = startDaemon(town);
    await isInOffice(town, daemon);
    for (const [value, type] of [
      ['stopped', 'daemon_unwanted'],
      ['running', 'daemon_wanted'],
    ] as const)
      await town.store.change({ actor: 'overseer' }, async (tx) => {
        await tx
          .insertInto('meta')
          .values({ key: 'daemon', value })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
          .execute();
        return { answer: undefined, events: [{ type }] };
      });
    daemon.child.kill('SIGTERM');
    assert.equal(await daemon.exited, 0);
    const successor = await eventually(() => readPid(town), 'a successor');
    assert.ok(successor.pid !== daemon.child.pid && isAlive(successor));
    await isAtWork(town);
    process.kill(successor.pid, 'SIGTERM');
    await eventually(() => !isAlive(successor), 'it leaves');
    assert.equal(readPid(town), undefined, 'nobody stopped this one before it was told to go, so it has no successor');
  });

  test('a store that is locked for a while stops no daemon (daemon 7)', async (t) => {
    const town = await givenTown(t);
    const daemon = startDaemon(town);
    await isInOffice(town, daemon);
    const other = new DatabaseSync(townPaths(town.root).store);
    t.after(() => other.close());
    other.exec('begin immediate');
    writeFileSync(join(townPaths(town.root).spoolNew, `${Date.now()}.sess_ffffffff.end.aa`), '');
    await eventually(() => daemon.output().includes('the store is locked by another process'), 'it is told');
    other.exec('rollback');
    await isAtWork(town);
    assert.equal(readPid(town)?.pid, daemon.child.pid);
  });

  test('a full disk stops no daemon (daemon 7)', async (t) => {
    if (!(await canMount())) return t.skip('no right to mount a small disk');
    const town = await givenTown(t, {
      mount: async (dir) => void (await runProgram({}, ['mount', '-t', 'tmpfs', '-o', 'size=24m', 'none', dir])),
      unmount: async (dir) => void (await runProgram({}, ['umount', dir])),
    });
    const daemon = startDaemon(town);
    await isInOffice(town, daemon);
    await isAtWork(town);
    const filler = join(town.dir, 'filler');
    await runProgram({}, ['sh', '-c', `head -c 100000000 /dev/zero > "${filler}"`]);
    assert.throws(() => writeFileSync(join(town.dir, 'more'), 'x'.repeat(10_000)), { code: 'ENOSPC' });
    await eventually(() => /disk is full|no space left/i.test(daemon.output()), 'it is told');
    assert.equal(daemon.child.exitCode, null);
    for (const path of [filler, join(town.dir, 'more')]) rmSync(path, { force: true });
    await isAtWork(town);
    assert.equal(markOf(daemon.child.pid ?? 0)?.pid, readPid(town)?.pid);
  });

  test('one that cannot start says why in its log and ends with 1 (daemon 6)', async (t) => {
    const town = await givenTown(t);
    await town.store.change({ actor: 'overseer' }, async (tx) => {
      await tx.updateTable('meta').set({ value: '999' }).where('key', '=', 'schema').execute();
      return { answer: undefined, events: [{ type: 'seeded' }] };
    });
    const daemon = startDaemon(town);
    assert.equal(await daemon.exited, 1);
    const line = JSON.parse(daemon.output()) as { level: string; message: string };
    assert.match(`${line.level} ${line.message}`, /^error the daemon can't go on: the store has schema 999.*a newer Baton/);
  });
});

/** Work that was handed in, in a rig whose gate waits for a file. */
async function givenSlowLanding(town: TownHere): Promise<{ bead: string; letGo(): void; isGating(): boolean }> {
  const git = openTestGit();
  const deps = { store: town.store, git, root: town.root, clock: systemClock, chance: systemChance, by: { actor: 'overseer' } };
  await addRig(deps, { name: 'app', source: makeSource(join(town.dir, 'source')), cwd: town.dir });
  writeFileSync(join(town.root, 'app/rig.toml'), `gates = ["touch ${town.dir}/gating; while [ ! -e ${town.dir}/go ]; do sleep 0.05; done"]\n`);
  const { address, worktree } = await addCrew(deps, { rig: 'app', name: 'max' });
  const bead = await createBead(deps, { title: 'x', rig: 'app' });
  await hookBead(deps, { bead: bead.id, agent: address });
  commitFiles(worktree ?? '', 'work', { 'a.txt': 'a\n' });
  await endAssignment(deps, { agent: address, status: 'COMPLETED', reason: '' });
  return { bead: bead.id, letGo: () => writeFileSync(join(town.dir, 'go'), ''), isGating: () => existsSync(join(town.dir, 'gating')) };
}

async function canMount(): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), 'bd-'));
  try {
    if ((await runProgram({}, ['mount', '-t', 'tmpfs', '-o', 'size=1m', 'none', dir])).code !== 0) return false;
    return (await runProgram({}, ['umount', dir])).code === 0;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

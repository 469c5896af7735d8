import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { findProgram, runProgram } from '#host';
import { schemaVersion } from '#store/model';
import { daemonsOf } from '../support/daemon.ts';
import { bundle, type Ran } from '../support/run-baton.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, eventsOf, readLanded, slingNew, waitForBead, waitForRest } from '../support/watch-town.ts';

test('a store that a newer Baton has been at is left alone', async (t) => {
  const town = await makeTown(t);
  const store = openStoreFile(town);
  store.exec("update meta set value = '99' where key = 'schema'");
  for (const words of ['status', 'hook', 'bead list', 'bead create --title x', 'crew start max', 'daemon start', 'down']) {
    assertRefused(await town.baton(words.split(' ')), 1, 'schema 99', 'a newer Baton has been here');
  }
  assert.deepEqual(daemonsOf(town), []);
  store.exec(`update meta set value = '${schemaVersion}' where key = 'schema'`);
  store.close();
  await assertSound(town);
});

test('while another process holds the store, reading goes on and writing is refused whole', async (t) => {
  const town = await makeTown(t);
  const store = openStoreFile(town);
  store.exec('begin immediate');
  const before = (await eventsOf(town, { types: [] })).length;
  const [written, read] = await Promise.all([town.baton(['bead', 'create', '--title', 'x', '--rig', 'app']), town.baton(['rig', 'list'])]);
  assertRefused(written, 5, 'locked by another process');
  assert.equal(read.exit, 0, read.err);
  store.exec('rollback');
  store.close();
  assert.equal((await eventsOf(town, { types: [] })).length, before);
  await town.does('bead', 'create', '--title', 'x', '--rig', 'app');
});

test('a store that is no store, and one that is gone, are told apart, and neither is taken for an empty one', async (t) => {
  const town = await makeTown(t);
  const other = join(town.person.dir, 'other');
  mkdirSync(join(other, '.baton'), { recursive: true });
  writeFileSync(join(other, 'baton.toml'), '');
  assertRefused(await town.baton(['status'], { cwd: other }), 5, 'there is no store');
  writeFileSync(join(other, '.baton', 'town.db'), 'not a store at all, but long enough to be looked at as one '.repeat(20));
  assertRefused(await town.baton(['status'], { cwd: other }), 5, 'is not a store');
});

test('in a town folder that may not be written nothing is changed, and one that may not be read is not taken for an empty one', async (t) => {
  if (!canBecomeNobody()) return t.skip('only root can become another user');
  const town = await makeTown(t);
  const asNobody = (...words: string[]) => runAsNobody(town, words);
  assert.equal((await town.app.town.audit()).length, 0);
  for (const words of [
    'bead create --title x',
    'hook x',
    'crew add zoe --rig app',
    'config set capacity 3 --rig app',
    'daemon start',
    'rig add two ../town-source',
  ]) {
    assertRefused(await asNobody(...words.split(' ')), 5, /read-only|no right|may not|can(no|')t be/);
  }
  chmodSync(join(town.root, '.baton'), 0o700);
  for (const words of ['status', 'bead list', 'hook']) assertRefused(await asNobody(...words.split(' ')), 5, 'no right');
  assert.deepEqual(daemonsOf(town), []);
  await assertSound(town);
});

test('on a full disk nothing is half-made, and all goes on when there is space again', async (t) => {
  const town = await makeTown(t);
  const tries = [
    'bead create --title x --rig app',
    `bead create --title x --rig app --body ${'y'.repeat(9000)}`,
    'crew add zoe',
    'rig add two ../town-source',
    'config set capacity 3 --rig app',
  ];
  const disk = await runOnFullDisk(town, tries);
  if (disk === undefined) return t.skip('a small disk can’t be mounted here');
  assert.ok(
    disk.full.some(({ exit }) => exit === 5),
    'the disk was full',
  );
  for (const ran of disk.full) if (ran.exit !== 0) assertRefused(ran, 5, 'disk');
  for (const ran of disk.free) assert.equal(ran.exit, 0, ran.err);
});

const tools: readonly (readonly [what: string, script: string | undefined, exit: number, ...says: string[]])[] = [
  ['missing', undefined, 5, 'tmux', 'install'],
  ['too old', '#!/bin/sh\necho "tmux 2.9"\n', 1, '2.9', 'needs 3.2', 'install'],
];

for (const [what, script, exit, ...says] of tools) {
  test(`with a tmux that is ${what}, whatever needs it is refused and makes nothing`, async (t) => {
    const town = await makeTown(t);
    await town.does('crew', 'add', 'max');
    const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', 'x');
    const env = { ...town.env, PATH: makePath(town, script) };
    for (const words of [`sling ${bead} app`, 'crew start max', 'crew at max -d', 'daemon start', 'up']) {
      assertRefused(await town.baton(words.split(' '), { env }), exit, ...says);
    }
    assert.deepEqual(daemonsOf(town), []);
    assert.equal((await town.app.beads.show(bead)).bead.status, 'open');
    assert.deepEqual(
      (await town.app.town.agents({})).filter(({ desired, role }) => desired === 'running' || role === 'polecat'),
      [],
    );
    const doctor = await town.baton(['doctor'], { env });
    assert.equal(doctor.exit, 1);
    assert.match(doctor.out, /tmux +✕ bad/);
    await assertSound(town);
  });
}

test('work is committed and lands on a machine where git knows nobody', async (t) => {
  const commit = '[[steps]]\nid = "commit"\nrun = "echo 1 > made.txt; git add made.txt; git commit -qm made; echo 2 > left.txt"\n';
  const town = await makeTown(t, { formulas: { commit } });
  const nobody = await runProgram({ cwd: town.root, env: town.env }, ['git', 'var', 'GIT_COMMITTER_IDENT']);
  assert.ok(nobody.code !== 0 || /@/.test(nobody.stdout));
  const { bead } = await slingNew(town, { formula: 'commit' });
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual([readLanded(town, 'made.txt'), readLanded(town, 'left.txt')], [['1'], ['2']]);
  await assertSound(town);
});

function assertRefused(ran: Ran, exit: number, ...says: (string | RegExp)[]): void {
  assert.equal(ran.exit, exit, ran.err + ran.out);
  for (const word of says) assert.ok(typeof word === 'string' ? ran.err.includes(word) : word.test(ran.err), `${word} in:\n${ran.err}`);
  assert.match(ran.err, /\n {2}hint: \S/);
}

function openStoreFile(town: ScenarioTown): DatabaseSync {
  return new DatabaseSync(join(town.root, '.baton', 'town.db'));
}

function canBecomeNobody(): boolean {
  return process.getuid?.() === 0 && findProgram('setpriv', process.env.PATH ?? '') !== undefined;
}

/** Types a command as a user who may read the whole town, but write nothing of it. */
async function runAsNobody(town: ScenarioTown, words: readonly string[]): Promise<Ran> {
  const home = join(town.person.dir, 'nobody');
  mkdirSync(home, { recursive: true });
  chownSync(home, 65534, 65534);
  chmodSync(town.person.dir, 0o755);
  const env = { ...town.env, HOME: home, TMPDIR: home, XDG_RUNTIME_DIR: home, TMUX_TMPDIR: home };
  const argv = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, join(bundle, 'baton.cjs'), ...words];
  const { code, stdout, stderr } = await runProgram({ cwd: town.root, env, timeoutMs: 30_000 }, argv);
  return { exit: code, out: stdout, err: stderr };
}

/**
 * Types each of these lines in a copy of the town on a full disk, and again when there is space. The disk is mounted for that process alone,
 * so that none can be left behind. Undefined where that can't be done here.
 */
async function runOnFullDisk(town: ScenarioTown, lines: readonly string[]): Promise<{ full: Ran[]; free: Ran[] } | undefined> {
  const disk = join(town.person.dir, 'disk');
  mkdirSync(disk);
  const type = (line: string) => `${process.execPath} ${join(bundle, 'baton.cjs')} ${line} >/dev/null 2>$ERR; echo "$? $(base64 -w0 $ERR)"`;
  const script = [
    `mount -t tmpfs -o size=4m tmpfs ${disk} && cp -a ${town.root} ${town.source} ${disk}/ && cd ${disk}/town || exit 99`,
    'dd if=/dev/zero of=../filler bs=1k 2>/dev/null',
    ...lines.map(type),
    'rm ../filler',
    ...lines.map(type),
  ].join('\n');
  const env = { ...town.env, ERR: join(town.person.dir, 'err') };
  const { code, stdout } = await runProgram({ cwd: town.person.dir, env, timeoutMs: 60_000 }, ['unshare', '--mount', 'sh', '-c', script]);
  if (code !== 0) return undefined;
  const runs = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([exit, err]) => ({ exit: Number(exit), out: '', err: Buffer.from(err ?? '', 'base64').toString() }));
  return { full: runs.slice(0, lines.length), free: runs.slice(lines.length) };
}

/** A PATH with git and the usual tools, and with this as its tmux. */
function makePath(town: ScenarioTown, tmux: string | undefined): string {
  const dir = join(town.person.dir, 'bin');
  mkdirSync(dir);
  for (const name of ['git', 'sh', 'cat', 'env', 'sleep']) symlinkSync(findProgram(name, town.env.PATH ?? '') ?? '', join(dir, name));
  if (tmux !== undefined) writeFileSync(join(dir, 'tmux'), tmux, { mode: 0o755 });
  return dir;
}

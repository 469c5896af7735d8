import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { openApp } from '#app';
import { runProgram } from '#host';
import { schemaVersion } from '#store/model';
import { makeStoreAt } from '#store/testing';
import { daemonOf, daemonsOf } from '../support/daemon.ts';
import { holding } from '../support/interrupt-at.ts';
import { bundle } from '../support/run-baton.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, giveSign, livesOf, readLanded, slingNew, waitForBead, waitForLife, waitForRest, waitForSign } from '../support/watch-town.ts';

/** The same programs as another version, and how a person types its `baton`. */
function anotherVersion(town: ScenarioTown, version: string, hash: string) {
  const dir = join(town.person.dir, `baton-${version}-${hash.slice(0, 4)}`);
  // What other tests compile of it changes meanwhile.
  cpSync(bundle, dir, { recursive: true, filter: (path) => !path.endsWith('/compiled') });
  writeFileSync(join(dir, 'version.json'), JSON.stringify({ version, hash }));
  const env = { ...town.env, BATON_TEST_DIST: dir };
  return async (...words: string[]) => {
    const ran = await runProgram({ cwd: town.root, env, timeoutMs: 60_000 }, [process.execPath, join(dir, 'baton.cjs'), ...words]);
    assert.equal(ran.code, 0, `baton ${words.join(' ')}: ${ran.stderr}${ran.stdout}`);
    return ran.stdout.trimEnd();
  };
}

async function startHolding(t: Parameters<typeof makeTown>[0]) {
  const town = await makeTown(t, { formulas: { holding } });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  const life = await waitForLife(town, agent);
  const finish = async (by = town) => {
    giveSign(by, 'go');
    await waitForBead(by, bead, 'done');
    await waitForRest(by);
    assert.deepEqual(readLanded(by, 'held.txt'), ['held']);
    const lives = await livesOf(by, agent);
    assert.deepEqual(
      lives.map((each) => [each.id, each.process?.pid, each.endReason]),
      [[life.id, life.process.pid, 'done']],
      'its session never noticed',
    );
    await assertSound(by);
  };
  return { town, finish };
}

test('a newer program takes the place of the daemon while sessions live on; an older one, and another build in passing, do not (app 32)', async (t) => {
  const { town, finish } = await startHolding(t);
  const before = await daemonOf(town);
  const newer = anotherVersion(town, '9.0.0', 'b'.repeat(40));
  const rebuilt = anotherVersion(town, '9.0.0', 'c'.repeat(40));
  assert.match(await newer('daemon', 'status'), /another program is here/);
  assert.equal((await daemonOf(town))?.pid, before?.pid, 'looking changes nothing');
  assert.match(await newer('up'), /has taken the place of another; sessions live on/);
  const second = await daemonOf(town);
  assert.notEqual(second?.pid, before?.pid);
  assert.deepEqual(daemonsOf(town), [second?.pid]);
  assert.match(await newer('daemon', 'status'), /version +9\.0\.0-bbbbbbbbbbbb\n/);
  assert.match(await town.does('daemon', 'start'), /runs already/, 'an older program leaves the newer daemon');
  const bead = await newer('--quiet', 'bead', 'create', '--rig', 'app', '--title', 'For nobody');
  await rebuilt('mol', 'pour', 'work', bead);
  assert.equal((await daemonOf(town))?.pid, second?.pid);
  assert.match(await rebuilt('daemon', 'start'), /has taken the place of another/);
  await finish();
});

/** Puts the town's store back to what the first shipped schema holds, with all its rows. */
async function makeOlder(town: ScenarioTown): Promise<void> {
  const path = join(town.root, '.baton/town.db');
  const older = `${path}.older`;
  await makeStoreAt(older, 1);
  const db = new DatabaseSync(older);
  db.exec('pragma foreign_keys = off');
  db.exec(`attach '${path}' as now`);
  const tables = db.prepare("select name from main.sqlite_master where type = 'table' and name not like 'sqlite_%'").all() as { name: string }[];
  for (const { name } of tables) {
    const columns = (db.prepare(`select name from pragma_table_info('${name}')`).all() as { name: string }[]).map((column) => column.name).join(', ');
    db.exec(`delete from main.${name}`);
    db.exec(`insert into main.${name} (${columns}) select ${columns} from now.${name}`);
  }
  db.exec("update main.meta set value = '1' where key = 'schema'");
  db.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  cpSync(older, path);
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${older}${suffix}`, { force: true });
}

for (const words of [['daemon', 'start'], ['status'], ['up']])
  test(`\`baton ${words.join(' ')}\` on a store of the first schema brings it up to date, keeps a copy, and live work goes on (app 32)`, async (t) => {
    const { town, finish } = await startHolding(t);
    await town.does('daemon', 'stop');
    await makeOlder(town);
    await town.does(...words);
    const [copy = '', ...others] = readdirSync(join(town.root, '.baton/copies'));
    assert.deepEqual([copy.startsWith('schema-1-'), others], [true, []]);
    const db = new DatabaseSync(join(town.root, '.baton/town.db'), { readOnly: true, timeout: 5000 });
    assert.deepEqual({ ...db.prepare("select value from meta where key = 'schema'").get() }, { value: String(schemaVersion) });
    db.close();
    assert.equal(daemonsOf(town).length, words[0] === 'status' ? 0 : 1, 'no daemon is started that was stopped on purpose');
    await town.does('daemon', 'start');
    // The test's own reader still has the file that was put aside.
    const app = await openApp({ env: town.env, cwd: town.root, town: town.root }, 'town');
    await finish({ ...town, app }).finally(() => app.close());
    assert.ok(readFileSync(join(town.root, '.baton/copies', copy)).length > 0);
  });

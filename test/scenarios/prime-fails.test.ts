import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { schemaVersion } from '#store/model';
import { startByHand } from '../support/hand-program.ts';
import { runBaton } from '../support/run-baton.ts';
import { makeTown } from '../support/town.ts';
import { livesOf } from '../support/watch-town.ts';

const max = 'app/crew/max';
const start = JSON.stringify({ session_id: 'c1', source: 'startup' });

test('an agent whose prime fails is told so where it reads, and that it must not end its work; the exit code says what failed', async (t) => {
  const town = await makeTown(t);
  await town.does('crew', 'add', 'max');
  const dir = join(town.root, max);
  const program = await startByHand(t, town, dir);
  assert.equal((await program.calls(['prime', '--hook'], start))?.exit, 0);
  const [session] = await livesOf(town, max);
  const env = { ...town.env, BATON_TOWN: town.root, BATON_AGENT: max, BATON_SESSION: session?.id ?? '' };
  const store = join(town.root, '.baton/town.db');
  // As a session that Baton started calls it, as one that a person did, and as either types it.
  const ways = (words: string[]) => [runBaton({ cwd: dir, env, input: start }, words), program.calls(words, start)];
  const assertTold = async (exit: number, why: RegExp) => {
    for (const ran of (
      await Promise.all(
        [
          ['prime', '--hook'],
          ['signal', 'start'],
        ].map((words) => Promise.all(ways(words))),
      )
    ).flat()) {
      assert.equal(ran?.exit, exit, ran?.err);
      assert.match(ran?.out ?? '', /^BATON COULD NOT TELL YOU YOUR WORK: [\s\S]*Do not run `baton done`, do not close, hand in or discard anything\./);
      assert.match(ran?.out ?? '', why);
    }
    const state = await runBaton({ cwd: dir, env }, ['prime', '--state', '--json']);
    assert.doesNotMatch(state.out, /BATON COULD NOT/, 'programs read this one');
  };
  const lock = new DatabaseSync(store);
  lock.exec('begin immediate');
  await assertTold(5, /busy|locked/);
  lock.exec('rollback');
  lock.exec("update meta set value = '999' where key = 'schema'");
  await assertTold(1, /newer Baton/);
  lock.exec(`update meta set value = '${schemaVersion}' where key = 'schema'`);
  lock.close();
  renameSync(store, `${store}.away`);
  await assertTold(5, /no store at/);
  renameSync(`${store}.away`, store);
  assert.match((await program.calls(['prime', '--hook'], start))?.out ?? '', /^You are crew max/);
});

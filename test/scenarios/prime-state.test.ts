import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { startByHand } from '../support/hand-program.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';

const max = 'app/crew/max';
const start = (conversation: string) => JSON.stringify({ session_id: conversation, source: 'startup' });

/** Every row of every table, as text. */
function dump({ root }: ScenarioTown): Record<string, string> {
  const store = new DatabaseSync(join(root, '.baton/town.db'), { readOnly: true });
  const names = store
    .prepare("select name from sqlite_schema where type = 'table' order by name")
    .all()
    .map(({ name }) => String(name));
  const rows = Object.fromEntries(names.map((name) => [name, JSON.stringify(store.prepare(`select * from "${name}"`).all())]));
  store.close();
  return rows;
}

test('the state of the next session is read as often as one likes before it starts, and nothing of the town changes by it', async (t) => {
  const town = await makeTown(t);
  await town.does('crew', 'add', 'max');
  const dir = join(town.root, max);
  const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', 'Mend the roof');
  await town.does('hook', bead, '--agent', max);
  const first = await startByHand(t, town, dir);
  await first.calls(['prime', '--hook'], start('c1'));
  await first.calls(['checkpoint', 'write', '--notes', 'walls first']);
  await town.does('crew', 'stop', 'max');
  await town.does('daemon', 'stop');
  const before = dump(town);
  assert.ok(Number(before.handoffs?.length) > 2);
  const reports = [];
  for (let n = 0; n < 2; n += 1) {
    const read = async (...words: string[]) => (await town.baton(['prime', ...words], { cwd: dir })).out;
    reports.push(JSON.parse(await read('--state', '--json')));
    assert.equal(await read('--state'), 'post-handoff\n');
    for (const words of [[], ['--dry-run'], ['--hook', '--dry-run'], ['--hook', '--state']]) assert.match(await read(...words), /post-handoff/);
  }
  assert.deepEqual(dump(town), before);
  const [{ checkpoint_age_s: age, ...report }, { checkpoint_age_s: _later, ...again }] = reports;
  assert.deepEqual(report, again);
  const { document, prev_session: previous, ...rest } = report;
  assert.deepEqual(rest, { state: 'post-handoff', role: 'crew', agent: max, hooked_bead: bead });
  assert.ok(age >= 0 && /^ho-/.test(document) && /^sess_/.test(previous));
  const second = await startByHand(t, town, dir);
  const primed = await second.calls(['prime', '--hook'], start('c2'));
  assert.match(
    primed?.out ?? '',
    new RegExp(`^You are crew max .*, generation 2, state post-handoff\\.[\\s\\S]*# Left by your predecessor\nHandoff ${document},`),
  );
  assert.equal((await second.calls(['signal', 'prompt'], start('c2')))?.exit, 0);
  assert.equal((await town.baton(['prime', '--state'], { cwd: dir })).out, 'autonomous\n');
});

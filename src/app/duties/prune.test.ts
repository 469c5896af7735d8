import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { day, hour, minute } from '#base';
import { lastSeq, readEvents } from '#store';
import { seedEvents } from '#store/testing';
import { loadSettings } from '#town';
import { appTown } from '../testing.ts';
import { prune } from './prune.ts';

test('the journal is pruned once an interval, also by the next daemon, and nothing is written or told in between (app 8)', async (t) => {
  const town = await appTown(t);
  const { store } = town;
  const told: string[] = [];
  const duty = () => prune(town, (line) => told.push(line));
  await seedEvents(
    store,
    Array.from({ length: 120 }, () => [20 * day, 'nudge'] as const),
  );
  const first = await lastSeq(store.db);
  assert.ok((await duty().round()) <= minute);
  const kept = await readEvents(store.db, { types: ['nudge'] });
  assert.deepEqual([kept.length, kept[0]?.seq], [100, first - 99]);
  assert.deepEqual(told, [`the journal was pruned up to ${first - 100}: 20 events`]);
  const seq = await lastSeq(store.db);
  await seedEvents(
    store,
    Array.from({ length: 5 }, () => [day, 'nudge'] as const),
  );
  await duty().round();
  assert.equal(await lastSeq(store.db), seq + 5, 'not due');
  await store.db
    .updateTable('meta')
    .set({ value: String(Date.now() - hour) })
    .where('key', '=', 'krc.pruned_at')
    .execute();
  await duty().round();
  assert.deepEqual(told.slice(1), [`the journal was pruned up to ${first - 95}: 5 events`]);
});

test('much is pruned in several rounds, and the settings say how (app 8)', async (t) => {
  const town = await appTown(t);
  writeFileSync(town.paths.settings, '[krc]\nkeep = 0\nttl.nudge = "1h"\n');
  const deps = { ...town, settings: loadSettings({}, town.root) };
  await seedEvents(
    town.store,
    Array.from({ length: 10_500 }, () => [2 * hour, 'nudge'] as const),
  );
  const told: string[] = [];
  const duty = prune(deps, (line) => told.push(line));
  assert.equal(await duty.round(), 1000, 'it goes on soon');
  assert.equal((await readEvents(town.store.db, { types: ['nudge'] })).length, 500);
  await duty.round();
  assert.equal((await readEvents(town.store.db, { types: ['nudge'] })).length, 0);
  assert.deepEqual(
    told.map((line) => line.split(': ')[1]),
    ['10000 events', '500 events'],
  );
  rmSync(town.paths.settings);
});

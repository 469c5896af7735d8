import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { test } from 'node:test';
import { appTown } from '../testing.ts';
import { restWhereGone } from './rest-where-gone.ts';

test('where the town was moved away no duty makes anything of it again (app 10)', async (t) => {
  const town = await appTown(t);
  let rounds = 0;
  const duty = restWhereGone(town, { name: 'counts', round: async () => (rounds += 1) });
  await duty.round();
  renameSync(town.root, `${town.root}-elsewhere`);
  await duty.round();
  assert.equal(rounds, 1);
});

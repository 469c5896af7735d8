import assert from 'node:assert/strict';
import { test } from 'node:test';
import { day } from '#base';
import { givenEnd, givenSession } from '#sessions/testing';
import { pruneEvents } from '#store';
import { prunePolicy, seedEvents } from '#store/testing';
import { readLast } from './read-last.ts';
import { appTown } from './testing.ts';

test('the last of an agent outlives its event, and an older event that is kept for longer does not take its place (app 7)', async (t) => {
  const town = await appTown(t);
  const { db } = town.store;
  const lastType = async () => (await readLast(db, 'mayor', undefined))?.type;
  assert.equal(await lastType(), undefined);
  await seedEvents(town.store, [[25 * day, 'session_death', { agent: 'mayor' }]]);
  const life = await givenSession(town, 'mayor');
  await givenEnd(town, life, 'stopped', { isGone: false });
  assert.equal(await lastType(), 'session_end');
  const then = Date.now() - 20 * day;
  await db.updateTable('events').set({ at: then }).where('type', '<>', 'session_death').execute();
  await db.updateTable('sessions').set({ created_at: then, ended_at: then }).execute();
  await pruneEvents(town, { policy: prunePolicy({ keep: 0 }) });
  assert.deepEqual(await readLast(db, 'mayor', undefined), { type: 'session_opened', at: then });
  await db
    .updateTable('sessions')
    .set({ turn_ended_at: then + 1, ended_at: then + 2 })
    .execute();
  assert.equal(await lastType(), 'session_end');
  await seedEvents(town.store, [[0, 'nudge', { agent: 'mayor' }]]);
  assert.equal(await lastType(), 'nudge', 'what came since is in the journal');
});

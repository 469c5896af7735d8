import assert from 'node:assert/strict';
import { test } from 'node:test';
import { day, hour } from '#base';
import { readSettings } from '#config';
import { type ManualClock, manualClock, memoryStore } from '#store/testing';
import { seedAgents } from '#work/testing';
import { findSpentBudget } from './budget.ts';
import { givenEnd, givenSession } from './testing.ts';

const [max, ana] = ['app/crew/max', 'app/crew/ana'];

test('sessions are counted for a bead in all, for an agent and the town within a day; what no budget names is unbounded (sessions 29)', async () => {
  const clock: ManualClock = manualClock();
  const store = await memoryStore(clock);
  try {
    await seedAgents(store, [max, ana]);
    for (let i = 0; i < 3; i += 1) {
      await givenEnd({ store }, await givenSession({ store }, max), 'crashed');
      clock.advance(hour);
    }
    await givenEnd({ store }, await givenSession({ store }, ana, { runtime: 'view' }), 'crashed');
    const spent = async (town: string, agent = max, bead: string | undefined = undefined) =>
      findSpentBudget(store.db, readSettings({ town, rigs: {} }), { agent, rig: null, bead, now: clock.now() });
    assert.equal(await spent(''), undefined);
    assert.deepEqual(await spent('budget.agent_sessions = 3\n'), { kind: 'agent', of: max, count: 3, limit: 3 });
    assert.equal(await spent('budget.agent_sessions = 4\n'), undefined);
    assert.equal(await spent('budget.agent_sessions = 1\n', ana), undefined, 'a view costs nothing');
    assert.deepEqual(await spent('budget.town_sessions = 3\n', ana), { kind: 'town', of: 'town', count: 3, limit: 3 });
    await store.change({ actor: 'overseer' }, async (tx) => {
      const bead = {
        id: 'ga-00001',
        rig: 'app',
        title: 'x',
        body: '',
        type: 'task',
        priority: 2,
        status: 'open',
        acceptance: '',
        estimate: 1,
        labels: '[]',
        is_ephemeral: 0,
      };
      await tx
        .insertInto('beads')
        .values({ ...bead, created_by: 'overseer', created_at: 1, updated_at: 1 } as never)
        .execute();
      await tx.updateTable('sessions').set({ bead: 'ga-00001' }).where('generation', '<=', 2).where('agent', '=', max).execute();
      return { answer: 0, events: [{ type: 'seeded' }] };
    });
    clock.advance(2 * day);
    assert.equal(await spent('budget.agent_sessions = 1\nbudget.town_sessions = 1\n'), undefined, 'a day has passed');
    assert.deepEqual(await spent('budget.bead_sessions = 2\n', max, 'ga-00001'), { kind: 'bead', of: 'ga-00001', count: 2, limit: 2 });
  } finally {
    await store.close();
  }
});

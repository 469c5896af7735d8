import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvents } from '#store';
import { addCrew } from './add-crew.ts';
import { addAccount, getAccount, listAccounts, removeAccount, setDefaultAccount } from './index.ts';
import { addTestRig, isFaultWith, testTown } from './testing.ts';

const work = { name: 'Work', runtime: 'claude', home: '/home/max/.claude-work', env: {} };

test('an account is found by its name in any case, once; of two of a runtime one is the default (town 31)', async (t) => {
  const town = await testTown(t);
  const added = await addAccount(town, work);
  assert.deepEqual([added.name, added.home, added.isDefault], ['Work', '/home/max/.claude-work', false]);
  await addAccount(town, { name: 'metered', runtime: 'claude', home: undefined, env: { ANTHROPIC_API_KEY: 'WORK_KEY' } });
  await addAccount(town, { name: 'other', runtime: 'codex', home: '/x', env: {} });
  assert.equal((await getAccount(town.store.db, 'work')).name, 'Work');
  await assert.rejects(addAccount(town, { ...work, name: 'WORK' }), isFaultWith('conflict', '"Work"'));
  await assert.rejects(getAccount(town.store.db, 'metred'), isFaultWith('not-found', '"metred"', 'metered'));
  for (const name of ['work', 'metered', 'other', 'metered']) await setDefaultAccount(town, name);
  const isDefault = (await listAccounts(town.store.db)).map((account) => [account.name, account.isDefault]);
  assert.deepEqual(isDefault, [
    ['metered', true],
    ['other', true],
    ['Work', false],
  ]);
});

test('a value in the place of a variable is refused and not repeated, and neither rows nor journal hold one (town 31)', async (t) => {
  const town = await testTown(t);
  const secret = 'sk-ant-0123456789';
  await assert.rejects(addAccount(town, { ...work, env: { ANTHROPIC_API_KEY: secret } }), (error) => {
    assert.ok(isFaultWith('invalid', 'ANTHROPIC_API_KEY')(error));
    assert.ok(!JSON.stringify({ ...(error as Error), message: (error as Error).message }).includes(secret));
    return true;
  });
  for (const name of ['', '../x', 'a b', '-x']) await assert.rejects(addAccount(town, { ...work, name }), isFaultWith('invalid', `"${name}"`));
  await assert.rejects(addAccount(town, { ...work, env: { BATON_SESSION: 'X' } }), isFaultWith('invalid', 'BATON_SESSION'));
  await addAccount(town, { ...work, env: { ANTHROPIC_API_KEY: 'WORK_KEY' } });
  const [event] = await readEvents(town.store.db, { types: ['account_added'] });
  assert.deepEqual(event?.payload.env, ['ANTHROPIC_API_KEY']);
});

test('one that somebody runs under is not removed (town 31)', async (t) => {
  const town = await testTown(t);
  await addTestRig(town);
  await addCrew(town, { rig: 'app', name: 'max' });
  await addAccount(town, work);
  const row = { id: 'sess_00000001', agent: 'app/crew/max', generation: 1, runtime: 'claude', host: 'host_test', launch: '{"account":"Work"}', created_at: 1 };
  await town.store.change(town.by, async (tx) => {
    await tx
      .insertInto('sessions')
      .values(row as never)
      .execute();
    return { answer: undefined, events: [{ type: 'session_opened' }] };
  });
  await assert.rejects(removeAccount(town, 'work'), isFaultWith('conflict', 'app/crew/max', 'account switch'));
  await town.store.change(town.by, async (tx) => {
    await tx.updateTable('sessions').set({ ended_at: 2, end_reason: 'stopped' }).execute();
    return { answer: undefined, events: [{ type: 'session_end' }] };
  });
  await removeAccount(town, 'work');
  assert.deepEqual(await listAccounts(town.store.db), []);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { day } from '#base';
import { lastSeq, pruneEvents } from '#store';
import { memoryStore, prunePolicy, seedEvents } from '#store/testing';
import { isFaultWith } from '#town/testing';
import { followJournal } from './follow-journal.ts';

const write = (store: Awaited<ReturnType<typeof memoryStore>>, ...types: string[]) =>
  store.change({ actor: 'daemon' }, async () => ({ answer: undefined, events: types.map((type) => ({ type })) }));

test('the journal is followed to the first event that answers, from the place that is given (app 4)', async (t) => {
  const store = await memoryStore();
  t.after(() => store.close());
  await write(store, 'wanted', 'other');
  const after = await lastSeq(store.db);
  const seen: string[] = [];
  const clock = { now: () => 0, monotonic: () => performance.now() };
  const following = followJournal(
    { store, clock },
    {
      after,
      timeoutMs: 10_000,
      what: 'it',
      judge: ({ type, seq }) => {
        seen.push(type);
        return type === 'wanted' ? seq : undefined;
      },
    },
  );
  await write(store, 'other');
  await write(store, 'wanted', 'wanted');
  assert.equal(await following, after + 2);
  assert.deepEqual(seen, ['other', 'wanted'], 'nothing from before, and each once');
});

test('an order is followed to its outcome while the journal is pruned (app 4)', async (t) => {
  const store = await memoryStore();
  t.after(() => store.close());
  await seedEvents(
    store,
    Array.from({ length: 50 }, () => [20 * day, 'nudge'] as const),
  );
  const after = await lastSeq(store.db);
  const clock = { now: () => 0, monotonic: () => performance.now() };
  const seen: string[] = [];
  const judge = ({ type, seq }: { type: string; seq: number }) => {
    seen.push(type);
    return type === 'wanted' ? seq : undefined;
  };
  const following = followJournal({ store, clock }, { after, timeoutMs: 10_000, what: 'it', judge });
  await write(store, 'other');
  await pruneEvents({ store, by: { actor: 'daemon' } }, { policy: prunePolicy({ keep: 0 }) });
  await write(store, 'wanted');
  assert.equal(await following, after + 3);
  assert.deepEqual(seen, ['other', 'krc_pruned', 'wanted']);
});

test('an outcome that takes too long is a timeout: the order stands (app 4)', async (t) => {
  const store = await memoryStore();
  t.after(() => store.close());
  let now = 0;
  const clock = { now: () => 0, monotonic: () => (now += 20_000) };
  const following = followJournal({ store, clock }, { after: 0, timeoutMs: 90_000, what: 'app/crew/max to start', judge: () => undefined });
  await assert.rejects(following, isFaultWith('timeout', '1m 30s', 'app/crew/max to start', 'the order stands', 'baton status'));
});

import assert from 'node:assert/strict';
import { day, hour } from '#base';
import { readHorizon } from './horizon.ts';
import { type PrunePolicy, pruneEvents, readPrunedAt } from './prune-events.ts';
import { readChronicle } from './read-chronicle.ts';
import { lastSeq, readEvents } from './read-events.ts';
import type { Store } from './store.ts';
import { onEngine, prunePolicy, seedEvents } from './testing.ts';

/** What pruning must do on every engine. `open` gives an empty store at the current schema, which the contract closes. */
export function pruneContract(engine: string, open: () => Promise<Store>): void {
  const withStore = onEngine(engine, open);
  const prune = (store: Store, policy: PrunePolicy, more: { isAuto?: boolean; isDryRun?: boolean; batchesMax?: number } = {}) =>
    pruneEvents({ store, by: { actor: 'overseer' } }, { policy, ...more });
  const typesOf = async (store: Store) => (await readEvents(store.db)).map(({ type }) => type);

  withStore('pruning takes what is older than its time, and nothing else (store 11)', async (store) => {
    await seedEvents(store, [
      [100 * day, 'mass_death'],
      [20 * day, 'mail'],
      [20 * day, 'hook'],
      [8 * day, 'step_done'],
      [6 * day, 'step_done'],
      [2 * day, 'patrol_started'],
      [2 * day, 'nudge'],
      [-day, 'patrol_started'],
    ]);
    const before = await store.db.selectFrom('meta').selectAll().where('key', '=', 'schema').execute();
    const planned = await prune(store, prunePolicy({ keep: 0 }), { isDryRun: true });
    assert.equal((await typesOf(store)).length, 8, 'a dry run writes nothing');
    assert.equal(await readPrunedAt(store.db), undefined);
    const pruned = await prune(store, prunePolicy({ keep: 0 }));
    assert.deepEqual({ ...planned, kind: 'pruned' }, pruned);
    assert.ok(pruned.kind === 'pruned');
    assert.deepEqual([pruned.count, pruned.types, pruned.horizon.seq, pruned.isAll], [4, { mass_death: 1, hook: 1, step_done: 1, patrol_started: 1 }, 6, true]);
    assert.deepEqual(await typesOf(store), ['mail', 'step_done', 'nudge', 'patrol_started', 'krc_pruned']);
    assert.deepEqual(await store.db.selectFrom('meta').selectAll().where('key', '=', 'schema').execute(), before);
  });

  withStore('the newest stay whatever their age, and what pruning says of itself does not count among them (store 11)', async (store) => {
    await seedEvents(
      store,
      Array.from({ length: 130 }, (_, i) => [(400 - i) * day, 'nudge'] as const),
    );
    const first = await prune(store, prunePolicy());
    assert.equal(first.kind === 'pruned' && first.count, 30);
    assert.equal((await readEvents(store.db, { types: ['nudge'] }))[0]?.seq, 31);
    const before = await lastSeq(store.db);
    for (let run = 0; run < 3; run += 1) assert.equal((await prune(store, prunePolicy({ ttls: { krc_pruned: 1 } }))).kind, 'pruned');
    assert.equal(await lastSeq(store.db), before, 'where nothing else happens, nothing is exchanged for anything');
    assert.equal((await prune(store, prunePolicy({ keep: 1000 }))).kind, 'pruned');
    assert.equal((await typesOf(store)).length, 101);
  });

  withStore('what pruning said of itself goes when its time is over and others go too (store 11)', async (store) => {
    await seedEvents(store, [
      [30 * day, 'krc_pruned'],
      [20 * day, 'nudge'],
      [day, 'mail'],
    ]);
    const pruned = await prune(store, prunePolicy({ keep: 1 }));
    assert.deepEqual(pruned.kind === 'pruned' && pruned.types, { krc_pruned: 1, nudge: 1 });
  });

  withStore('a seq is never used again, also when the newest was pruned (store 12)', async (store) => {
    await seedEvents(store, [
      [20 * day, 'nudge'],
      [20 * day, 'nudge'],
    ]);
    const newest = await lastSeq(store.db);
    await store.db.deleteFrom('events').execute();
    await store.change({ actor: 'overseer' }, async () => ({ answer: undefined, events: [{ type: 'tried' }] }));
    assert.deepEqual(
      (await readEvents(store.db)).map(({ seq }) => seq),
      [newest + 1],
    );
  });

  withStore('a run says once what went and how far, and one that prunes nothing says nothing (store 13)', async (store) => {
    await seedEvents(store, [
      [20 * day, 'nudge'],
      [20 * day, 'mail'],
      [2 * day, 'patrol_started'],
      [day, 'mail'],
    ]);
    await prune(store, prunePolicy({ keep: 0 }));
    const said = await readEvents(store.db, { types: ['krc_pruned'] });
    assert.deepEqual(
      said.map(({ actor, payload }) => ({ actor, payload })),
      [{ actor: 'overseer', payload: { count: 2, types: { nudge: 1, patrol_started: 1 }, upTo: 3 } }],
    );
    const now = said[0]?.at ?? 0;
    const horizon = await readHorizon(store.db);
    assert.equal(horizon.seq, 3);
    assert.ok(Math.abs(now - horizon.at - 2 * day) < 60_000);
    assert.equal((await readHorizon(store.db, ['nudge', 'mail'])).seq, 1);
    assert.deepEqual(await readHorizon(store.db, ['mail']), { seq: 0, at: 0 });
    const seq = await lastSeq(store.db);
    await prune(store, prunePolicy({ keep: 0 }));
    assert.equal(await lastSeq(store.db), seq);
    assert.deepEqual(await readHorizon(store.db), horizon);
  });

  withStore('a run that ended early goes on with the next, in batches (store 13)', async (store) => {
    await seedEvents(
      store,
      Array.from({ length: 2500 }, () => [20 * day, 'nudge'] as const),
    );
    const first = await prune(store, prunePolicy({ keep: 0 }), { batchesMax: 2 });
    assert.ok(first.kind === 'pruned');
    assert.deepEqual([first.count, first.isAll, await readPrunedAt(store.db)], [2000, false, undefined]);
    const second = await prune(store, prunePolicy({ keep: 0 }), { isAuto: true });
    assert.ok(second.kind === 'pruned');
    assert.deepEqual([second.count, second.isAll], [500, true]);
    const said = (await readEvents(store.db)).map(({ type, payload }) => [type, payload.count, payload.upTo]);
    assert.deepEqual(said, [
      ['krc_pruned', 1000, 1000],
      ['krc_pruned', 1000, 2000],
      ['krc_pruned', 500, 2500],
    ]);
  });

  withStore('two that prune at once take each event once, while others write (store 13)', async (store) => {
    await seedEvents(
      store,
      Array.from({ length: 3000 }, () => [20 * day, 'nudge'] as const),
    );
    const writing = Array.from({ length: 20 }, () => store.change({ actor: 'overseer' }, async () => ({ answer: undefined, events: [{ type: 'tried' }] })));
    const runs = await Promise.all([prune(store, prunePolicy({ keep: 0 })), prune(store, prunePolicy({ keep: 0 })), ...writing]);
    const counts = runs.map((run) => (run?.kind === 'pruned' ? run.count : 0));
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      3000,
    );
    const said = await readEvents(store.db, { types: ['krc_pruned'] });
    assert.equal(
      said.reduce((sum, { payload }) => sum + Number(payload.count), 0),
      3000,
    );
    assert.equal((await readEvents(store.db, { types: ['tried'] })).length, 20);
  });

  withStore('--auto prunes once an interval, whoever asks (store 14)', async (store) => {
    await seedEvents(store, [[20 * day, 'nudge']]);
    assert.equal((await prune(store, prunePolicy(), { isAuto: true })).kind, 'pruned', 'also where nothing had to go');
    const again = await prune(store, prunePolicy(), { isAuto: true });
    assert.ok(again.kind === 'not-due');
    assert.equal(again.dueAt - again.prunedAt, hour);
    assert.equal((await prune(store, { ...prunePolicy(), intervalMs: 0 }, { isAuto: true })).kind, 'pruned');
    assert.equal((await prune(store, prunePolicy())).kind, 'pruned', 'without --auto at once');
  });

  withStore('the journal is told by type: how many, how old, what they are worth (store 15)', async (store) => {
    await seedEvents(store, [
      [4 * day, 'nudge'],
      [2.9 * day, 'nudge'],
      [1.5 * day, 'nudge'],
      [29.9 * day, 'mail'],
    ]);
    const { types, count, prunedAt } = await readChronicle(store, prunePolicy());
    assert.deepEqual([count, prunedAt], [4, undefined]);
    assert.deepEqual(
      types.map(({ type, count: each, expired, atRisk, retention }) => [type, each, expired, atRisk, retention.curve]),
      [
        ['mail', 1, 0, 1, 'flat'],
        ['nudge', 3, 1, 1, 'steady'],
      ],
    );
    assert.ok(Math.abs((types[1]?.worth ?? 0) - (0 + 0.1 / 3 + 0.5) / 3) < 0.001);
    assert.ok(Math.abs((types[1]?.newestWorth ?? 0) - 0.5) < 0.001);
    assert.ok(Math.abs((types[1]?.newestAt ?? 0) - (types[1]?.oldestAt ?? 0) - 2.5 * day) < 10);
  });
}

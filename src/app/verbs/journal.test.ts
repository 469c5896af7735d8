import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { day } from '#base';
import { eventually } from '#host/testing';
import { lastSeq, pruneEvents } from '#store';
import { isEvent, type JournalFrame } from '#store/model';
import { prunePolicy, seedEvents } from '#store/testing';
import type { Deps } from '../deps.ts';
import { appTown } from '../testing.ts';
import { type JournalQuery, journalVerbs } from './journal.ts';

const prune = (town: Deps, nudgeMs = 3 * day) => pruneEvents(town, { policy: prunePolicy({ keep: 5, ttls: { nudge: nudgeMs } }) });
type Query = Partial<JournalQuery>;
const read = (town: Deps, query: Query) => Array.fromAsync(journalVerbs(town).read({ last: 100, ...query, isFollowing: false }, new AbortController().signal));
const seqs = (frames: readonly JournalFrame[]) => frames.filter(isEvent).map(({ seq }) => seq);
const gaps = (frames: readonly JournalFrame[]) => frames.flatMap((frame) => (isEvent(frame) ? [] : [frame.pruned.seq]));

/** A follower of the journal, and what it has got so far. */
function follow(t: TestContext, town: Deps, query: Query = {}): { got: JournalFrame[]; end(): Promise<void> } {
  const end = new AbortController();
  const got: JournalFrame[] = [];
  const reading = (async () => {
    for await (const frame of journalVerbs(town).read({ ...query, last: 0, isFollowing: true }, end.signal)) got.push(frame);
  })();
  const stop = async () => {
    end.abort();
    await reading;
  };
  t.after(stop);
  return { got, end: stop };
}

const write = (town: Deps, type: string) => town.store.change(town.by, async () => ({ answer: undefined, events: [{ type }] }));

test('who reads from a number before which events were pruned is told so first, and gets every event that is left once (app 16)', async (t) => {
  const town = await appTown(t);
  const first = await lastSeq(town.store.db);
  await seedEvents(town.store, [
    [40 * day, 'mail'],
    [20 * day, 'mail'],
    [20 * day, 'nudge'],
    [20 * day, 'session_start'],
    ...Array.from({ length: 8 }, () => [1000, 'nudge'] as const),
  ]);
  await prune(town);
  const all = await read(town, { after: 0 });
  assert.equal(isEvent(all[0] ?? assert.fail()), false, 'before the first event');
  assert.deepEqual(gaps(all), [first + 4]);
  assert.deepEqual(seqs(all), [...Array.from({ length: first }, (_, i) => i + 1), first + 2, ...Array.from({ length: 9 }, (_, i) => first + 5 + i)]);
  assert.deepEqual(gaps(await read(town, { after: first + 3 })), [first + 4]);
  assert.deepEqual(gaps(await read(town, { after: first + 4 })), [], 'nothing after it is missing');
  assert.deepEqual(gaps(await read(town, { after: first + 1, types: ['mail'] })), [], 'mail after it is all there');
  assert.deepEqual(gaps(await read(town, { after: 0, types: ['mail'] })), [first + 1]);
  assert.deepEqual(gaps(await read(town, {})), [], 'the newest are the newest');
});

test('a follower loses no event and gets none twice while the journal is pruned and written (app 16)', async (t) => {
  const town = await appTown(t);
  await seedEvents(
    town.store,
    Array.from({ length: 12 }, (_, i) => [(32 - i) * day, 'nudge'] as const),
  );
  const start = await lastSeq(town.store.db);
  const follower = follow(t, town, { after: start });
  for (let round = 0; round < 12; round += 1) {
    const [, pruned] = await Promise.all([write(town, 'tried'), prune(town, (31.5 - round) * day), write(town, 'tried'), write(town, 'tried')]);
    assert.equal(pruned.kind === 'pruned' && pruned.count, 1);
  }
  const newest = await lastSeq(town.store.db);
  await eventually(() => seqs(follower.got).at(-1) === newest, 'the follower has come to the end');
  assert.deepEqual(
    seqs(follower.got),
    Array.from({ length: newest - start }, (_, i) => start + 1 + i),
  );
  assert.deepEqual(gaps(follower.got), []);
});

test('a follower that was outrun by pruning is told what it missed, once (app 16)', async (t) => {
  const town = await appTown(t);
  const start = await lastSeq(town.store.db);
  await seedEvents(
    town.store,
    Array.from({ length: 1500 }, () => [20 * day, 'nudge'] as const),
  );
  const reading = journalVerbs(town).read({ after: start, last: 0, isFollowing: false }, new AbortController().signal);
  const got: JournalFrame[] = [];
  for await (const frame of reading) {
    got.push(frame);
    // It reads a page of a thousand, and before the next one all that is old goes.
    if (got.length === 10) await prune(town);
  }
  assert.deepEqual(gaps(got), [start + 1495]);
  assert.deepEqual(seqs(got), [...Array.from({ length: 1000 }, (_, i) => start + 1 + i), ...Array.from({ length: 7 }, (_, i) => start + 1496 + i)]);
});

test('the newest events that are wanted are found however far back they lie, and then followed (app 16)', async (t) => {
  const town = await appTown(t);
  const start = await lastSeq(town.store.db);
  await seedEvents(
    town.store,
    Array.from({ length: 2600 }, (_, i) => [1000, i < 3 || i === 1700 ? 'merge_failed' : 'nudge'] as const),
  );
  const query = { isWanted: ({ type }: { type: string }) => type === 'merge_failed' };
  const newest = async (last: number) => seqs(await read(town, { ...query, last }));
  assert.deepEqual(await newest(2), [start + 3, start + 1701]);
  assert.deepEqual(await newest(9), [start + 1, start + 2, start + 3, start + 1701]);
  assert.deepEqual(await newest(0), []);
  assert.deepEqual(
    seqs(await read(town, { last: 2600 })),
    Array.from({ length: 2600 }, (_, i) => start + 1 + i),
  );
  const follower = follow(t, town, query);
  // It has begun when it tells the first event that comes after its place.
  await eventually(async () => {
    await write(town, 'nudge');
    await write(town, 'merge_failed');
    return follower.got.length > 0;
  }, 'it follows');
  assert.ok(follower.got.every((frame) => isEvent(frame) && frame.type === 'merge_failed'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Chance, type FaultKind, isFault } from '#base';
import { readEvents } from '#store';
import { createBead } from './create-bead.ts';
import { findBead, getBead } from './find-bead.ts';
import { listBeads, listReadyBeads } from './list-beads.ts';
import { readPriority, readStatus } from './model.ts';
import { noteBead } from './note-bead.ts';
import { searchBeads } from './search-beads.ts';
import { showBead } from './show-bead.ts';
import { givenBead, inTown, is, max, seedSession, toast } from './testing.ts';
import { updateBead } from './update-bead.ts';

/** Chance whose ids are the given letters, one after the other. */
function scripted(...ids: string[]): Chance {
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';
  return { fraction: () => 0, bytes: () => Uint8Array.from([...(ids.shift() ?? 'zzzzz')].map((letter) => alphabet.indexOf(letter))) };
}

inTown("a bead's id has its rig's prefix, the town's own without a rig, and five characters (work 1)", async (town) => {
  assert.match((await givenBead(town)).id, /^ga-[0-9a-z]{5}$/);
  assert.match((await createBead(town, { title: 'Tidy' })).id, /^hq-[0-9a-z]{5}$/);
});

inTown('an id that is taken is not given twice (work 1)', async (town) => {
  const chance = scripted('aaaaa', 'aaaaa', 'aaaaa', 'bbbbb');
  const ids = [await givenBead({ ...town, chance }), await givenBead({ ...town, chance })].map(({ id }) => id);
  assert.deepEqual(ids, ['ga-aaaaa', 'ga-bbbbb']);
});

inTown('a beginning of an id names its bead where it is unique, and several candidates otherwise (work 1)', async (town) => {
  const chance = scripted('aaaa1', 'aaaa2', 'aa', 'abbbb');
  for (const title of ['one', 'two']) await givenBead({ ...town, chance }, { title });
  assert.equal((await getBead(town.store.db, 'ga-aaaa1')).title, 'one');
  assert.equal((await getBead(town.store.db, 'ga-aaaa2')).title, 'two');
  await assert.rejects(
    getBead(town.store.db, 'ga-a'),
    (error) => is('conflict', /"ga-a"/)(error) && isFault(error) && String(error.details?.candidates) === 'ga-aaaa1,ga-aaaa2',
  );
  assert.equal(await findBead(town.store.db, 'ga-b'), undefined);
  await assert.rejects(getBead(town.store.db, "ga-'%_"), is('not-found', /"ga-'%_"/));
  await assert.rejects(getBead(town.store.db, ''), is('invalid', /empty/));
});

inTown('an id that is whole names its bead even where it begins others (work 1)', async (town) => {
  const bead = await givenBead(town);
  await town.store.change({ actor: 'overseer' }, async (tx) => {
    const row = await tx.selectFrom('beads').selectAll().executeTakeFirstOrThrow();
    await tx
      .insertInto('beads')
      .values({ ...row, id: `${bead.id}.1`, title: 'imported' })
      .execute();
    return { answer: undefined, events: [{ type: 'seeded' }] };
  });
  assert.equal((await getBead(town.store.db, bead.id)).title, 'Mend the roof');
  assert.equal((await getBead(town.store.db, `${bead.id}.`)).title, 'imported');
});

inTown('a bead is made open, with what was said of it, by whom and in which session (work 2)', async (town) => {
  const by = await seedSession(town.store, { id: 'sess_00000001', agent: max });
  const parent = await givenBead(town, { title: 'The house' });
  const bead = await givenBead(
    { ...town, by },
    {
      body: 'It leaks.',
      type: 'bug',
      priority: 'P1',
      assignee: toast,
      estimate: 2,
      labels: ['roof', 'rain', 'roof'],
      isEphemeral: true,
      parent: parent.id,
      acceptance: 'dry',
    },
  );
  assert.deepEqual(
    { ...bead, id: '' },
    {
      id: '',
      rig: 'app',
      title: 'Mend the roof',
      body: 'It leaks.',
      type: 'bug',
      priority: 1,
      status: 'open',
      assignee: toast,
      hookedBy: null,
      hookedAt: null,
      parent: parent.id,
      acceptance: 'dry',
      estimate: 2,
      labels: ['rain', 'roof'],
      isEphemeral: true,
      blockedReason: null,
      createdBy: max,
      createdSession: 'sess_00000001',
      createdAt: town.clock.now(),
      updatedAt: town.clock.now(),
      closedAt: null,
    },
  );
  const [event] = await readEvents(town.store.db, { types: ['bead_created'], bead: bead.id });
  assert.deepEqual([event?.actor, event?.session, event?.rig, event?.payload.title], [max, 'sess_00000001', 'app', 'Mend the roof']);
});

inTown('what cannot be a bead is refused with the value, and nothing is made (work 2)', async (town) => {
  const refused: [Parameters<typeof givenBead>[1], FaultKind, RegExp][] = [
    [{ title: '  ' }, 'invalid', /needs a title/],
    [{ title: 'two\nlines' }, 'invalid', /more than one line/],
    [{ title: 'x'.repeat(301) }, 'invalid', /301 characters/],
    [{ body: 'a\0b' }, 'invalid', /NUL/],
    [{ body: 'x'.repeat(300_000) }, 'invalid', /300000 bytes/],
    [{ type: 'Bug report' }, 'invalid', /"Bug report"/],
    [{ priority: 'P5' }, 'invalid', /"P5"/],
    [{ priority: -1 }, 'invalid', /"-1"/],
    [{ estimate: 0 }, 'invalid', /"0"/],
    [{ estimate: 1.5 }, 'invalid', /"1.5"/],
    [{ labels: ['two words'] }, 'invalid', /"two words"/],
    [{ labels: Array.from({ length: 51 }, (_, i) => `l${i}`) }, 'invalid', /50 labels/],
    [{ rig: 'nowhere' }, 'not-found', /"nowhere"/],
    [{ assignee: 'app/crew/ghost' }, 'not-found', /"app\/crew\/ghost"/],
    [{ parent: 'ga-nope' }, 'not-found', /"ga-nope"/],
  ];
  for (const [fields, kind, words] of refused) await assert.rejects(givenBead(town, fields), is(kind, words));
  assert.deepEqual(await listBeads(town.store.db), []);
});

test('priorities and statuses are read as people type them, and nothing else is (work 2)', () => {
  assert.deepEqual([readPriority('P0'), readPriority('p4'), readPriority(2), readPriority(' 3 ')], [0, 4, 2, 3]);
  for (const wrong of ['', 'P', 'high', '10', '2.0', 'PP1']) assert.throws(() => readPriority(wrong), is('invalid', /is no priority/));
  assert.deepEqual([readStatus('closed'), readStatus('In-Progress'), readStatus('open')], ['done', 'in_progress', 'open']);
  assert.throws(
    () => readStatus('hoked'),
    (error) => isFault(error, 'invalid') && error.hint === 'did you mean "hooked"?',
  );
});

inTown("ready is open, waiting for nothing and nobody's; by priority, age, id (work 3)", async (town) => {
  const chance = scripted('ccccc', 'aaaaa', 'bbbbb', 'ddddd', 'eeeee', 'fffff');
  const make = (title: string, more = {}) => givenBead({ ...town, chance }, { title, ...more });
  await make('c, same age');
  await make('a, same age');
  town.clock.advance(1000);
  await make('b, younger');
  await make('d, urgent', { priority: 0 });
  await make('e, assigned', { assignee: max });
  await make('f, blocked');
  await updateBead(town, { bead: 'ga-f', status: 'blocked', reason: 'rain' });
  assert.deepEqual(
    (await listReadyBeads(town.store.db)).map(({ id }) => id),
    ['ga-ddddd', 'ga-aaaaa', 'ga-ccccc', 'ga-bbbbb'],
  );
  assert.deepEqual(
    (await listReadyBeads(town.store.db, { limit: 1 })).map(({ id }) => id),
    ['ga-ddddd'],
  );
});

inTown('beads are listed by status, assignee, rig, label, type and parent (work 3)', async (town) => {
  const epic = await createBead(town, { title: 'epic', type: 'epic' });
  town.clock.advance(1);
  await givenBead(town, { title: 'bug', type: 'bug', labels: ['ui'], assignee: max, parent: epic.id });
  const titles = async (query: Parameters<typeof listBeads>[1]) => (await listBeads(town.store.db, query)).map(({ title }) => title);
  assert.deepEqual(await titles({ statuses: ['open', 'done'] }), ['epic', 'bug']);
  assert.deepEqual(await titles({ statuses: ['done'] }), []);
  assert.deepEqual(await titles({ assignee: max }), ['bug']);
  assert.deepEqual(await titles({ rig: null }), ['epic']);
  assert.deepEqual(await titles({ rig: 'app' }), ['bug']);
  assert.deepEqual(await titles({ label: 'ui' }), ['bug']);
  assert.deepEqual(await titles({ label: 'u' }), []);
  assert.deepEqual(await titles({ type: 'epic' }), ['epic']);
  assert.deepEqual(await titles({ parent: epic.id }), ['bug']);
});

inTown('notes are appended with author and session, and shown oldest first with all else (work 9)', async (town) => {
  const by = await seedSession(town.store, { id: 'sess_00000001', agent: max });
  const bead = await givenBead(town);
  await noteBead(town, { bead: bead.id, body: 'first' });
  await noteBead({ ...town, by }, { bead: bead.id, body: 'second' });
  await assert.rejects(noteBead(town, { bead: bead.id, body: ' \n' }), is('invalid', /empty/));
  const { notes } = await showBead(town.store.db, bead.id.slice(0, 5));
  assert.deepEqual(
    notes.map(({ author, session, body }) => [author, session, body]),
    [
      ['overseer', null, 'first'],
      [max, 'sess_00000001', 'second'],
    ],
  );
});

inTown('a search finds a part of a title, body or note, without regard to case, and takes nothing for a pattern (work 3)', async (town) => {
  const roof = await givenBead(town, { title: 'Mend the ROOF' });
  const body = await givenBead(town, { title: 'b', body: 'near the roof_100% line' });
  const noted = await givenBead(town, { title: 'c' });
  await noteBead(town, { bead: noted.id, body: `${'x '.repeat(100)}roofing felt` });
  const found = async (text: string) => (await searchBeads(town.store.db, { text })).map(({ bead, where }) => `${bead.id} ${where}`).sort();
  assert.deepEqual(await found('roof'), [`${roof.id} title`, `${body.id} body`, `${noted.id} note`].sort());
  assert.deepEqual(await found('%'), [`${body.id} body`]);
  assert.deepEqual(await found('f_1'), [`${body.id} body`]);
  assert.deepEqual(await found('nothing'), []);
  await assert.rejects(searchBeads(town.store.db, { text: ' ' }), is('invalid', /nothing to search/));
  const [match] = await searchBeads(town.store.db, { text: 'felt' });
  assert.match(match?.excerpt ?? '', /^….*roofing felt$/);
});

inTown('an update changes what it names, all of it or nothing, and what changes nothing is not told (work 2)', async (town) => {
  const bead = await givenBead(town, { labels: ['a', 'b'] });
  const updated = await updateBead(town, {
    bead: bead.id,
    title: 'New',
    priority: 0,
    addLabels: ['c'],
    removeLabels: ['a'],
    assignee: max,
    acceptance: 'ok',
    estimate: 3,
  });
  assert.deepEqual(
    [updated.title, updated.priority, updated.labels, updated.assignee, updated.acceptance, updated.estimate],
    ['New', 0, ['b', 'c'], max, 'ok', 3],
  );
  assert.equal((await updateBead(town, { bead: bead.id, assignee: null })).assignee, null);
  const before = (await readEvents(town.store.db)).length;
  await updateBead(town, { bead: bead.id, title: 'New' });
  assert.equal((await readEvents(town.store.db)).length, before);
  await assert.rejects(updateBead(town, { bead: bead.id, title: 'Newer', status: 'in_progress' }), is('conflict', /cannot become in_progress: it is open/));
  assert.equal((await getBead(town.store.db, bead.id)).title, 'New');
});

inTown('a bead cannot stand below itself (work 2)', async (town) => {
  const [top, below] = [await givenBead(town, { title: 'top' }), await givenBead(town, { title: 'below' })];
  await updateBead(town, { bead: below.id, parent: top.id });
  await assert.rejects(updateBead(town, { bead: top.id, parent: below.id }), is('conflict', /stands below it/));
  await assert.rejects(updateBead(town, { bead: top.id, parent: top.id }), is('conflict', /stands below it/));
  assert.deepEqual(
    (await showBead(town.store.db, top.id)).children.map(({ title }) => title),
    ['below'],
  );
  assert.equal((await updateBead(town, { bead: below.id, parent: null })).parent, null);
});

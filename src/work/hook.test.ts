import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Bug, isFault } from '#base';
import { runProgram, systemChance, systemClock } from '#host';
import { tempDir } from '#host/testing';
import { createStore, readEvents, type Tx } from '#store';
import { addDependency } from './add-dependency.ts';
import { blockBeadRow } from './block-bead.ts';
import { endStep } from './end-step.ts';
import { getBead } from './find-bead.ts';
import { hookBead, hookBeadRow } from './hook-bead.ts';
import { landBeadRow, refuseLandingRow, relandBeadRow, takeOffHookRow } from './land-bead.ts';
import { listReadyBeads } from './list-beads.ts';
import { type HookAnswer, hookConflict, judgeCurrent } from './model.ts';
import { closeBead, dropBead, reopenBead } from './move-bead.ts';
import { readHook } from './read-hook.ts';
import { showBead } from './show-bead.ts';
import { startBeadRow } from './start-bead.ts';
import { givenBead, givenMolecule, inTown, is, max, nux, seedAgents, toast, type WorkTown } from './testing.ts';
import { unhookBead } from './unhook-bead.ts';
import { updateBead } from './update-bead.ts';

const dayMs = 86_400_000;
const row = <A>(town: WorkTown, body: (tx: Tx, at: number) => Promise<{ answer: A; events: readonly { type: string }[] }>) => town.store.change(town.by, body);
const conflictOf = (answer: HookAnswer, agent: string) => (answer.kind === 'hooked' || answer.kind === 'already' ? undefined : hookConflict(answer, { agent }));

inTown('hooking hangs an open bead on one hook, and says what else hangs where (work 6)', async (town) => {
  const [one, two] = [await givenBead(town, { title: 'one' }), await givenBead(town, { title: 'two' })];
  const hooked = await hookBead(town, { bead: one.id.slice(0, 6), agent: toast });
  assert.equal(hooked.kind, 'hooked');
  const bead = await getBead(town.store.db, one.id);
  assert.deepEqual([bead.status, bead.hookedBy, bead.hookedAt, bead.assignee], ['hooked', toast, town.clock.now(), toast]);
  assert.equal((await hookBead(town, { bead: one.id, agent: toast })).kind, 'already');
  const taken = await hookBead(town, { bead: one.id, agent: nux });
  assert.match(conflictOf(taken, nux)?.message ?? '', new RegExp(`"${one.id}" hangs on the hook of "${toast}"`));
  const busy = await hookBead(town, { bead: two.id, agent: toast });
  assert.match(conflictOf(busy, toast)?.message ?? '', new RegExp(`the hook of "${toast}" holds "${one.id}" \\(one\\)`));
  assert.deepEqual(
    (await readEvents(town.store.db, { types: ['hook'] })).map((event) => [event.agent, event.bead]),
    [[toast, one.id]],
  );
});

inTown('a bead that waits, is blocked, done, dropped or landing is not hooked, nor to an unknown or retired agent (work 6)', async (town) => {
  const [bead, needed] = [await givenBead(town), await givenBead(town)];
  await addDependency(town, { bead: bead.id, needs: needed.id });
  const waits = await hookBead(town, { bead: bead.id, agent: toast });
  assert.match(conflictOf(waits, toast)?.message ?? '', new RegExp(`waits for "${needed.id}"`));
  await updateBead(town, { bead: needed.id, status: 'blocked', reason: 'no ladder' });
  assert.match(conflictOf(await hookBead(town, { bead: needed.id, agent: toast }), toast)?.message ?? '', /is blocked: no ladder/);
  await dropBead(town, { bead: needed.id });
  assert.equal((await hookBead(town, { bead: needed.id, agent: toast })).kind, 'unfit');
  assert.equal((await hookBead(town, { bead: bead.id, agent: toast })).kind, 'waits', 'a dropped need still holds up what needs it');
  await assert.rejects(hookBead(town, { bead: needed.id, agent: 'app/polecats/Ghost' }), is('not-found', /Ghost/));
  await assert.rejects(hookBead(town, { bead: 'ga-nope', agent: toast }), is('not-found', /ga-nope/));
  await town.store.change(town.by, async (tx) => {
    await tx.updateTable('agents').set({ retired_at: 1 }).where('address', '=', nux).execute();
    return { answer: undefined, events: [{ type: 'seeded' }] };
  });
  await assert.rejects(hookBead(town, { bead: needed.id, agent: nux }), is('conflict', /retired/));
});

test('of eight processes that hook one bead to eight agents, one has it (work 6)', async (t) => {
  const path = join(tempDir(t), 'town.db');
  const agents = Array.from({ length: 8 }, (_, i) => `app/polecats/P${i}`);
  const store = await createStore({ clock: systemClock }, path);
  await seedAgents(store, agents);
  const bead = await givenBead({ store, chance: systemChance, by: { actor: 'overseer' } });
  await store.close();
  const fixture = join(import.meta.dirname, 'fixtures', 'hook-once.ts');
  const results = await Promise.all(agents.map((agent) => runProgram({}, [process.execPath, fixture, path, bead.id, agent])));
  assert.deepEqual(
    results.map(({ code, stderr }) => ({ code, stderr })),
    agents.map(() => ({ code: 0, stderr: '' })),
  );
  assert.deepEqual(results.map(({ stdout }) => stdout).sort(), ['hooked', ...Array.from({ length: 7 }, () => 'taken')]);
});

inTown('the schema itself holds one bead a hook (work 6)', async (town) => {
  const [one, two] = [await givenBead(town), await givenBead(town)];
  const force = (id: string) => town.store.db.updateTable('beads').set({ status: 'hooked', hooked_by: toast }).where('id', '=', id).execute();
  await force(one.id);
  await assert.rejects(force(two.id), /UNIQUE/);
});

inTown("an unhooked bead is open and nobody's, and keeps its molecule and steps for the next hook (work 7)", async (town) => {
  const { bead, molecule } = await givenMolecule(town);
  await hookBead(town, { bead: bead.id, agent: toast });
  await row(town, (tx, at) => startBeadRow(tx, at, { agent: toast }));
  const unhooked = await unhookBead(town, { agent: toast });
  assert.deepEqual(unhooked.kind === 'unhooked' && [unhooked.bead.status, unhooked.bead.assignee, unhooked.bead.hookedBy, unhooked.bead.hookedAt], [
    'open',
    null,
    null,
    null,
  ]);
  assert.deepEqual(await unhookBead(town, { agent: toast }), { kind: 'empty' });
  assert.deepEqual(
    (await listReadyBeads(town.store.db)).map(({ id }) => id),
    [bead.id],
  );
  const again = await hookBead(town, { bead: bead.id, agent: nux });
  assert.equal(again.kind === 'hooked' && again.molecule?.id, molecule.id);
  const kept = await unhookBead(town, { agent: nux, keepsAssignee: true });
  assert.equal(kept.kind === 'unhooked' && kept.bead.assignee, nux);
});

inTown('a hook is read with its molecule, the step to work on, and what else is assigned (work 7)', async (town) => {
  assert.deepEqual(await readHook(town.store.db, toast), { agent: toast, bead: undefined, molecule: undefined, step: undefined, assigned: [] });
  const { bead, molecule } = await givenMolecule(town);
  const other = await givenBead(town, { title: 'later', assignee: toast });
  await givenBead(town, { title: "somebody else's", assignee: nux });
  await hookBead(town, { bead: bead.id, agent: toast });
  const hook = await readHook(town.store.db, toast);
  assert.deepEqual([hook.bead?.id, hook.molecule?.id, hook.step?.id, hook.assigned.map(({ id }) => id)], [bead.id, molecule.id, 'load-context', [other.id]]);
});

inTown('the first turn of its agent makes a hooked bead in_progress, later turns nothing (work 7)', async (town) => {
  const start = () => row(town, (tx, at) => startBeadRow(tx, at, { agent: toast }));
  assert.deepEqual(await start(), { kind: 'empty' });
  const bead = await givenBead(town);
  await hookBead(town, { bead: bead.id, agent: toast });
  const events = async () => (await readEvents(town.store.db)).length;
  assert.equal((await start()).kind, 'started');
  const before = await events();
  assert.equal((await start()).kind, 'already');
  assert.equal(await events(), before);
  const { status, hookedBy } = await getBead(town.store.db, bead.id);
  assert.deepEqual([status, hookedBy], ['in_progress', toast]);
});

inTown('done takes a bead off the hook and leaves it landing; landed, it is done and opens what waited for it alone (work 8)', async (town) => {
  const [bead, other, waiting, both] = [await givenBead(town), await givenBead(town), await givenBead(town), await givenBead(town)];
  for (const needs of [bead.id]) await addDependency(town, { bead: waiting.id, needs });
  for (const needs of [bead.id, other.id]) await addDependency(town, { bead: both.id, needs });
  await hookBead(town, { bead: bead.id, agent: toast });
  const off = await row(town, (tx, at) => takeOffHookRow(tx, at, { agent: toast }));
  assert.deepEqual(off.kind === 'landing' && [off.bead.status, off.bead.hookedBy, off.bead.assignee], ['in_progress', null, toast]);
  assert.equal((await hookBead(town, { bead: bead.id, agent: nux })).kind, 'unfit');
  town.clock.advance(dayMs);
  const landed = await row(town, (tx, at) => landBeadRow(tx, at, { beadId: bead.id, commit: 'abc' }));
  assert.deepEqual(landed.kind === 'landed' && [landed.bead.status, landed.bead.closedAt, landed.opened], ['done', town.clock.now(), [waiting.id]]);
  assert.equal((await row(town, (tx, at) => landBeadRow(tx, at, { beadId: bead.id }))).kind, 'kept');
  assert.equal((await hookBead(town, { bead: waiting.id, agent: toast })).kind, 'hooked');
});

inTown("a refused landing opens the bead again, nobody's, with the failure as a note (work 8)", async (town) => {
  const bead = await givenBead(town);
  await hookBead(town, { bead: bead.id, agent: toast });
  await row(town, (tx, at) => takeOffHookRow(tx, at, { agent: toast }));
  const refuse = () => row(town, (tx, at) => refuseLandingRow(tx, at, { beadId: bead.id, failure: 'the gate "npm test" failed', by: { actor: 'daemon' } }));
  const refused = await refuse();
  assert.deepEqual([refused.kind, refused.bead.status, refused.bead.assignee], ['reopened', 'open', null]);
  assert.equal((await refuse()).kind, 'kept');
  assert.deepEqual(
    (await showBead(town.store.db, bead.id)).notes.map(({ author, body }) => [author, body]),
    [
      ['daemon', 'the gate "npm test" failed'],
      ['daemon', 'the gate "npm test" failed'],
    ],
  );
  assert.deepEqual(
    (await listReadyBeads(town.store.db)).map(({ id }) => id),
    [bead.id],
  );
});

inTown('escalated, a bead is off the hook and blocked with the reason, until a person opens it (work 8)', async (town) => {
  const bead = await givenBead(town);
  const block = () => row(town, (tx, at) => blockBeadRow(tx, at, { agent: toast, reason: 'which roof?', by: { actor: toast } }));
  assert.deepEqual(await block(), { kind: 'empty' });
  await hookBead(town, { bead: bead.id, agent: toast });
  assert.equal((await block()).kind, 'blocked');
  const blocked = await getBead(town.store.db, bead.id);
  assert.deepEqual([blocked.status, blocked.blockedReason, blocked.hookedBy, blocked.assignee], ['blocked', 'which roof?', null, null]);
  const opened = await updateBead(town, { bead: bead.id, status: 'open' });
  assert.deepEqual([opened.status, opened.blockedReason], ['open', null]);
});

inTown('updating to hooked is hooking, and refused where hooking would be (work 5)', async (town) => {
  const bead = await givenBead(town);
  await assert.rejects(updateBead(town, { bead: bead.id, status: 'hooked' }), is('invalid', /nobody is named/));
  const hooked = await updateBead(town, { bead: bead.id, status: 'hooked', assignee: max });
  assert.deepEqual([hooked.status, hooked.hookedBy], ['hooked', max]);
  assert.equal((await updateBead(town, { bead: bead.id, status: 'hooked', assignee: max })).hookedBy, max);
  await assert.rejects(updateBead(town, { bead: bead.id, status: 'hooked', assignee: nux }), is('conflict', /hangs on the hook/));
  await assert.rejects(updateBead(town, { bead: bead.id, assignee: nux }), is('conflict', /hangs on the hook/));
  assert.equal((await updateBead(town, { bead: bead.id, status: 'in_progress' })).status, 'in_progress');
});

inTown('a bead is held up on its hook by a block, and goes on by being hooked again (work 5)', async (town) => {
  const bead = await givenBead(town);
  await updateBead(town, { bead: bead.id, status: 'hooked', assignee: max });
  const held = await updateBead(town, { bead: bead.id, status: 'blocked', reason: 'rain' });
  assert.deepEqual([held.status, held.hookedBy, held.blockedReason], ['blocked', max, 'rain']);
  await assert.rejects(updateBead(town, { bead: bead.id, status: 'hooked', assignee: nux }), is('conflict', /hangs on the hook/));
  const on = await updateBead(town, { bead: bead.id, status: 'hooked' });
  assert.deepEqual([on.status, on.hookedBy, on.blockedReason], ['hooked', max, null]);
  await updateBead(town, { bead: bead.id, status: 'blocked', reason: 'hail' });
  const off = await unhookBead(town, { agent: max });
  assert.deepEqual(off.kind === 'unhooked' && [off.bead.status, off.bead.blockedReason], ['blocked', 'hail']);
});

inTown("what hangs on a hook is not closed, dropped or opened behind its agent's back (work 5)", async (town) => {
  const bead = await givenBead(town);
  await hookBead(town, { bead: bead.id, agent: toast });
  for (const verb of [closeBead, dropBead, reopenBead]) {
    await assert.rejects(
      verb(town, { bead: bead.id }),
      (error) => is('conflict', /on the hook of "app\/polecats\/Toast"/)(error) && isFault(error) && /baton done/.test(error.hint ?? ''),
    );
  }
});

inTown("a bead is closed or dropped once, with the reason as a note, and opened again as nobody's (work 5)", async (town) => {
  const [bead, waiting] = [await givenBead(town, { assignee: max }), await givenBead(town)];
  await addDependency(town, { bead: waiting.id, needs: bead.id });
  const closed = await closeBead(town, { bead: bead.id, reason: 'built elsewhere' });
  assert.deepEqual(closed.kind === 'moved' && [closed.bead.status, closed.bead.closedAt, closed.opened], ['done', town.clock.now(), [waiting.id]]);
  assert.equal((await closeBead(town, { bead: bead.id, reason: 'again' })).kind, 'already');
  await assert.rejects(dropBead(town, { bead: bead.id }), is('conflict', /cannot become dropped: it is done/));
  const opened = await reopenBead(town, { bead: bead.id });
  assert.deepEqual([opened.bead.status, opened.bead.closedAt, opened.bead.assignee], ['open', null, null]);
  assert.equal((await dropBead(town, { bead: bead.id })).kind, 'moved');
  assert.deepEqual(
    (await showBead(town.store.db, bead.id)).notes.map(({ body }) => body),
    ['built elsewhere'],
  );
});

inTown("hooking inside a caller's transaction stands or falls with it (work 6)", async (town) => {
  const bead = await givenBead(town);
  await assert.rejects(
    town.store.change(town.by, async (tx, at) => {
      await hookBeadRow(tx, at, { beadId: bead.id, agent: toast });
      throw new Bug('no worktree');
    }),
    Bug,
  );
  assert.equal((await getBead(town.store.db, bead.id)).status, 'open');
});

inTown('a hook asks for its step, then for handing in, and says what it waits for (work 7)', async (town) => {
  const current = async () => judgeCurrent(await readHook(town.store.db, toast));
  assert.deepEqual(await current(), { kind: 'none' });
  const bare = await givenBead(town);
  await hookBead(town, { bead: bare.id, agent: toast });
  const unpoured = await current();
  assert.match(unpoured.kind === 'blocked' ? unpoured.reason : '', /no molecule/);
  await unhookBead(town, { agent: toast });
  const { bead, molecule } = await givenMolecule(town);
  await hookBead(town, { bead: bead.id, agent: toast });
  const asked = await current();
  assert.deepEqual(asked.kind === 'step' && [asked.bead, asked.molecule, asked.step.id, asked.stepCount, asked.vars.bead], [
    bead.id,
    molecule.id,
    'load-context',
    4,
    bead.id,
  ]);
  await endStep(town, { molecule: molecule.id, outcome: 'failed' });
  const failed = await current();
  assert.match(failed.kind === 'blocked' ? failed.reason : '', /step load-context failed/);
  for (let i = 0; i < 4; i += 1) await endStep(town, { molecule: molecule.id, outcome: 'done' });
  assert.deepEqual(await current(), { kind: 'complete', bead: bead.id, molecule: molecule.id });
  await updateBead(town, { bead: bead.id, status: 'blocked', reason: 'rain' });
  assert.deepEqual(await current(), { kind: 'blocked', bead: bead.id, reason: 'rain' });
});

inTown('a molecule that was complete before a bead was hooked anew is not taken for the work of now (work 7)', async (town) => {
  const { bead, molecule } = await givenMolecule(town);
  await hookBead(town, { bead: bead.id, agent: toast });
  for (let i = 0; i < 4; i += 1) await endStep(town, { molecule: molecule.id, outcome: 'done' });
  await row(town, (tx, at) => takeOffHookRow(tx, at, { agent: toast }));
  await row(town, (tx, at) => refuseLandingRow(tx, at, { beadId: bead.id, failure: 'red', by: { actor: 'daemon' } }));
  town.clock.advance(1000);
  await hookBead(town, { bead: bead.id, agent: nux });
  assert.equal((await readHook(town.store.db, nux)).molecule, undefined);
});

inTown('a refused bead lands again while nobody has taken it up (work 8)', async (town) => {
  const bead = await givenBead(town);
  const reland = () => row(town, (tx, at) => relandBeadRow(tx, at, { beadId: bead.id }));
  assert.deepEqual([(await reland()).kind, (await getBead(town.store.db, bead.id)).status], ['landing', 'in_progress']);
  await row(town, (tx, at) => refuseLandingRow(tx, at, { beadId: bead.id, failure: 'red', by: { actor: 'daemon' } }));
  await hookBead(town, { bead: bead.id, agent: toast });
  assert.equal((await reland()).kind, 'kept');
});

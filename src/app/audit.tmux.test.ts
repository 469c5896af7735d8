import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { day } from '#base';
import { makeSource, plainGit } from '#git/testing';
import { endProcesses, findProcessesByEnvironment, systemClock } from '#host';
import { givenEnd, givenSession } from '#sessions/testing';
import { pruneEvents, type Tx } from '#store';
import type { NewEvent } from '#store/model';
import { prunePolicy } from '#store/testing';
import { createPane, ensureServer } from '#tmux';
import { addCrew, addRig, rigPaths } from '#town';
import { createBead, endStep, getFormula, hookBead, pourMolecule, reopenStep } from '#work';
import { auditTown } from './audit.ts';
import type { Deps } from './deps.ts';
import { appTown } from './testing.ts';
import { openTownTmux } from './tmux.ts';

const max = 'app/crew/max';

/** A town at rest in which much has happened: a rig, crew with a bead half done, a session that ended with `done`, one that lives. */
async function givenTown(t: TestContext): Promise<Deps & { dir: string; molecule: string; bead: string }> {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'source')), cwd: town.dir });
  await addCrew(town, { rig: 'app', name: 'max' });
  const bead = await createBead(town, { title: 'Mend', rig: 'app' });
  const { molecule } = await pourMolecule(town, { bead: bead.id, formula: await getFormula(town, 'work') });
  await hookBead(town, { bead: bead.id, agent: max });
  await endStep(town, { molecule: molecule.id, outcome: 'skipped' });
  await reopenStep(town, { molecule: molecule.id, step: molecule.steps[0]?.id ?? '' });
  await endStep(town, { molecule: molecule.id, outcome: 'done' });
  await endStep(town, { molecule: molecule.id, outcome: 'failed' });
  await givenEnd(town, await givenSession(town, max), 'done');
  await givenSession(town, max);
  return { ...town, molecule: molecule.id, bead: bead.id };
}

const write = (town: Deps, body: (tx: Tx) => Promise<unknown>, events: NewEvent[] = [{ type: 'seeded' }]) =>
  town.store.change(town.by, async (tx) => {
    await body(tx);
    return { answer: undefined, events };
  });
const promises = async (town: Deps) => (await auditTown(town)).map(({ promise }) => promise);

test('a sound town has no breach (app 9)', async (t) => {
  assert.deepEqual(await auditTown(await givenTown(t)), []);
});

test('each breach in the rows is found (app 9)', async (t) => {
  const town = await givenTown(t);
  const step = { molecule: town.molecule, step: 'load-context' };
  await write(town, async () => {}, [{ type: 'step_done', payload: step }]);
  assert.deepEqual(await auditTown(town), [
    { promise: 'a step is closed exactly once', detail: `${town.molecule} load-context is done and was closed 2 times` },
  ]);
  await write(town, async () => {}, [{ type: 'step_reopened', payload: { ...step, from: 'skipped' } }]);
  await write(town, (tx) => tx.updateTable('steps').set({ status: 'done' }).where('position', '=', 3).execute());
  assert.deepEqual(await promises(town), ['a step is closed exactly once'], 'closed in its row, and never said so');
  await write(town, (tx) => tx.updateTable('steps').set({ status: 'pending' }).where('position', '=', 3).execute());

  await write(town, (tx) => tx.updateTable('sessions').set({ generation: 7 }).where('ended_at', 'is', null).execute());
  assert.deepEqual(await auditTown(town), [{ promise: 'generations follow each other', detail: `${max} has no generation 2` }]);
  await write(town, (tx) => tx.updateTable('sessions').set({ generation: 2 }).where('ended_at', 'is', null).execute());

  await write(town, (tx) => tx.updateTable('sessions').set({ end_reason: 'crashed' }).where('generation', '=', 1).execute());
  assert.deepEqual(await promises(town), ['an end leaves one document']);
  await write(town, (tx) => tx.updateTable('sessions').set({ end_reason: 'done' }).where('generation', '=', 1).execute());

  const head = plainGit(rigPaths(town.root, 'app').repository, 'commit-tree', '-m', 'elsewhere', 'main^{tree}');
  const merge = {
    id: 'mr-1',
    rig: 'app',
    bead: town.bead,
    agent: max,
    branch: 'b',
    head,
    target: 'main',
    status: 'landed',
    landed_commit: head,
    attempts: 1,
    queued_at: 1,
  };
  await write(town, (tx) =>
    tx
      .insertInto('merge_requests')
      .values(merge as never)
      .execute(),
  );
  assert.deepEqual(await auditTown(town), [{ promise: 'landed work is on its target', detail: `mr-1: main does not hold ${head}` }]);
  await write(town, (tx) => tx.deleteFrom('merge_requests').execute());

  await write(town, (tx) => tx.updateTable('agents').set({ retired_at: 1 }).where('address', '=', max).execute());
  assert.deepEqual(await promises(town), ['work hangs on an agent that works here', 'no worktree of nobody']);
});

test('what was pruned from the journal is no breach, and what contradicts the rest still is (app 9)', async (t) => {
  const town = await givenTown(t);
  const then = Date.now() - 20 * day;
  await write(town, async (tx) => {
    await tx.updateTable('events').set({ at: then }).execute();
    await tx.updateTable('molecules').set({ poured_at: then }).execute();
    await tx.updateTable('steps').set({ ended_at: then }).where('ended_at', 'is not', null).execute();
  });
  const pruned = await pruneEvents(town, { policy: prunePolicy({ keep: 0 }) });
  assert.ok(pruned.kind === 'pruned' && pruned.types.step_done === 1 && pruned.types.step_reopened === 1);
  assert.deepEqual(await auditTown(town), [], 'a step that was closed before');
  await endStep(town, { molecule: town.molecule, outcome: 'done' });
  assert.deepEqual(await auditTown(town), [], 'one that was opened before and closed after');

  const first = { molecule: town.molecule, step: 'load-context' };
  const isTwice = [{ promise: 'a step is closed exactly once', detail: `${town.molecule} load-context is done and was closed 2 times` }];
  await write(town, async () => {}, [
    { type: 'step_done', payload: first },
    { type: 'step_done', payload: first },
  ]);
  assert.deepEqual(await auditTown(town), isTwice);
  await write(town, (tx) => tx.deleteFrom('events').where('type', '=', 'step_done').execute());
  assert.deepEqual(await promises(town), ['a step is closed exactly once'], 'closed since, and never said so');

  const fresh = await createBead(town, { title: 'Fresh', rig: 'app' });
  const { molecule } = await pourMolecule(town, { bead: fresh.id, formula: await getFormula(town, 'work') });
  await write(town, (tx) =>
    tx.updateTable('steps').set({ status: 'skipped', ended_at: then }).where('molecule', '=', molecule.id).where('position', '=', 1).execute(),
  );
  assert.equal((await promises(town)).length, 2, 'a molecule that was poured since is held to all of it');
});

test('worktrees of nobody and agents without theirs are found (app 9)', async (t) => {
  const town = await givenTown(t);
  const paths = rigPaths(town.root, 'app');
  mkdirSync(join(paths.polecats, 'Ghost'), { recursive: true });
  plainGit(paths.repository, 'worktree', 'add', '--quiet', '--detach', join(town.root, 'elsewhere'), 'main');
  assert.deepEqual(
    (await auditTown(town)).sort((a, b) => (a.detail < b.detail ? -1 : 1)),
    [join(paths.polecats, 'Ghost'), join(town.root, 'elsewhere')].sort().map((detail) => ({ promise: 'no worktree of nobody', detail })),
  );
  rmSync(join(paths.polecats, 'Ghost'), { recursive: true });
  plainGit(paths.repository, 'worktree', 'remove', join(town.root, 'elsewhere'));
  rmSync(join(paths.crew, 'max'), { recursive: true });
  assert.deepEqual(await promises(town), ['an agent has its worktree']);
});

test('processes and panes that belong to no living session are found (app 9)', async (t) => {
  const town = await givenTown(t);
  const [dead, live] = (await town.store.db.selectFrom('sessions').select('id').orderBy('generation').execute()).map(({ id }) => id);
  const own = { PATH: process.env.PATH ?? '', BATON_TOWN: town.root, AUDIT_TEST: town.dir };
  t.after(async () => {
    const left = [...findProcessesByEnvironment({ AUDIT_TEST: town.dir }), ...findProcessesByEnvironment({ TMUX_TMPDIR: town.dir })];
    await endProcesses({ clock: systemClock }, left, { interruptMs: 0, termMs: 1000, killMs: 1000 });
  });
  for (const id of [dead, live]) spawn('sleep', ['60'], { stdio: 'ignore', detached: true, env: { ...own, BATON_SESSION: id } });
  spawn('sleep', ['60'], { stdio: 'ignore', detached: true, env: own });
  const found = await auditTown(town);
  assert.deepEqual(
    found.map(({ promise }) => promise),
    ['no process of an ended session'],
  );
  assert.match(found[0]?.detail ?? '', new RegExp(`\\(sleep\\) of ${dead}$`));
  await endProcesses({ clock: systemClock }, findProcessesByEnvironment({ AUDIT_TEST: town.dir }), { interruptMs: 0, termMs: 1000, killMs: 1000 });

  const tmux = openTownTmux(town);
  await ensureServer(tmux);
  const pane = { cwd: town.root, env: { PATH: process.env.PATH ?? '' }, argv: ['sleep', '60'] };
  await createPane(tmux, { ...pane, name: 'ap-crew-max', mark: live ?? '' });
  assert.deepEqual(await promises(town), []);
  await createPane(tmux, { ...pane, name: 'ap-crew-ana', mark: dead ?? '' });
  assert.deepEqual(await auditTown(town), [{ promise: 'no living pane of nobody', detail: 'ap-crew-ana (sleep)' }]);
});

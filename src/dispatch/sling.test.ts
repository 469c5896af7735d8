import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '#config';
import { commitFiles, plainGit } from '#git/testing';
import { eventually } from '#host/testing';
import { readEvents } from '#store';
import { addCrew, getAgent } from '#town';
import { isFaultWith } from '#town/testing';
import { addDependency, closeBead, endStep, getBead, readHook, readMoleculeOf, updateBead } from '#work';
import { slingBead } from './sling-bead.ts';
import { asked, givenBead, listPolecats, noPolecats, slingTown } from './testing.ts';
import { unslingBead } from './unsling-bead.ts';

const eventTypes = async (town: Awaited<ReturnType<typeof slingTown>>, after = 0) => (await readEvents(town.store.db, { after })).map(({ type }) => type);

test('a bead slung to a rig gets a polecat with a worktree on a branch of its own, a molecule, and the order to run (dispatch 2, 3)', async (t) => {
  const town = await slingTown(t, { rig: 'setup = ["echo $PWD > ../setup-ran"]\n' });
  const bead = await givenBead(town);
  const slung = await slingBead(town, asked(bead.id, 'app', { runtime: 'runbook' }));
  const branch = `polecat/Toast/${bead.id}@${slung.molecule}`;
  const agent = await getAgent(town.store.db, 'app/polecats/Toast');
  const worktree = join(town.root, 'app/polecats/Toast');
  assert.deepEqual({ ...slung, seq: 0 }, { bead: bead.id, agent: agent.address, molecule: slung.molecule, formula: 'work', isNewPolecat: true, seq: 0 });
  assert.deepEqual([agent.worktree, agent.branch, agent.desired, agent.spawningBead, agent.spawner], [worktree, branch, 'running', null, null]);
  assert.deepEqual(agent.startOrder, { topic: 'assigned', sender: 'overseer', runtime: 'runbook', orderedAt: town.store.clock.now() });
  assert.equal(plainGit(worktree, 'branch', '--show-current'), branch);
  assert.equal(readFileSync(join(town.root, 'app/polecats/setup-ran'), 'utf8').trim(), worktree);
  const hook = await readHook(town.store.db, agent.address);
  assert.deepEqual([hook.bead?.id, hook.bead?.status, hook.molecule?.id, hook.step?.position], [bead.id, 'hooked', slung.molecule, 1]);
  assert.deepEqual(await eventTypes(town, slung.seq), ['hook', 'molecule_poured', 'start_ordered', 'agent_wanted', 'polecat_made', 'sling']);
});

test('a bead slung to an agent hangs on its hook, and the agent is wanted running (dispatch 2)', async (t) => {
  const town = await slingTown(t);
  await addCrew(town, { rig: 'app', name: 'max' });
  const bead = await givenBead(town);
  const slung = await slingBead(town, asked(bead.id, 'max', { formula: 'tdd' }));
  assert.deepEqual([slung.agent, slung.formula, slung.isNewPolecat], ['app/crew/max', 'tdd', false]);
  assert.equal((await getAgent(town.store.db, slung.agent)).desired, 'running');
  assert.equal((await readMoleculeOf(town.store.db, bead.id))?.formula, 'tdd');
  assert.deepEqual(await listPolecats(town), noPolecats);
});

test('what hangs, lands, waits, is blocked or over is refused, and says what to do (dispatch 1)', async (t) => {
  const town = await slingTown(t);
  await addCrew(town, { rig: 'app', name: 'max' });
  const [hung, landing, waiting, blocked, closed] = [
    await givenBead(town),
    await givenBead(town),
    await givenBead(town),
    await givenBead(town),
    await givenBead(town),
  ];
  await slingBead(town, asked(hung.id, 'max'));
  await town.store.change(town.by, async (tx) => {
    await tx.updateTable('beads').set({ status: 'in_progress' }).where('id', '=', landing.id).execute();
    return { answer: undefined, events: [{ type: 'seeded' }] };
  });
  await addDependency(town, { bead: waiting.id, needs: hung.id });
  await updateBead(town, { bead: blocked.id, status: 'blocked' });
  await closeBead(town, { bead: closed.id });
  const refuses = (bead: string, ...words: string[]) => assert.rejects(slingBead(town, asked(bead)), isFaultWith('conflict', ...words));
  await refuses(hung.id, 'app/crew/max', 'unsling');
  await refuses(landing.id, 'landing');
  await refuses(waiting.id, 'waits for', hung.id);
  await refuses(blocked.id, 'blocked');
  await refuses(closed.id, 'done', 'reopen');
  assert.deepEqual(await listPolecats(town), noPolecats);
  assert.ok(!(await eventTypes(town)).includes('spawn'), 'nothing was begun');
});

test('a busy, parked, unknown or human target is refused (dispatch 1)', async (t) => {
  const town = await slingTown(t);
  await addCrew(town, { rig: 'app', name: 'max' });
  await addCrew(town, { rig: 'app', name: 'ana' });
  const [hung, bead] = [await givenBead(town), await givenBead(town)];
  await slingBead(town, asked(hung.id, 'max'));
  await town.store.change(town.by, async (tx) => {
    await tx.updateTable('agents').set({ desired: 'parked' }).where('address', '=', 'app/crew/ana').execute();
    return { answer: undefined, events: [{ type: 'seeded' }] };
  });
  await assert.rejects(slingBead(town, asked(bead.id, 'max')), isFaultWith('conflict', hung.id, 'app/crew/max'));
  await assert.rejects(slingBead(town, asked(bead.id, 'ana')), isFaultWith('conflict', 'parked', 'unpark'));
  await assert.rejects(slingBead(town, asked(bead.id, 'overseer')), isFaultWith('invalid', 'a person'));
  await assert.rejects(slingBead(town, asked(bead.id, 'app/crew/nobody')), isFaultWith('not-found', 'app/crew/nobody'));
  assert.equal((await getBead(town.store.db, bead.id)).status, 'open');
});

test('a polecat takes one assignment: another bead is for its rig (dispatch 1)', async (t) => {
  const town = await slingTown(t);
  const [first, second] = [await givenBead(town), await givenBead(town)];
  const { agent } = await slingBead(town, asked(first.id));
  await unslingBead(town, { bead: first.id });
  await assert.rejects(slingBead(town, asked(second.id, agent)), isFaultWith('conflict', 'has had its assignment', `baton sling ${second.id} app`));
  assert.equal((await slingBead(town, asked(first.id, agent))).agent, agent, 'its own bead may come back to it');
});

test('an unknown formula, a missing variable and a runtime without an adapter are refused before anything is made (dispatch 1)', async (t) => {
  const town = await slingTown(t, { rig: 'setup = ["touch ../never"]\n' });
  mkdirSync(join(town.root, 'formulas'), { recursive: true });
  writeFileSync(
    join(town.root, 'formulas/greet.toml'),
    'formula = "greet"\nversion = "1"\ndescription = "d"\n[vars.who]\ndescription = "whom"\nrequired = true\n[[steps]]\nid = "a"\ntitle = "Greet {{who}}"\ndescription = "d"\n',
  );
  const bead = await givenBead(town);
  await assert.rejects(slingBead(town, asked(bead.id, 'app', { formula: 'nope' })), isFaultWith('not-found', 'nope'));
  await assert.rejects(slingBead(town, asked(bead.id, 'app', { formula: 'greet' })), isFaultWith('invalid', 'who', '--var who='));
  await assert.rejects(slingBead(town, asked(bead.id, 'app', { runtime: 'nonesuch' })), isFaultWith('not-found', '"nonesuch"'));
  const byDefault = { ...town, settings: readSettings({ town: 'default_agent = "nonesuch"\n', rigs: { app: '' } }) };
  await assert.rejects(slingBead(byDefault, asked(bead.id)), isFaultWith('not-found', '"nonesuch"'), 'the default runtime too');
  await assert.rejects(slingBead({ ...town, freeBytes: () => 1e9 - 1e8 }, asked(bead.id)), isFaultWith('unavailable', '900MB', '1 GB'));
  assert.deepEqual(await listPolecats(town), noPolecats);
  assert.ok(!existsSync(join(town.root, 'app/polecats/never')));
  const slung = await slingBead(town, asked(bead.id, 'app', { formula: 'greet', vars: { who: 'you' } }));
  assert.equal((await readMoleculeOf(town.store.db, slung.bead))?.steps[0]?.title, 'Greet you');
});

test("a rig's polecats are never more than its capacity (dispatch 1)", async (t) => {
  const town = await slingTown(t, { rig: 'capacity = 1\n' });
  const [one, two] = [await givenBead(town), await givenBead(town)];
  await slingBead(town, asked(one.id));
  await assert.rejects(slingBead(town, asked(two.id)), isFaultWith('conflict', '1 polecat of 1', 'capacity'));
  assert.equal((await getBead(town.store.db, two.id)).status, 'open');
});

test('a setup command that fails takes everything back and says why (dispatch 4)', async (t) => {
  const town = await slingTown(t, { rig: 'setup = ["echo fine", "touch junk; echo no such package >&2; exit 3"]\n' });
  const bead = await givenBead(town);
  await assert.rejects(slingBead(town, asked(bead.id)), isFaultWith('unavailable', 'exit 3', 'exit code 3', 'no such package', 'nothing was hooked'));
  assert.deepEqual(await listPolecats(town), noPolecats);
  assert.deepEqual([(await getBead(town.store.db, bead.id)).status, await readMoleculeOf(town.store.db, bead.id)], ['open', undefined]);
  const mended = { ...town, settings: readSettings({ town: 'default_agent = "runbook"\n', rigs: { app: '' } }) };
  assert.equal((await slingBead(mended, asked(bead.id))).agent, 'app/polecats/Toast', 'the name is free again');
});

test('a bead that was taken while its polecat was made is left to whoever has it (dispatch 4, 5)', async (t) => {
  const town = await slingTown(t, { rig: 'setup = ["while [ ! -e ../go ]; do sleep 0.02; done"]\n' });
  await addCrew(town, { rig: 'app', name: 'max' });
  const bead = await givenBead(town);
  const slow = slingBead(town, asked(bead.id));
  slow.catch(() => {});
  await eventually(() => existsSync(join(town.root, 'app/polecats/Toast/README.md')), 'the worktree is there');
  await slingBead(town, asked(bead.id, 'max'));
  writeFileSync(join(town.root, 'app/polecats/go'), '');
  await assert.rejects(slow, isFaultWith('conflict', bead.id, 'app/crew/max'));
  assert.deepEqual({ ...(await listPolecats(town)), folders: [] }, noPolecats);
  assert.equal((await getBead(town.store.db, bead.id)).hookedBy, 'app/crew/max');
});

test('a molecule under way goes on with the next polecat, where the one before got to (dispatch 7)', async (t) => {
  const town = await slingTown(t);
  const bead = await givenBead(town);
  const first = await slingBead(town, asked(bead.id));
  const work = commitFiles(join(town.root, 'app/polecats/Toast'), 'half of it', { 'half.txt': 'half\n' });
  await endStep(town, { molecule: first.molecule, outcome: 'done' });
  await unslingBead(town, { bead: bead.id });
  await assert.rejects(slingBead(town, asked(bead.id, 'app', { formula: 'nope' })), isFaultWith('not-found', 'nope'));
  await assert.rejects(slingBead(town, asked(bead.id, 'app', { formula: 'tdd' })), isFaultWith('conflict', 'under way by "work"', 'baton mol burn'));
  const second = await slingBead(town, asked(bead.id, 'app', { formula: 'work' }));
  assert.deepEqual([second.agent, second.molecule, second.formula], ['app/polecats/Maple', first.molecule, 'work']);
  assert.equal(plainGit(join(town.root, 'app/polecats/Maple'), 'rev-parse', 'HEAD'), work);
  assert.equal((await readHook(town.store.db, second.agent)).step?.position, 2);
});

test('unsling takes the bead off and stops a polecat, but not a crew member (dispatch 8)', async (t) => {
  const town = await slingTown(t);
  await addCrew(town, { rig: 'app', name: 'max' });
  const [one, two] = [await givenBead(town), await givenBead(town)];
  const polecat = await slingBead(town, asked(one.id));
  await slingBead(town, asked(two.id, 'max'));
  assert.deepEqual(await unslingBead(town, { bead: one.id }), { bead: one.id, agent: polecat.agent, isStopping: true });
  assert.deepEqual(await unslingBead(town, { bead: two.id }), { bead: two.id, agent: 'app/crew/max', isStopping: false });
  assert.deepEqual([(await getAgent(town.store.db, polecat.agent)).desired, (await getAgent(town.store.db, 'app/crew/max')).desired], ['stopped', 'running']);
  assert.deepEqual([(await getBead(town.store.db, one.id)).status, (await readMoleculeOf(town.store.db, one.id))?.id], ['open', polecat.molecule]);
  await assert.rejects(unslingBead(town, { bead: one.id }), isFaultWith('conflict', 'hangs on no hook', 'open'));
  await assert.rejects(unslingBead(town, { bead: 'ap-nothg' }), isFaultWith('not-found', 'ap-nothg'));
});

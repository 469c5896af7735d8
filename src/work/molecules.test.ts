import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readEvents } from '#store';
import { attachMolecule } from './attach-molecule.ts';
import { burnMolecule } from './burn-molecule.ts';
import { endStep, type StepOutcome } from './end-step.ts';
import { getFormula } from './find-formula.ts';
import { hookBead } from './hook-bead.ts';
import { countSteps, type Formula, findCurrentStep, renderMolecule } from './model.ts';
import { closeBead } from './move-bead.ts';
import { pourMolecule } from './pour-molecule.ts';
import { readMolecule, readMoleculeOf } from './read-molecule.ts';
import { reopenStep } from './reopen-step.ts';
import { retryStep } from './retry-step.ts';
import { showBead } from './show-bead.ts';
import { startStep } from './start-step.ts';
import { givenBead, givenMolecule, inTown, is, seedSession, toast, type WorkTown, workTown } from './testing.ts';
import { updateBead } from './update-bead.ts';

const nowhere = { root: '/nowhere' };
const statuses = async (town: WorkTown, molecule: string) => (await readMolecule(town.store.db, molecule)).steps.map(({ status }) => status).join(' ');

/** A formula of steps that need what is listed for each. */
function formulaOf(needs: readonly (readonly number[])[]): Formula {
  const steps = needs.map((list, i) => ({
    id: `s${i}`,
    title: `s${i}`,
    description: '',
    needs: list.map((need) => `s${need}`),
    acceptance: '',
    run: null,
    check: null,
    timeoutS: null,
  }));
  return { name: 'graph', description: '', version: '1', vars: {}, steps };
}

inTown('a molecule is rows for every step at once, its texts filled in (work 12)', async (town) => {
  const { bead, molecule } = await givenMolecule(town, 'maintenance', { task: 'links' });
  assert.match(molecule.id, /^mol-[0-9a-z]{5}$/);
  assert.deepEqual([molecule.bead, molecule.formula, molecule.version, molecule.endedAt, molecule.outcome], [bead.id, 'maintenance', '1', null, null]);
  assert.deepEqual(molecule.vars, { task: 'links', bead: bead.id, bead_title: bead.title, rig: 'app' });
  assert.equal(await statuses(town, molecule.id), 'pending pending pending pending pending pending pending pending');
  const [first, second] = molecule.steps;
  assert.deepEqual([first?.position, first?.id, first?.timeoutS, second?.needs], [1, 'list', 120, ['list']]);
  assert.equal(molecule.steps[3]?.title, 'Look for links');
  assert.ok(
    molecule.steps.every(({ run, check }) => !`${run}${check}`.includes('links.md')),
    'a command has no value spliced in',
  );
});

inTown('a bead has one molecule under way, and pouring again goes on with it (work 12)', async (town) => {
  const { bead, molecule } = await givenMolecule(town);
  await endStep(town, { molecule: molecule.id, outcome: 'done' });
  const again = await pourMolecule(town, { bead: bead.id, formula: await getFormula(nowhere, 'tdd') });
  assert.deepEqual([again.kind, again.molecule.id, again.molecule.formula, countSteps(again.molecule).done], ['goes-on', molecule.id, 'work', 1]);
  await assert.rejects(
    pourMolecule(town, { bead: (await givenBead(town)).id, formula: await getFormula(nowhere, 'maintenance') }),
    is('invalid', /needs "task"/),
  );
  const done = await givenBead(town);
  await closeBead(town, { bead: done.id });
  await assert.rejects(pourMolecule(town, { bead: done.id, formula: await getFormula(nowhere, 'work') }), is('conflict', /is done/));
});

inTown('steps end in order, once each, and the last one completes the molecule (work 13)', async (town) => {
  const by = await seedSession(town.store, { id: 'sess_00000001', agent: toast });
  const { bead, molecule } = await givenMolecule(town);
  const end = (step?: string) => endStep({ ...town, by }, { molecule: bead.id, step, outcome: 'done', note: step === undefined ? undefined : `${step} ok` });
  const waits = await end('test');
  assert.deepEqual(waits.kind === 'waits' && waits.needs, ['implement']);
  const first = await end();
  assert.deepEqual(first.kind === 'next' && [first.ended.id, first.next.id, first.hadFailed], ['load-context', 'implement', false]);
  assert.equal((await end('load-context')).kind, 'already');
  for (const step of ['implement', 'test']) assert.equal((await end(step)).kind, 'next');
  assert.equal((await end()).kind, 'complete');
  assert.equal((await end('submit')).kind, 'already');
  assert.equal((await end()).kind, 'over');
  const whole = await readMolecule(town.store.db, molecule.id);
  assert.deepEqual(
    [whole.outcome, whole.endedAt, whole.steps.map((step) => step.endedSession)],
    ['done', town.clock.now(), Array.from({ length: 4 }, () => 'sess_00000001')],
  );
  assert.equal(whole.steps[1]?.note, 'implement ok');
  assert.deepEqual(
    (await readEvents(town.store.db, { types: ['step_done', 'molecule_done'], bead: bead.id })).map(
      ({ type, payload }) => `${type} ${payload.position}/${payload.total}`,
    ),
    ['step_done 1/4', 'step_done 2/4', 'step_done 3/4', 'step_done 4/4', 'molecule_done 4/4'],
  );
  await assert.rejects(end('sumbit'), is('not-found', /no step "sumbit"/));
});

inTown('a step starts once it is ready, one of a molecule at a time, and keeps who started it (work 13)', async (town) => {
  const [one, two] = [await seedSession(town.store, { id: 'sess_00000001', agent: toast }), { actor: 'overseer' }];
  const bead = await givenBead(town);
  const { molecule } = await pourMolecule(town, { bead: bead.id, formula: formulaOf([[], [], [0]]) });
  const start = (step?: string, by: { actor: string } = one) => startStep({ ...town, by }, { molecule: molecule.id, step });
  assert.equal((await start('s2')).kind, 'waits');
  const started = await start();
  assert.deepEqual(started.kind === 'started' && [started.step.id, started.step.status, started.step.startedSession], ['s0', 'active', 'sess_00000001']);
  const busy = await start('s1');
  assert.equal(busy.kind === 'busy' && busy.active.id, 's0');
  town.clock.advance(1000);
  const later = await start(undefined, two);
  assert.deepEqual(later.kind === 'already' && [later.step.startedSession, later.step.startedAt], ['sess_00000001', town.clock.now() - 1000]);
  await endStep(town, { molecule: molecule.id, outcome: 'done' });
  assert.equal((await start('s0')).kind, 'over');
});

inTown('a failed step is tried again by name or as the first that failed, and a blocked bead is workable again (work 14)', async (town) => {
  const { bead, molecule } = await givenMolecule(town);
  const retry = (step?: string) => retryStep(town, { molecule: bead.id, step });
  await endStep(town, { molecule: molecule.id, outcome: 'done' });
  await assert.rejects(retry(), is('conflict', /no step of "mol-\w+" has failed/));
  await endStep(town, { molecule: molecule.id, outcome: 'failed' });
  await updateBead(town, { bead: bead.id, status: 'blocked' });
  const retried = await retry();
  assert.deepEqual([retried.step.id, retried.step.status, retried.bead.status], ['implement', 'pending', 'open']);
  assert.equal(await statuses(town, molecule.id), 'done pending pending pending');
  await assert.rejects(retry('load-context'), is('conflict', /"load-context" is done/));
  await hookBead(town, { bead: bead.id, agent: toast });
  await endStep(town, { molecule: molecule.id, outcome: 'skipped' });
  await updateBead(town, { bead: bead.id, status: 'blocked' });
  assert.deepEqual(
    [(await retry('implement')).bead.status, await retryStep(town, { molecule: molecule.id, step: 'x' }).catch((error) => error.kind)],
    ['hooked', 'not-found'],
  );
});

inTown('a failed step holds back what needs it, is noted on the bead, and may be done, skipped, retried or reopened (work 14)', async (town) => {
  const { bead, molecule } = await givenMolecule(town);
  const end = (outcome: StepOutcome, step?: string, note?: string) => endStep(town, { molecule: molecule.id, step, outcome, note });
  await end('done');
  const failed = await end('failed', undefined, 'no compiler');
  assert.deepEqual(failed.kind === 'halted' && failed.failed, ['implement']);
  assert.equal((await end('failed', 'implement')).kind, 'already');
  assert.equal((await end('done', 'test')).kind, 'waits');
  assert.deepEqual(
    (await showBead(town.store.db, bead.id)).notes.map(({ body }) => body),
    ['step "implement" failed: no compiler'],
  );
  assert.equal((await reopenStep(town, { molecule: molecule.id, step: 'implement' })).kind, 'reopened');
  assert.equal((await reopenStep(town, { molecule: molecule.id, step: 'load-context' })).kind, 'kept');
  assert.equal(await statuses(town, molecule.id), 'done pending pending pending');
  await end('failed');
  assert.equal((await startStep(town, { molecule: molecule.id, step: 'implement' })).kind, 'started');
  await end('failed');
  const done = await end('done');
  assert.deepEqual(done.kind === 'next' && [done.ended.id, done.hadFailed, done.next.id], ['implement', true, 'test']);
  assert.equal((await end('skipped')).kind, 'next');
  assert.equal(await statuses(town, molecule.id), 'done done skipped pending');
});

inTown('a burned molecule stays on record and makes room for another; what is complete is shown until then (work 12)', async (town) => {
  const { bead, molecule } = await givenMolecule(town);
  await endStep(town, { molecule: molecule.id, outcome: 'done' });
  assert.equal((await burnMolecule(town, { molecule: bead.id, reason: 'wrong formula' })).kind, 'burned');
  assert.equal((await burnMolecule(town, { molecule: molecule.id })).kind, 'already');
  assert.equal(await statuses(town, molecule.id), 'done pending pending pending');
  assert.equal(await readMoleculeOf(town.store.db, bead.id), undefined);
  for (const verb of [endStep, startStep]) await assert.rejects(verb(town, { molecule: molecule.id, outcome: 'done' }), is('conflict', /was burned/));
  await assert.rejects(readMolecule(town.store.db, bead.id), is('not-found', /has no molecule/));
  await assert.rejects(readMolecule(town.store.db, 'mol-zzzzz'), is('not-found', /no molecule "mol-zzzzz"/));
  const { molecule: next } = await pourMolecule(town, { bead: bead.id, formula: formulaOf([[]]) });
  await endStep(town, { molecule: next.id, outcome: 'done' });
  assert.equal((await readMoleculeOf(town.store.db, bead.id))?.id, next.id);
  assert.equal((await pourMolecule(town, { bead: bead.id, formula: formulaOf([[]]) })).kind, 'poured', 'a complete one does not go on');
});

inTown('a molecule under way is attached to another bead with its steps as they are (work 12)', async (town) => {
  const { bead, molecule } = await givenMolecule(town);
  await endStep(town, { molecule: molecule.id, outcome: 'done' });
  const other = await givenBead(town);
  assert.equal((await attachMolecule(town, { molecule: molecule.id, bead: bead.id })).kind, 'already');
  assert.equal((await attachMolecule(town, { molecule: molecule.id, bead: other.id })).kind, 'attached');
  assert.equal((await readMolecule(town.store.db, other.id)).id, molecule.id);
  const { molecule: second } = await pourMolecule(town, { bead: bead.id, formula: formulaOf([[]]) });
  await assert.rejects(attachMolecule(town, { molecule: second.id, bead: other.id }), is('conflict', /under way/));
  await endStep(town, { molecule: second.id, outcome: 'done' });
  await assert.rejects(attachMolecule(town, { molecule: second.id, bead: (await givenBead(town)).id }), is('conflict', /has ended \(done\)/));
});

inTown('a molecule is printed as the seed prints it (work 15)', async (town) => {
  const bead = await givenBead({ ...town, chance: { fraction: () => 0, bytes: () => Uint8Array.from([10, 11, 12, 13, 14]) } });
  const { molecule } = await pourMolecule(town, { bead: bead.id, formula: await getFormula(nowhere, 'mol-polecat-work') });
  await endStep(town, { molecule: molecule.id, outcome: 'done' });
  await endStep(town, { molecule: molecule.id, outcome: 'done' });
  const print = async () => renderMolecule(await readMolecule(town.store.db, molecule.id));
  const seed = [
    'Molecule: mol-polecat-work (ga-abcde)',
    '  ✓ step-1: load-context',
    '  ✓ step-2: implement',
    '  ● step-3: test          ← current',
    '  ○ step-4: submit',
  ];
  assert.equal(await print(), seed.join('\n'));
  await startStep(town, { molecule: molecule.id });
  assert.equal(await print(), seed.join('\n'));
  await endStep(town, { molecule: molecule.id, outcome: 'failed' });
  assert.equal(await print(), [...seed.slice(0, 3), '  ✗ step-3: test', '  ○ step-4: submit'].join('\n'));
  await endStep(town, { molecule: molecule.id, outcome: 'skipped' });
  assert.equal(await print(), [...seed.slice(0, 3), '  – step-3: test', '  ● step-4: submit        ← current'].join('\n'));
});

inTown('twenty that end the same step at once give one ending (work 13)', async (town) => {
  const { molecule } = await givenMolecule(town);
  const answers = await Promise.all(Array.from({ length: 20 }, () => endStep(town, { molecule: molecule.id, step: 'load-context', outcome: 'done' })));
  assert.deepEqual(answers.map(({ kind }) => kind).sort(), [...Array.from({ length: 19 }, () => 'already'), 'next']);
});

/** Steps that need only earlier ones, in any order of positions. */
const graphs = fc
  .integer({ min: 1, max: 7 })
  .chain((size) =>
    fc.tuple(...Array.from({ length: size }, (_, i) => (i === 0 ? fc.constant<number[]>([]) : fc.uniqueArray(fc.nat(i - 1), { maxLength: 3 })))),
  );
const endings = fc.array(
  fc.record({ step: fc.option(fc.nat(6), { nil: undefined }), outcome: fc.constantFrom<StepOutcome>('done', 'done', 'done', 'skipped', 'failed') }),
  { maxLength: 30 },
);

test('whatever is ended in whatever order: no step ends twice or before what it needs, and work goes on at the first unfinished one (work 13)', async () => {
  const town = await workTown();
  await fc.assert(
    fc.asyncProperty(graphs, endings, async (needs, orders) => {
      const bead = await givenBead(town);
      const { molecule } = await pourMolecule(town, { bead: bead.id, formula: formulaOf(needs) });
      const closed = new Set<string>();
      for (const { step, outcome } of orders) {
        const id = step === undefined ? undefined : `s${step % needs.length}`;
        const before = await readMolecule(town.store.db, molecule.id);
        const answer = await endStep(town, { molecule: molecule.id, step: id, outcome });
        if (answer.kind === 'next' || answer.kind === 'complete' || answer.kind === 'halted') {
          assert.ok(!closed.has(answer.ended.id), 'a step was ended twice');
          assert.ok(
            answer.ended.needs.every((need) => closed.has(need)),
            'a step was ended before what it needs',
          );
          if (id === undefined) assert.equal(answer.ended.id, findCurrentStep(before.steps)?.id ?? before.steps.find(({ status }) => status === 'failed')?.id);
          if (outcome !== 'failed') closed.add(answer.ended.id);
          assert.equal(answer.kind === 'complete', closed.size === needs.length);
        }
        if (answer.kind === 'already') assert.ok(closed.has(answer.step.id) || answer.step.status === 'failed');
        if (answer.kind === 'waits') assert.ok(answer.needs.length > 0 && answer.needs.every((need) => !closed.has(need)));
        if (answer.kind === 'over') assert.equal(closed.size, needs.length);
        const { steps } = await readMolecule(town.store.db, molecule.id);
        const first = steps.find((one) => one.status === 'pending' && one.needs.every((need) => closed.has(need)));
        assert.equal(findCurrentStep(steps)?.id, first?.id);
        assert.deepEqual(
          steps.filter(({ status }) => status === 'done' || status === 'skipped').map((one) => one.id),
          [...closed].sort(),
        );
      }
    }),
    { numRuns: 60 },
  );
  await town.store.close();
});

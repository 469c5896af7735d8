import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { makeSource } from '#git/testing';
import { readPrime } from '#prime';
import { givenEnd, givenStarted, writerOf } from '#sessions/testing';
import { readEvents } from '#store';
import { addCrew, addRig } from '#town';
import { isFaultWith } from '#town/testing';
import { createBead, endStep, getFormula, hookBead, pourMolecule } from '#work';
import { appTown } from '../testing.ts';
import { checkpointVerbs } from './checkpoints.ts';

const max = 'app/crew/max';

async function atWork(t: TestContext) {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'source')), cwd: town.dir });
  await addCrew(town, { rig: 'app', name: 'max' });
  const bead = await createBead(town, { title: 'Mend the roof', rig: 'app' });
  const { molecule } = await pourMolecule(town, { bead: bead.id, formula: await getFormula(town, 'work') });
  await hookBead(town, { bead: bead.id, agent: max });
  const session = await givenStarted(town, max, { host: town.host.id });
  return { town, bead, molecule, session, own: { ...town, by: writerOf(session), cwd: join(town.root, max) } };
}

describe('checkpoints', () => {
  it("have the seed's fields: hook, step and git as they are, and the session's own words (app 25)", async (t) => {
    const { own, bead, molecule, session } = await atWork(t);
    writeFileSync(join(own.cwd, 'roof.txt'), 'half');
    const written = await checkpointVerbs(own).write({ notes: 'walls first' });
    const { lastCommit, writtenAt, ...rest } = written;
    assert.match(lastCommit ?? '', /^[0-9a-f]{40}$/);
    assert.ok(Math.abs(writtenAt - own.clock.now()) < 60_000);
    assert.deepEqual(rest, {
      ...{ agent: max, session: session.id, bead: bead.id, molecule: molecule.id, step: 'load-context', stepTitle: molecule.steps[0]?.title },
      ...{ branch: 'crew/max', modifiedFiles: ['roof.txt'], notes: 'walls first', clearedAt: undefined },
    });
    const named = await checkpointVerbs(own).write({ molecule: bead.id, step: 'test' });
    assert.deepEqual([named.molecule, named.step], [molecule.id, 'test']);
    await assert.rejects(checkpointVerbs(own).write({ step: 'fly' }), isFaultWith('not-found', '"fly"', 'load-context'));
    assert.deepEqual(await checkpointVerbs(own).read({}), named);
  });

  it('are written and cleared by sessions alone, and read by everybody (app 25)', async (t) => {
    const { town, own, session } = await atWork(t);
    const person = checkpointVerbs({ ...town, cwd: join(town.root, max) });
    await assert.rejects(person.read({}), isFaultWith('not-found', `"${max}" has no checkpoint`));
    await checkpointVerbs(own).write({ notes: 'a' });
    assert.equal((await person.read({})).notes, 'a');
    assert.equal((await checkpointVerbs(town).read({ agent: 'max' })).session, session.id);
    for (const act of [person.write({}), person.clear()]) await assert.rejects(act, isFaultWith('invalid', 'this is none', 'checkpoint read'));
    await givenEnd(town, session, 'crashed');
    await assert.rejects(checkpointVerbs(own).write({}), isFaultWith('conflict', 'stop'));
  });

  it('count no more once they are cleared, those of earlier sessions too, or once their work is done (app 25)', async (t) => {
    const { town, own, session, molecule } = await atWork(t);
    await checkpointVerbs(own).write({ notes: 'a' });
    await givenEnd(town, session, 'crashed');
    const next = await givenStarted(town, max, { host: town.host.id });
    const state = async () => (await readPrime(town, { session: next.id })).state;
    assert.equal(await state(), 'crash-recovery');
    const verbs = checkpointVerbs({ ...own, by: writerOf(next) });
    assert.deepEqual(
      [await verbs.clear(), await verbs.clear()],
      [
        { agent: max, count: 1 },
        { agent: max, count: 0 },
      ],
    );
    assert.equal(await state(), 'autonomous');
    const events = await readEvents(town.store.db, { types: ['checkpoint_cleared'] });
    assert.deepEqual(
      events.map(({ session, payload }) => [session, payload.count]),
      [[next.id, 1]],
    );
    await assert.rejects(verbs.read({}), isFaultWith('not-found', 'no checkpoint'));
    assert.equal((await endStep({ ...town, by: writerOf(next) }, { molecule: molecule.id, outcome: 'done' })).kind, 'next');
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whileTyping } from '../support/daemon.ts';
import { type FaultPoints, makeFaultPoints } from '../support/fault-points.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, eventsOf, isAtRest, readLanded } from '../support/watch-town.ts';

const around = (point: string) => [`${point}.before`, `${point}.inside`, `${point}.after`];
const sides = (point: string) => [`${point}.before`, `${point}.after`];

/** Every fault point that an assignment passes from its sling to the removal of its worktree, beside those of starts and handoffs. */
const points = [
  ...around('sling.reserve'),
  ...sides('git.worktree-add'),
  'git.worktree-add.made',
  'polecat.worktree.made',
  ...around('polecat.worktree'),
  'sling.worktree.after',
  'sling.setup.after',
  ...around('sling.commit'),
  ...around('step.end'),
  ...around('turn.end'),
  ...around('spool.record'),
  'done.snapshot.after',
  ...sides('git.commit'),
  'done.commitAll.after',
  ...around('done.commit'),
  ...around('merge.start'),
  'git.fetch.after',
  'merge.rebase.before',
  'merge.gates.after',
  ...around('merge.commit'),
  'merge.move.before',
  ...sides('git.ref'),
  'merge.move.after',
  ...around('merge.land'),
  ...around('polecat.retire'),
  'polecat.clear.before',
  'polecat.clear.removed',
  'worktree.clear.preserved',
  ...sides('git.worktree-remove'),
  'git.worktree-remove.folder',
  'worktree.clear.after',
  ...around('polecat.free'),
];

/** A step that writes its name once; it goes on when the signals of the step before it have been read. */
const writes = (id: string) => `
[[steps]]
id = "${id}"
check = "grep -qx ${id} $BATON_VAR_BEAD.txt 2>/dev/null"
run = "until [ -z \\"$(ls $BATON_TOWN/.baton/run/spool/new)\\" ]; do sleep 0.05; done; echo ${id} >> $BATON_VAR_BEAD.txt"
`;

test('whoever is killed at any fault point of an assignment, its bead lands once, and nothing of it is left', async (t) => {
  const armed = makeFaultPoints(t, points);
  const town = await makeTown(t, {
    person: armed.person,
    formulas: { two: writes('one') + writes('two') },
    rig: 'setup = ["true"]\ngates = ["true"]\n',
    settings: 'restart = { first_s = 0, max_s = 1 }\n',
  });
  await town.does('daemon', 'start');
  for (const point of points) await t.test(`killed at ${point}`, () => assignOnce(town, armed, point));
});

async function assignOnce(town: ScenarioTown, armed: FaultPoints, point: string): Promise<void> {
  const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', `Killed at ${point}`);
  armed.arm(point);
  try {
    await whileTyping(
      town,
      async () => (await statusOf(town, bead)) !== 'open' || (await town.baton(['sling', bead, 'app', '--formula', 'two'])).exit === 0,
      'it is slung',
    );
    await whileTyping(town, async () => (await statusOf(town, bead)) === 'done', 'it is done');
    await whileTyping(town, async () => armed.isFired(point), `the fault point "${point}" fires`);
  } finally {
    armed.disarm(point);
  }
  await whileTyping(town, () => isAtRest(town), 'all of it is cleared away');
  assert.deepEqual(readLanded(town, `${bead}.txt`), ['one', 'two']);
  assert.equal((await eventsOf(town, { bead, types: ['merged'] })).length, 1);
  await assertSound(town);
}

async function statusOf(town: ScenarioTown, bead: string): Promise<string> {
  return (await town.app.beads.show(bead)).bead.status;
}

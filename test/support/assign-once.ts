import assert from 'node:assert/strict';
import { whileTyping } from './daemon.ts';
import type { ScenarioTown } from './town.ts';
import { eventsOf, isAtRest, readLanded } from './watch-town.ts';

/** A step that writes its name once; it goes on when the signals of the step before it have been read. */
const writes = (id: string) => `
[[steps]]
id = "${id}"
check = "grep -qx ${id} $BATON_VAR_BEAD.txt 2>/dev/null"
run = "until [ -z \\"$(ls $BATON_TOWN/.baton/run/spool/new)\\" ]; do sleep 0.05; done; echo ${id} >> $BATON_VAR_BEAD.txt"
`;

/** The formula `two`. */
export const twoSteps = writes('one') + writes('two');

/** Has a bead slung, done and landed, whoever is killed on the way; `meanwhile` is waited for before all of it is cleared away. */
export async function assignOnce(town: ScenarioTown, title: string, meanwhile: () => Promise<boolean> = async () => true): Promise<void> {
  const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', title);
  const isSlung = async () => (await statusOf(town, bead)) !== 'open' || (await town.baton(['sling', bead, 'app', '--formula', 'two'])).exit === 0;
  await whileTyping(town, isSlung, 'it is slung');
  await whileTyping(town, async () => (await statusOf(town, bead)) === 'done', 'it is done');
  await whileTyping(town, meanwhile, 'whoever is to be killed is killed');
  // A polecat that has retired is no agent any more, and its worktree still there: somebody goes on typing until that is gone too.
  await whileTyping(town, async () => (await isAtRest(town)) && (await town.app.town.audit()).length === 0, 'all of it is cleared away');
  assert.deepEqual(readLanded(town, `${bead}.txt`), ['one', 'two']);
  assert.equal((await eventsOf(town, { bead, types: ['merged'] })).length, 1);
}

async function statusOf(town: ScenarioTown, bead: string): Promise<string> {
  return (await town.app.beads.show(bead)).bead.status;
}

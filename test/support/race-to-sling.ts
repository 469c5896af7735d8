import assert from 'node:assert/strict';
import type { Cleanup } from '#host/testing';
import { holding } from './interrupt-at.ts';
import { makeTown } from './town.ts';
import { assertSound, eventsOf, giveSign, readLanded, waitForBead, waitForRest } from './watch-town.ts';

/** As many processes as wished sling one bead at once, each to another target: crew members, and every fourth time the rig for a new polecat. */
export async function raceToSling(test: Cleanup, count: number): Promise<void> {
  const town = await makeTown(test, { formulas: { holding } });
  const names = Array.from({ length: count }, (_, i) => `c${i + 1}`);
  const crew = names.filter((_, i) => i % 4 !== 3);
  for (const name of crew) await town.does('crew', 'add', name, '--rig', 'app');
  const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', 'Wanted by all');
  const slings = await Promise.all(names.map((name) => town.baton(['sling', bead, crew.includes(name) ? `app/crew/${name}` : 'app', '--formula', 'holding'])));

  const lost = slings.filter(({ exit }) => exit !== 0);
  assert.equal(lost.length, count - 1, `one winner:\n${slings.map(({ exit, err }) => `${exit} ${err}`).join('\n')}`);
  for (const { exit, err } of lost) {
    assert.equal(exit, 4, err);
    assert.match(err, new RegExp(`"${bead}"[^]*hint:`));
  }
  const winner = (await town.app.beads.show(bead)).bead.hookedBy;
  const agents = await town.app.town.agents({});
  assert.deepEqual(
    agents
      .filter((agent) => agent.desired === 'running' || agent.bead !== undefined || agent.session !== undefined || agent.role === 'polecat')
      .map((agent) => agent.agent),
    [winner],
    'nobody else has anything of it',
  );
  assert.equal((await eventsOf(town, { types: ['molecule_poured'] })).length, 1);
  await assertSound(town);
  giveSign(town, 'go');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
}

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { known } from '#base';
import { isAlive } from '#host';
import { eventually } from '#host/testing';
import { daemonOf, reviveDaemon } from '../support/daemon.ts';
import { fillContext, makeFaultPoints } from '../support/fault-points.ts';
import { holding } from '../support/interrupt-at.ts';
import { addBusyCrew, addCrew, oneStep, waitForEnd, writeRuntimes } from '../support/small-agents.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import {
  assertSound,
  eventsOf,
  giveSign,
  livesOf,
  patienceMs,
  readLanded,
  readPrimeOf,
  readSign,
  slingNew,
  waitForBead,
  waitForEvent,
  waitForLife,
  waitForRest,
  waitForSign,
} from '../support/watch-town.ts';

const settings = `restart = { first_s = 0, max_s = 1 }
${writeRuntimes({ deaf: ['deaf.sh'], fenced: ['fenced.sh'], 'falters-at-start': ['falters.sh', 'start'], 'falters-primed': ['falters.sh', 'primed'] })}`;

type Case = readonly [name: string, judge: (town: ScenarioTown, crew: string) => Promise<void>, crew: string];

/** Only two of them die by themselves: three would be taken for a mass death. */
const cases: readonly Case[] = [
  ['a successor that exits at once leaves the notes to the next', (town, name) => falters(town, name, 'falters-at-start'), 'ana'],
  ['a successor that was told them and died before its first turn leaves them to the next', (town, name) => falters(town, name, 'falters-primed'), 'bob'],
  ['a predecessor that goes on writing is refused, and ended', fences, 'dan'],
  ['a daemon that is killed while it ends a predecessor is followed by one that ends it', killsWhileEnding, 'eve'],
];

test('notes that were handed over are told exactly once, whatever the two lives do', { concurrency: true }, async (t) => {
  const town = await makeTown(t, { settings, formulas: oneStep });
  await Promise.all(cases.map(([name, judge, crew]) => t.test(name, () => judge(town, crew))));
  await assertSound(town);
});

async function falters(town: ScenarioTown, name: string, runtime: string): Promise<void> {
  const { agent } = await addBusyCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', runtime);
  await waitForSign(town, `${name}.began`, '1');
  await town.does('handoff', agent, '--now', '-s', 'over to you', '-m', 'the one note');
  await waitForSign(town, `${name}.began`, '3');
  assert.deepEqual(
    (await livesOf(town, agent)).map(({ endReason }) => endReason),
    ['handoff', 'crashed', undefined],
  );
  assert.equal(readSign(town, `${name}.start.3`).join('\n').split('the one note').length, 2, 'told once');
  const received = await waitForEvent(town, { agent, types: ['handoff_received'] });
  assert.equal(received.session, (await livesOf(town, agent))[2]?.id);
}

async function fences(town: ScenarioTown, name: string): Promise<void> {
  const agent = await addCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'fenced');
  await waitForSign(town, `${name}.told`, '1 0');
  const first = await waitForLife(town, agent);
  await town.does('handoff', agent, '--now', '-s', 'over to you', '-m', 'a note');
  await waitForSign(town, `${name}.told`, '1 4');
  await waitForSign(town, `${name}.began`, '2');
  assert.ok(readSign(town, `${name}.told`).some((line) => /you were replaced by generation 2; stop/.test(line)));
  assert.equal(isAlive(first.process), false);
  const ended = (await eventsOf(town, { agent, types: ['session_end'] }))[0]?.seq ?? 0;
  assert.deepEqual(
    (await eventsOf(town, { agent, types: ['escalation_sent'] })).filter((event) => event.session === first.id && event.seq > ended),
    [],
  );
  await town.does('crew', 'stop', name);
}

async function killsWhileEnding(town: ScenarioTown, name: string): Promise<void> {
  const agent = await addCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'deaf');
  const first = await waitForLife(town, agent);
  await town.does('handoff', agent, '--now', '-s', 'over to you', '-m', 'a note');
  await waitForEnd(town, agent);
  const daemon = known(await daemonOf(town), 'the daemon');
  process.kill(daemon.pid, 'SIGKILL');
  assert.ok(isAlive(first.process), 'it was still being ended');
  await reviveDaemon(town, daemon);
  await waitForSign(town, `${name}.began`, '2');
  assert.equal(isAlive(first.process), false);
  assert.equal((await livesOf(town, agent)).length, 2);
  await town.does('crew', 'stop', name);
}

test('a handoff stands through a town that is taken down, a store that is locked, and another that comes at once', async (t) => {
  const armed = makeFaultPoints(t, ['handoff.commit.after']);
  const town = await makeTown(t, { person: armed.person, formulas: { holding }, settings: 'restart = { first_s = 0, max_s = 1 }\nhandoff = { hard_s = 2 }\n' });
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');

  // `down` between commit and replace: nobody had told the daemon of the handoff yet.
  armed.arm('handoff.commit.after');
  assert.equal((await town.baton(['handoff', agent, '-s', 'first', '-m', 'first note'])).exit, null);
  await town.does('down');
  await town.does('up');
  await waitForTold(town, agent, 'first note');

  // Its own word and the daemon's at once: one ends it.
  const life = await waitForLife(town, agent);
  fillContext(life);
  const own = await town.baton(['handoff', agent, '-s', 'second', '-m', 'second note']);
  const next = await waitForLife(town, agent, life.generation + 1);
  await waitForSign(town, 'began', String(next.generation));
  assert.equal((await eventsOf(town, { agent, types: ['handoff'] })).filter(({ payload }) => payload.from === life.id).length, 1);
  assert.equal(readPrimeOf((await livesOf(town, agent)).at(-1)).split('second note').length, own.exit === 0 ? 2 : 1, own.out + own.err);

  // A death while another process holds the store is buried when it lets go.
  const store = new DatabaseSync(join(town.root, '.baton', 'town.db'));
  store.exec('begin immediate');
  process.kill(next.process.pid, 'SIGKILL');
  const daemon = known(await daemonOf(town), 'the daemon');
  await eventually(() => !isAlive(next.process), 'it is dead');
  assert.equal((await town.baton(['handoff', agent, '-s', 'third', '-m', 'third note'])).exit, 5, 'what cannot be made durable is refused');
  store.exec('rollback');
  store.close();
  await waitForLife(town, agent, next.generation + 1);
  assert.equal((await daemonOf(town))?.pid, daemon.pid, 'it waited');

  giveSign(town, 'go');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
});

/** Waits until the agent's life begins its turn, and was told these notes, once. */
async function waitForTold(town: ScenarioTown, agent: string, note: string): Promise<void> {
  const life = await eventually(
    async () => (await livesOf(town, agent)).find(({ firstTurnAt, endedAt }) => firstTurnAt !== undefined && endedAt === undefined),
    'a turn',
    patienceMs,
  );
  assert.equal(readPrimeOf(life).split(note).length, 2, readPrimeOf(life));
}

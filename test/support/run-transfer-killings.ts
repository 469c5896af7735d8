import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { eventually } from '#host/testing';
import { type FaultPoints, makeFaultPoints } from './fault-points.ts';
import { pointsOf, type transferKillings } from './killings.ts';
import { makeTown, type ScenarioTown } from './town.ts';
import { assertSound, eventsOf, giveSign, livesOf, patienceMs, waitForBead, waitForLife, waitForSign } from './watch-town.ts';

const [giver, taker] = ['app/crew/max', 'app/crew/ana'];

/** A step that leaves its name in the sign `waits`, and waits in the middle of its turn for the sign of that name. */
const waiting = (name: string) => `
[[steps]]
id = "wait"
run = "echo ${name} >> $HOME/signs/waits; until [ -e $HOME/signs/${name} ]; do sleep 0.05; done; echo ${name} >> waited.txt"
`;

/** The formula of a point's step; its name is one that formulas may have. */
const formulaOf = (point: string) => point.replaceAll('.', '-');

/** One crew member gives another what it knows, again and again, and somebody is killed each time: each is recorded once, told once and received. */
export async function runTransferKillings(t: TestContext, killings: typeof transferKillings): Promise<void> {
  const points = makeFaultPoints(t, pointsOf(killings));
  const formulas = Object.fromEntries(pointsOf(killings).map((point) => [formulaOf(point), waiting(formulaOf(point))]));
  const town = await makeTown(t, { person: points.person, formulas, settings: 'restart = { first_s = 0, max_s = 1, breaker = 100 }\n' });
  for (const name of ['max', 'ana']) {
    await town.does('crew', 'add', name, '--rig', 'app');
    await town.does('crew', 'start', name, '--rig', 'app');
    await waitForLife(town, `app/crew/${name}`);
  }
  const given: string[] = [];
  for (const [at, names] of killings) {
    for (const point of names) {
      await t.test(`told with ${at}, killed at ${point}`, async () => {
        given.push(await tell[at](town, points, point));
        await assertTold(town, given);
      });
    }
  }
  assert.equal((await eventsOf(town, { types: ['handoff_transferred'] })).length, given.length, 'each is recorded once');
  await assertSound(town);
}

type Telling = (town: ScenarioTown, points: FaultPoints, point: string) => Promise<string>;

/** Brings about that a transfer is told, and kills at the point; answers the transfer. */
const tell: Record<(typeof transferKillings)[number][0], Telling> = {
  command: async (town, points, point) => {
    const before = (await eventsOf(town, { types: ['handoff_transferred'] })).length;
    points.arm(point);
    assert.equal((await town.baton([...giving, (await waitForLife(town, giver)).id])).exit, null, 'the command was killed');
    const recorded = (await eventsOf(town, { types: ['handoff_transferred'] })).slice(before);
    assert.equal(recorded.length, point.endsWith('.after') ? 1 : 0, `${point}: it is recorded or not`);
    const id = recorded.length === 1 ? String(recorded[0]?.payload.handoff) : await give(town);
    await beginTurn(town);
    return id;
  },
  start: async (town, points, point) => {
    await town.does('crew', 'stop', 'ana', '--rig', 'app');
    const id = await give(town);
    points.arm(point);
    await town.does('crew', 'start', 'ana', '--rig', 'app');
    await waitUntilFired(points, point);
    await waitForTold(town, id);
    await beginTurn(town);
    return id;
  },
  prompt: async (town, points, point) => {
    const id = await give(town);
    points.arm(point);
    await beginTurn(town);
    await waitUntilFired(points, point);
    return id;
  },
  stop: async (town, points, point) => {
    const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', point);
    await town.does('sling', bead, taker, '--formula', formulaOf(point));
    await waitForSign(town, 'waits', formulaOf(point));
    const id = await give(town);
    points.arm(point);
    giveSign(town, formulaOf(point));
    await waitUntilFired(points, point);
    await waitForBead(town, bead, 'done');
    await waitForTold(town, id);
    await beginTurn(town);
    return id;
  },
};

const giving = ['--quiet', 'sessions', 'handoff', '--agent', taker, '--goal', 'mend it'];

/** What the giver knows, for the taker; answers the transfer. */
async function give(town: ScenarioTown): Promise<string> {
  return town.does(...giving, (await waitForLife(town, giver)).id);
}

/** A person says something to the taker, which takes a turn because of it. */
async function beginTurn(town: ScenarioTown): Promise<void> {
  await waitForLife(town, taker);
  await town.does('nudge', taker, 'look again');
}

function waitUntilFired(points: FaultPoints, point: string): Promise<unknown> {
  return eventually(() => points.isFired(point), `the fault point "${point}" fires`, patienceMs);
}

/** How often the taker was told, over all its lives. */
async function countTold(town: ScenarioTown, id: string): Promise<number> {
  const transcripts = (await livesOf(town, taker)).map(({ transcript }) => (transcript === undefined ? '' : readFileSync(transcript, 'utf8')));
  return transcripts.join('').split(`Transfer ${id}: `).length - 1;
}

function waitForTold(town: ScenarioTown, id: string): Promise<unknown> {
  return eventually(async () => (await countTold(town, id)) > 0, `${id} is told`, patienceMs);
}

/** Each of them is received, and was told once. */
async function assertTold(town: ScenarioTown, ids: readonly string[]): Promise<void> {
  const source = (await waitForLife(town, giver)).id;
  const isReceived = async () => (await town.app.sessions.show(source)).transfers.every(({ consumedAt }) => consumedAt !== undefined);
  await eventually(isReceived, 'every transfer is received', patienceMs);
  for (const id of ids) assert.equal(await countTold(town, id), 1, `${id} is told once`);
}

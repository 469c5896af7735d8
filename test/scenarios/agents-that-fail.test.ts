import assert from 'node:assert/strict';
import { test } from 'node:test';
import { known } from '#base';
import { eventually } from '#host/testing';
import { daemonOf, reviveDaemon } from '../support/daemon.ts';
import { addBusyCrew, incidentsOf, oneStep, startInVain, waitForEnd, waitForStep, writeRuntimes } from '../support/small-agents.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, eventsOf, giveSign, livesOf, patienceMs, readSign, waitForEvent } from '../support/watch-town.ts';

const overflow = 'API Error: prompt is too long: 205000 tokens > 200000 maximum';

const runtimes = writeRuntimes({
  fails: ['fails.sh', '3', 'no tokens left in the jar'],
  leaves: ['leaves.sh'],
  full: ['fails.sh', '1', overflow],
  missing: ['fails.sh', '127', 'sh: 1: agent: not found'],
});

type Case = readonly [name: string, judge: (town: ScenarioTown, crew: string) => Promise<void>, crew: string];

/** Two in each town, with its longest wait: three agents that die together would be taken for a mass death. */
const cases: readonly (readonly [longestS: number, ...Case[]])[] = [
  [
    1,
    ['one that ends at once fails its start in its own words, is tried ever more rarely, and heals when it is mended', failsAgain, 'max'],
    ['one whose conversation is too long ended with a full context, and the next one begins afresh', endsFull, 'bob'],
  ],
  [
    3,
    ['one that leaves in the middle of a turn is followed by one that is told its screen, its files and its step', leaves, 'max'],
    ['one that misses what it needs is tried with the longest wait, and told', endsMissing, 'bob'],
  ],
];

for (const [longestS, ...both] of cases)
  test(`a program that ends by itself has its reason looked for, and comes back (within ${longestS} s)`, { concurrency: true }, async (t) => {
    const town = await makeTown(t, { settings: `restart = { first_s = 0, max_s = ${longestS}, breaker = 3 }\n${runtimes}`, formulas: oneStep });
    await Promise.all(both.map(([name, judge, crew]) => t.test(name, () => judge(town, crew))));
    await assertSound(town);
  });

/** Waits until this many lives of an agent have ended. */
const waitForDeaths = (town: ScenarioTown, agent: string, count: number) =>
  eventually(async () => (await livesOf(town, agent)).filter(({ endedAt }) => endedAt !== undefined).length >= count, `${count} deaths`, patienceMs);

async function failsAgain(town: ScenarioTown, name: string): Promise<void> {
  const { bead, agent } = await addBusyCrew(town, name);
  const started = await startInVain(town, name, 'fails');
  assert.match(started, /exit code 3[\s\S]*no tokens left in the jar/);

  const { payload } = await waitForEvent(town, { agent, types: ['breaker_opened'] });
  assert.equal(payload.session, (await livesOf(town, agent))[2]?.id, 'the third death opens it');
  await waitForDeaths(town, agent, 4);
  const daemon = known(await daemonOf(town), 'the daemon');
  process.kill(daemon.pid, 'SIGKILL');
  await reviveDaemon(town, daemon);
  await waitForDeaths(town, agent, 5);
  assert.deepEqual(await incidentsOf(town, agent), [`breaker:${payload.session}`], 'one call for a person, whatever died since and whoever counted');

  giveSign(town, `${name}.mended`);
  await waitForStep(town, bead);
  await waitForEvent(town, { agent, types: ['breaker_closed'] });
  assert.deepEqual(await incidentsOf(town, agent), []);
  const lives = await livesOf(town, agent);
  assert.deepEqual(
    new Set(lives.slice(0, -1).map(({ endReason, endEvidence }) => `${endReason} ${endEvidence.class} ${endEvidence.exitCode}`)),
    new Set(['crashed crash 3']),
  );
  assert.deepEqual(
    lives.slice(3, 5).map(({ openedWhy }) => [openedWhy.kind, openedWhy.openedBy]),
    [
      ['breaker', payload.session],
      ['breaker', payload.session],
    ],
  );
  assert.equal((await eventsOf(town, { agent, types: ['breaker_opened'] })).length, 1);
}

async function leaves(town: ScenarioTown, name: string): Promise<void> {
  const { bead, agent } = await addBusyCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'leaves');
  const { endReason, endEvidence, id } = await waitForEnd(town, agent);
  assert.deepEqual([endReason, endEvidence.class, endEvidence.exitCode], ['crashed', 'clean', 0], 'work hangs on its hook: to leave is no stop');
  await waitForStep(town, bead);
  const document = (await town.app.sessions.show(id)).end?.document ?? '';
  const prime = readSign(town, `${name}.start.2`).join('\n');
  for (const words of ['so far so good, good bye', 'half.txt', 'the only step']) {
    assert.ok(document.includes(words), `"${words}" in:\n${document}`);
    assert.ok(prime.includes(words), `"${words}" in:\n${prime}`);
  }
  assert.ok(prime.includes('Recovery document'), prime);
}

async function endsFull(town: ScenarioTown, name: string): Promise<void> {
  const { bead, agent } = await addBusyCrew(town, name);
  await startInVain(town, name, 'full');
  const { endReason, endEvidence, id } = await waitForEnd(town, agent);
  assert.deepEqual([endReason, endEvidence.class, endEvidence.detail], ['context-full', 'overflow', overflow]);
  assert.match(await town.does('sessions', 'show', id), /context-full/);
  giveSign(town, `${name}.mended`);
  await waitForStep(town, bead);
  assert.ok((await livesOf(town, agent)).every(({ launch }) => launch.resume === undefined));
}

async function endsMissing(town: ScenarioTown, name: string): Promise<void> {
  const { bead, agent } = await addBusyCrew(town, name);
  await startInVain(town, name, 'missing');
  const { endEvidence, id } = await waitForEnd(town, agent);
  assert.deepEqual([endEvidence.class, endEvidence.exitCode], ['missing-dependency', 127]);
  await eventually(async () => (await incidentsOf(town, agent)).includes(`missing:${id}`), 'it is told', patienceMs);
  giveSign(town, `${name}.mended`);
  await waitForStep(town, bead);
  await eventually(async () => !(await incidentsOf(town, agent)).includes(`missing:${id}`), 'the call is closed', patienceMs);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sevenNames, sevenSteps } from '../support/seven-steps.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import {
  assertSound,
  eventsOf,
  giveSign,
  livesOf,
  readLanded,
  readPrimeOf,
  readSign,
  slingNew,
  waitForBead,
  waitForLife,
  waitForRest,
  waitForSign,
} from '../support/watch-town.ts';

/**
 * Says which children of earlier lives are still there, then leaves four that outlive their parent in as many ways; in the second step one of
 * them ignores all but SIGKILL.
 */
const withChildren = (name: string) => `
for pid in $(cat $HOME/signs/killed.pids 2>/dev/null); do
  grep -q '^State:.[^ZX]' /proc/$pid/status 2>/dev/null && echo $pid at ${name} >> $HOME/signs/killed.left
done
[ -e $HOME/signs/killed.at.${name} ] || {
  touch $HOME/signs/killed.at.${name}
  setsid sleep 600 & echo $! >> $HOME/signs/killed.pids
  setsid sh -c '${name === 'two' ? 'trap "" TERM HUP; ' : ''}sleep 600 & echo $! >> $HOME/signs/killed.pids'
  sh -c 'sleep 600 & echo $! >> $HOME/signs/killed.pids'
  env -i sleep 600 & echo $! >> $HOME/signs/killed.pids
  echo ${name} >> $HOME/signs/killed.ready
}`;

test('an agent killed by SIGKILL inside each of seven steps goes on at that step, after all its children are gone', async (t) => {
  const town = await makeTown(t, { settings: 'restart = { first_s = 1, max_s = 1 }\n', formulas: { killed: sevenSteps('killed', withChildren) } });
  const { bead, agent } = await slingNew(town, { formula: 'killed' });
  for (const [i, name] of sevenNames.entries()) {
    const life = await waitForLife(town, agent, i + 1);
    await waitForSign(town, 'killed.ready', name);
    process.kill(life.process.pid, 'SIGKILL');
    await waitForLife(town, agent, i + 2);
    giveSign(town, `killed.${name}`);
  }
  await waitForBead(town, bead, 'done');
  await waitForRest(town);

  assert.deepEqual(readLanded(town, 'killed.txt'), sevenNames, 'the effect of each step happened exactly once');
  assert.equal(readSign(town, 'killed.pids').length, 4 * sevenNames.length);
  assert.deepEqual(readSign(town, 'killed.left'), [], 'no child of an earlier life was there when the step was run again');
  await assertGoneBeforeStart(town, agent);
  const lives = await livesOf(town, agent);
  assert.deepEqual(
    lives.map(({ endReason }) => endReason),
    [...sevenNames.map(() => 'crashed'), 'done'],
  );
  for (const [i, name] of sevenNames.entries()) assertRecovers(readPrimeOf(lives[i + 1]), name);
  await assertSound(town);
});

test('an agent that dies starts again at once where it had closed a step, and after a wait where it had not', async (t) => {
  const waits = '[[steps]]\nid = "wait"\nrun = "echo waits >> $HOME/signs/SIGN; until [ -e $HOME/signs/go ]; do sleep 0.05; done"\n';
  const town = await makeTown(t, {
    settings: 'restart = { first_s = 4, max_s = 4 }\n',
    formulas: { early: waits.replace('SIGN', 'early'), late: `[[steps]]\nid = "first"\nrun = "true"\n${waits.replace('SIGN', 'late')}` },
  });
  const slung = await Promise.all([slingNew(town, { formula: 'early' }), slingNew(town, { formula: 'late' })]);
  const [earlyMs, lateMs] = await Promise.all(slung.map(({ agent }, i) => killOnce(town, agent, i === 0 ? 'early' : 'late')));
  giveSign(town, 'go');
  for (const { bead } of slung) await waitForBead(town, bead, 'done');
  assert.ok(earlyMs !== undefined && earlyMs >= 3500, `the one without progress waited ${earlyMs} ms`);
  assert.ok(lateMs !== undefined && lateMs < 3500, `the one with progress waited ${lateMs} ms`);
  await waitForRest(town);
  await assertSound(town);
});

/** Kills an agent in its step; answers how long after its death its next life was opened, in ms. */
async function killOnce(town: ScenarioTown, agent: string, sign: string): Promise<number> {
  await waitForSign(town, sign, 'waits');
  const { process: program } = await waitForLife(town, agent);
  process.kill(program.pid, 'SIGKILL');
  const next = await waitForLife(town, agent, 2);
  const [dead] = await livesOf(town, agent);
  return next.createdAt - (dead?.endedAt ?? Number.NaN);
}

/** Every life was proven gone, with all its processes, before the program of the next one started. */
async function assertGoneBeforeStart(town: ScenarioTown, agent: string): Promise<void> {
  const events = await eventsOf(town, { agent, types: ['session_start', 'session_gone'] });
  const order = events.map(({ type }) => type);
  assert.deepEqual(
    order,
    order.map((_, i) => (i % 2 === 0 ? 'session_start' : 'session_gone')),
  );
}

function assertRecovers(prime: string, step: string): void {
  for (const words of ['state crash-recovery', 'Your predecessor ended without a word', 'Recovery document', 'SIGKILL', `: ${step}. Close it with`])
    assert.ok(prime.includes(words), `"${words}" in:\n${prime}`);
  assert.ok(!prime.includes('Do not hand off again'), 'no warning of a handoff after a crash');
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findProgram, isAlive, markOf, type ProcessMark } from '#host';
import { addBusyCrew, addCrew, incidentsOf, oneStep, waitForEnd, writeRuntimes } from '../support/small-agents.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, eventsOf, livesOf, readSign, waitForEvent, waitForLife, waitForSign } from '../support/watch-town.ts';

const settings = `restart = { first_s = 0, max_s = 1 }
stop.grace_s = 1
${writeRuntimes({ deaf: ['deaf.sh'], forks: ['forks.sh'], 'closes-terminal': ['closes-terminal.sh'], works: ['works.sh'] })}`;

type Case = readonly [name: string, judge: (town: ScenarioTown, crew: string) => Promise<void>, crew: string];

const cases: readonly Case[] = [
  ['one that refuses every signal that can be refused is stopped all the same', stopsDeaf, 'ana'],
  ['one whose children left its session is stopped with them, and nobody else', stopsForked, 'bob'],
  ['one that was killed is followed only when its children are gone', followsForked, 'dan'],
  ['one that closed its terminal lives by its process, and is stopped', stopsUnseen, 'eve'],
  ['a program of somebody else in the pane of an agent is told and left alone', leavesStranger, 'max'],
];

test('exactly what is proven to be a session is ended, however it clings', { concurrency: true }, async (t) => {
  const town = await makeTown(t, { settings, formulas: oneStep });
  const strangers = startStrangers(t, town);
  await Promise.all(cases.map(([name, judge, crew]) => t.test(name, () => judge(town, crew))));
  assert.ok(strangers.every(isAlive), 'who only looks like an agent is left alone');
  await assertSound(town);
});

/** Programs of the same name and in the same folder as the agents, which are nobody's: with another town's mark, and with none. */
function startStrangers(t: TestContext, town: ScenarioTown): ProcessMark[] {
  const program = join(town.person.dir, 'deaf.sh');
  copyFileSync(findProgram('sleep', town.env.PATH ?? '') ?? '', program);
  const marks = [{}, { BATON_TOWN: '/elsewhere', BATON_AGENT: 'app/crew/ana', BATON_SESSION: 'sess_00000000' }, { BATON_SESSION: 'sess_00000001' }];
  const children = marks.map((mark) => spawn(program, ['600'], { cwd: town.root, env: { PATH: town.env.PATH ?? '', ...mark }, stdio: 'ignore' }));
  t.after(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  return children.map(({ pid = 0 }) => markOf(pid) ?? assert.fail('a stranger runs'));
}

async function stopsDeaf(town: ScenarioTown, name: string): Promise<void> {
  const { agent } = await addBusyCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'deaf');
  const { process: program } = await waitForLife(town, agent);
  await town.does('crew', 'stop', name);
  assert.equal(isAlive(program), false);
  assert.equal((await waitForEnd(town, agent)).endReason, 'stopped');
}

async function stopsForked(town: ScenarioTown, name: string): Promise<void> {
  const agent = await addCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'forks');
  const all = [(await waitForLife(town, agent)).process, ...(await childrenOf(town, name))];
  assert.equal(all.filter(isAlive).length, 3);
  await town.does('crew', 'stop', name);
  assert.deepEqual(all.filter(isAlive), []);
  assert.equal((await livesOf(town, agent)).length, 1);
}

async function followsForked(town: ScenarioTown, name: string): Promise<void> {
  const { agent } = await addBusyCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'forks');
  const children = await childrenOf(town, name);
  const { process: program } = await waitForLife(town, agent);
  process.kill(program.pid, 'SIGKILL');
  await waitForSign(town, `${name}.began`, '2');
  assert.deepEqual(children.filter(isAlive), []);
  const order = (await eventsOf(town, { agent, types: ['session_death', 'session_gone', 'session_start'] })).map(({ type }) => type);
  assert.deepEqual(order, ['session_start', 'session_death', 'session_gone', 'session_start'], 'proven gone before the next one starts');
  await town.does('crew', 'stop', name);
}

/** The children that its first life left. */
async function childrenOf(town: ScenarioTown, name: string): Promise<ProcessMark[]> {
  await waitForSign(town, `${name}.forked`, 'forked');
  return readSign(town, `${name}.children`).map((pid) => markOf(Number(pid)) ?? assert.fail(`child ${pid} lives`));
}

async function stopsUnseen(town: ScenarioTown, name: string): Promise<void> {
  const agent = await addCrew(town, name);
  await town.does('crew', 'start', name, '--runtime', 'closes-terminal');
  await waitForSign(town, `${name}.closed`, 'closed');
  const life = await waitForLife(town, agent);
  await town.does('handoff', agent, '-s', 'unseen', '-m', 'a note for the next one');
  await waitForSign(town, `${name}.began`, '2');
  assert.equal(isAlive(life.process), false);
  assert.ok(readSign(town, `${name}.start.2`).join('\n').includes('a note for the next one'));
  const next = await waitForLife(town, agent, 2);
  await town.does('crew', 'stop', name);
  assert.equal(isAlive(next.process), false);
  assert.equal((await livesOf(town, agent)).length, 2);
}

async function leavesStranger(town: ScenarioTown, name: string): Promise<void> {
  const agent = await addCrew(town, name);
  const pane = (await town.app.agents.find(agent)).pane;
  await town.does('daemon', 'start');
  await town.does('tmux', 'new-session', '-d', '-s', pane, 'sleep', '600');
  const pid = Number(await town.does('tmux', 'display-message', '-p', '-t', `=${pane}:`, '#{pane_pid}'));
  const stranger = markOf(pid) ?? assert.fail('it runs');
  const started = await town.baton(['crew', 'start', name, '--runtime', 'works'], { timeoutMs: 8000 });
  assert.notEqual(started.exit, 0);
  await waitForEvent(town, { agent, types: ['escalation_sent'] });
  assert.deepEqual(await incidentsOf(town, agent), [`start:${agent}`]);
  assert.ok(isAlive(stranger), 'it is left alone');
  process.kill(pid, 'SIGKILL');
  await waitForSign(town, `${name}.began`, '1');
  await town.does('crew', 'stop', name);
}

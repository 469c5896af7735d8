import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eventually } from '#host/testing';
import { keepTyping } from './daemon.ts';
import { makeFaultPoints } from './fault-points.ts';
import { deliverPoints } from './killings.ts';
import type { Person } from './person.ts';
import { makeTown, type ScenarioTown } from './town.ts';
import { assertSound, eventsOf, giveSign, patienceMs, readSign, waitForLife } from './watch-town.ts';

/** A program with a prompt that the storm goes over, real or ours. Its agent is `app/crew/max`. */
export interface StormProgram {
  /** Whose machine it is on; anybody's where that is all the same. */
  readonly person?: Person;
  readonly settings?: string;
  /** Words of `crew start` that make the agent run it. */
  readonly start: readonly string[];
  /** What its model has been told, in its order, over all its lives: prompts, and what came with signals. */
  readTold(town: ScenarioTown): readonly string[];
  /** A prompt whose turn, once it is sent, lasts until the sign NAME is given, and tells of itself by the sign `NAME.held`. */
  hold(name: string): string;
  /** Whether the screen says that it rests at its empty prompt, or that this stands unsent in it. */
  rests(screen: string): boolean;
  shows(screen: string, typed: string): boolean;
}

const agent = 'app/crew/max';
const senders = 10;
const times = 5;

/**
 * Everything that a terminal might make something else of, and what tells one nudge from all others. Those of round 2 hold no tab, so that they are typed
 * also into a program that changes tabs.
 */
const textOf = (sender: number, time: number) =>
  `n${sender}.${time};\n${time === 2 ? '' : '\t'}it's "$(x)" #{y} \`z\` 😀; \\e[31m  \n  end of n${sender}.${time}`;

/**
 * Fifty nudges of ten processes to one agent: while it is busy, while it sits idle with a half-typed line of a person, and while senders, signals, the
 * daemon and the agent itself are killed. Nothing is lost, nothing comes twice, each sender's come in their order, and the person's line stays theirs.
 */
export async function runNudgeStorm(t: TestContext, program: StormProgram): Promise<void> {
  const points = makeFaultPoints(t, Object.values(deliverPoints).flat(), program.person);
  const settings = `deliver.receipt_s = 12\nrestart = { first_s = 0, max_s = 1, breaker = 100 }\n${program.settings ?? ''}`;
  const town = await makeTown(t, { person: points.person, settings });
  keepTyping(town);
  await town.does('crew', 'add', 'max', '--rig', 'app');
  await town.does('crew', 'start', 'max', '--rig', 'app', ...program.start);
  await waitForLife(town, agent);
  const { pane } = await town.app.agents.find(agent);
  const screen = (isSo: (screen: string) => boolean, what: string) =>
    eventually(async () => isSo((await town.baton(['tmux', 'capture-pane', '-p', '-t', `=${pane}:`])).out.trimEnd()), what, patienceMs);
  const keys = (...words: string[]) => town.does('tmux', 'send-keys', '-t', `=${pane}:`, ...words);
  const shows = (typed: string) => screen((text) => program.shows(text, typed), `"${typed}" in the prompt`);
  const rests = () => screen(program.rests, 'the empty prompt');
  const hold = async (name: string) => {
    await keys('-l', program.hold(name));
    await shows(program.hold(name));
    await keys('Enter');
    await eventually(() => readSign(town, `${name}.held`).length > 0, `the turn ${name} holds`, patienceMs);
  };
  const nudge = (sender: number, time: number) => town.baton(['nudge', agent, '--stdin'], { input: `${textOf(sender, time)}\n` });
  const all = (time: number) => Promise.all(Array.from({ length: senders }, (_, sender) => nudge(sender, time)));
  const countTold = (text: string) => program.readTold(town).join('\n').split(text).length - 1;
  const countNudge = (sender: number, time: number) => countTold(textOf(sender, time));
  const arrived = (time: number) =>
    eventually(() => Array.from({ length: senders }, (_, sender) => countNudge(sender, time)).every((count) => count > 0), `all of round ${time}`, patienceMs);
  await rests();

  await t.test('into a busy session: with the end of its turn, whoever sends or answers is killed', async () => {
    await hold('first');
    points.arm('nudge.send.after');
    for (const { exit, out, err } of await all(0)) assert.ok(exit === 0 || exit === null, out + err);
    assert.ok(points.isFired('nudge.send.after'), 'a sender was killed when its nudge was kept');
    points.arm('nudge.send.before');
    assert.equal((await town.baton(['nudge', agent, 'never kept'])).exit, null);
    points.arm('nudge.take.after');
    giveSign(town, 'first');
    await arrived(0);
    assert.ok(points.isFired('nudge.take.after'), 'a signal was killed with nudges in its hands');
    await rests();
  });

  await t.test('over a half-typed line: nothing, until the person has sent it', async () => {
    await keys('-l', 'half a li');
    await shows('half a li');
    points.arm('nudge.written.before');
    await all(1);
    await keys('-l', 'ne');
    await shows('half a line');
    await keys('Enter');
    await arrived(1);
    assert.ok(points.isFired('nudge.written.before'), 'a signal was killed when its answer was written out');
    await rests();
  });

  for (const [round, point] of deliverPoints.daemon.entries())
    await t.test(`into an idle session: typed, where the daemon is killed at ${point}`, async () => {
      points.arm(point);
      for (let sender = round * 2; sender < round * 2 + 2; sender += 1) await nudge(sender, 2);
      await eventually(() => countNudge(round * 2, 2) > 0 && countNudge(round * 2 + 1, 2) > 0, 'both', patienceMs);
      assert.ok(points.isFired(point), `the daemon was killed at ${point}`);
      await rests();
    });

  await t.test('the agent is killed in its turn, with nudges that wait for it', async () => {
    await hold('second');
    await all(3);
    const { process: killed, generation } = await waitForLife(town, agent);
    process.kill(killed.pid, 'SIGKILL');
    await waitForLife(town, agent, generation + 1);
    await arrived(3);
    await rests();
    await all(4);
    await arrived(4);
  });

  await t.test('nothing was lost, nothing came twice, each sender in order, and nothing was merged with the line of the person', async () => {
    await eventually(async () => (await town.app.nudges.list({ agent, isOpenOnly: true, limit: 200 })).length === 0, 'everything is received', patienceMs);
    const whole = program.readTold(town).join('\n');
    for (let sender = 0; sender < senders; sender += 1) {
      const places = Array.from({ length: times }, (_, time) => whole.indexOf(`end of n${sender}.${time}`));
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
        `sender ${sender} is heard in order`,
      );
      for (let time = 0; time < times; time += 1) assert.equal(countNudge(sender, time), 1, `${textOf(sender, time)} came once`);
    }
    assert.equal(whole.includes('never kept'), false);
    // A document of the one that was killed quotes it.
    const typed = whole.split('\n').filter((line) => line.includes('half a li') && !line.includes(' user: '));
    assert.deepEqual([...new Set(typed)], ['half a line']);
    assert.deepEqual(await eventsOf(town, { agent, types: ['nudge_altered'] }), []);
    await assertSound(town);
  });
}

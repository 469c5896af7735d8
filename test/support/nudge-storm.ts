import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eventually } from '#host/testing';
import { keepTyping } from './daemon.ts';
import { makeFaultPoints } from './fault-points.ts';
import { deliverPoints } from './killings.ts';
import { makeTown, type ScenarioTown, type TownWish } from './town.ts';
import { assertSound, eventsOf, patienceMs, waitForLife } from './watch-town.ts';

/** A program with a prompt that the storm goes over, real or ours. Its agent is `app/crew/max`. */
export interface StormProgram {
  /** What its town needs beside the rig `app`. */
  readonly wish?: TownWish;
  /** Words of `crew start` that make the agent run it. */
  readonly start: readonly string[];
  /** Texts that its model has been told, in their order, over all its lives: prompts, and what came with signals. */
  readTold(town: ScenarioTown): Promise<readonly string[]>;
  /** Types a prompt whose turn lasts until it is let go, and waits until that turn has begun. */
  hold(town: ScenarioTown, name: string): Promise<void>;
  letGo(town: ScenarioTown, name: string): void;
  /** The end of its screen while it rests at its empty prompt. */
  readonly rests: RegExp;
  /** The end of its screen while this stands in its prompt. */
  shows(typed: string): RegExp;
}

const agent = 'app/crew/max';
const senders = 10;
const times = 5;

/** Everything that a terminal might make something else of, and what tells one nudge from all others. */
const textOf = (sender: number, time: number) => `n${sender}.${time};\n\tit's "$(x)" #{y} \`z\` 😀; \\e[31m  \n  end of n${sender}.${time}`;

/**
 * Fifty nudges of ten processes to one agent: while it is busy, while it sits idle with a half-typed line of a person, and while senders, signals, the
 * daemon and the agent itself are killed. Nothing is lost, nothing comes twice, each sender's come in their order, and the person's line stays theirs.
 */
export async function runNudgeStorm(t: TestContext, program: StormProgram): Promise<void> {
  const points = makeFaultPoints(t, Object.values(deliverPoints).flat());
  const town = await makeTown(t, {
    ...program.wish,
    person: points.person,
    settings: `deliver.receipt_s = 8\nrestart = { first_s = 0, max_s = 1, breaker = 100 }\n${program.wish?.settings ?? ''}`,
  });
  keepTyping(town);
  await town.does('crew', 'add', 'max', '--rig', 'app');
  await town.does('crew', 'start', 'max', '--rig', 'app', ...program.start);
  await waitForLife(town, agent);
  const { pane } = await town.app.agents.find(agent);
  const screen = (text: RegExp) =>
    eventually(async () => text.test((await town.baton(['tmux', 'capture-pane', '-p', '-t', `=${pane}:`])).out.trimEnd()), `${text} in ${pane}`, patienceMs);
  const keys = (...words: string[]) => town.does('tmux', 'send-keys', '-t', `=${pane}:`, ...words);
  const nudge = (sender: number, time: number) => town.baton(['nudge', agent, '--stdin'], { input: `${textOf(sender, time)}\n` });
  const all = (time: number) => Promise.all(Array.from({ length: senders }, (_, sender) => nudge(sender, time)));
  const told = async (text: string) => (await program.readTold(town)).join('\n').split(text).length - 1;
  const arrived = (time: number) =>
    eventually(
      async () => (await Promise.all(Array.from({ length: senders }, (_, sender) => told(textOf(sender, time))))).every((count) => count > 0),
      `all of round ${time}`,
      patienceMs,
    );
  const rests = () => screen(program.rests);
  await rests();

  await t.test('into a busy session: with the end of its turn, whoever sends or answers is killed', async () => {
    await program.hold(town, 'first');
    points.arm('nudge.send.after');
    for (const { exit, out, err } of await all(0)) assert.ok(exit === 0 || exit === null, out + err);
    assert.ok(points.isFired('nudge.send.after'), 'a sender was killed when its nudge was kept');
    points.arm('nudge.send.before');
    assert.equal((await town.baton(['nudge', agent, 'never kept'])).exit, null);
    points.arm('nudge.take.after');
    program.letGo(town, 'first');
    await arrived(0);
    assert.ok(points.isFired('nudge.take.after'), 'a signal was killed with nudges in its hands');
    await rests();
  });

  await t.test('over a half-typed line: nothing, until the person has sent it', async () => {
    await keys('-l', 'half a li');
    await screen(program.shows('half a li'));
    points.arm('nudge.written.before');
    await all(1);
    await keys('-l', 'ne');
    await screen(program.shows('half a line'));
    await keys('Enter');
    await arrived(1);
    assert.ok(points.isFired('nudge.written.before'), 'a signal was killed when its answer was written out');
    assert.ok((await program.readTold(town)).includes('half a line'), 'it is the whole of a prompt');
    await rests();
  });

  for (const [round, point] of deliverPoints.daemon.entries())
    await t.test(`into an idle session: typed, where the daemon is killed at ${point}`, async () => {
      points.arm(point);
      for (let sender = round * 2; sender < round * 2 + 2; sender += 1) await nudge(sender, 2);
      await eventually(async () => (await told(textOf(round * 2, 2))) > 0 && (await told(textOf(round * 2 + 1, 2))) > 0, 'both', patienceMs);
      assert.ok(points.isFired(point), `the daemon was killed at ${point}`);
      await rests();
    });

  await t.test('the agent is killed in its turn, with nudges that wait for it', async () => {
    await program.hold(town, 'second');
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
    const texts = await program.readTold(town);
    const whole = texts.join('\n');
    for (let sender = 0; sender < senders; sender += 1) {
      const places = Array.from({ length: times }, (_, time) => whole.indexOf(textOf(sender, time)));
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
        `sender ${sender} is heard in order`,
      );
      for (let time = 0; time < times; time += 1) assert.equal(whole.split(textOf(sender, time)).length - 1, 1, `${textOf(sender, time)} came once`);
    }
    assert.equal(whole.includes('never kept'), false);
    assert.deepEqual(
      texts.filter((text) => text.includes('half a li') && !text.startsWith('You are ')),
      ['half a line'],
    );
    assert.deepEqual(await eventsOf(town, { agent, types: ['nudge_altered'] }), []);
    await assertSound(town);
  });
}

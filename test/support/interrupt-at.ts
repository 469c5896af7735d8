import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '#host/testing';
import { reviveDaemon, whileTyping } from './daemon.ts';
import { type FaultPoints, fillContext } from './fault-points.ts';
import type { ScenarioTown } from './town.ts';
import { assertSound, eventsOf, livesOf, patienceMs, type RunningLife, readPrimeOf, slingNew, waitForLife, waitForSign } from './watch-town.ts';

/**
 * What brings a killing about.
 * - `handoff`: a person hands the agent off; the daemon replaces it and dies on the way.
 * - `crash`: the agent is killed; the daemon buries it, starts the next life and dies on the way.
 * - `cycle`: the agent's context is full; the daemon hands it off and dies on the way.
 * - `command`: the person's own `baton handoff` dies.
 * - `save`: the person's own `baton handoff --auto` dies, which ends nobody.
 * - `agent`: a person hands the agent off; a command of the successor dies in its pane.
 * - `daemon`: the daemon is killed, and the next one dies as it starts.
 * - `stop`: a person stops the agent; the daemon dies on the way. Then it is started again.
 * - `stop-command`, `start-command`: the person's own `baton crew stop` or `crew start` dies. Then it is started again.
 */
export type Cause = 'handoff' | 'crash' | 'cycle' | 'command' | 'save' | 'agent' | 'daemon' | 'stop' | 'stop-command' | 'start-command';

/** A molecule of one step, which ends when the sign `go` is given; each life leaves `GENERATION` in the sign `began`. */
export const holding = `
[[steps]]
id = "hold"
run = "echo $BATON_GENERATION >> $HOME/signs/began; until [ -e $HOME/signs/go ]; do sleep 0.05; done; echo held >> held.txt"
`;

/** What is interrupted again and again: an agent in the middle of its step. */
export interface Held {
  readonly town: ScenarioTown;
  readonly points: FaultPoints;
  readonly bead: string;
  readonly agent: string;
}

/** Slings the molecule `holding` to a new polecat, or to the crew member that is named. */
export async function startHolding(town: ScenarioTown, points: FaultPoints, target = 'app'): Promise<Held> {
  const { bead, agent } = await slingNew(town, { formula: 'holding', target });
  await waitForSign(town, 'began', '1');
  return { town, points, bead, agent };
}

/** What became of the life that was interrupted: whether its end was committed, and whether it is its own kind of handoff. */
interface Outcome {
  readonly isCommitted: boolean;
  readonly isNoted: boolean;
}

/** Who dies by each cause; a command dies under the eyes of whoever typed it, and nobody is to be revived. */
const commands: ReadonlySet<Cause> = new Set(['command', 'save', 'stop-command', 'start-command']);

/** Kills whoever comes to the point first, has another daemon start, and holds the town against what has to be true then. */
export async function interruptAt(held: Held, point: string, cause: Cause): Promise<void> {
  const { town, agent } = held;
  const before = await waitForLife(town, agent);
  if (cause === 'start-command') await town.does(...orderTo('stop', agent));
  const daemon = await reviveDaemon(town, undefined);
  writeFileSync(join(town.root, agent, 'changing.txt'), `${cause} ${point}\n`);
  held.points.arm(point);
  let meanwhile: { typed: Promise<string> } | undefined;
  try {
    meanwhile = await provoke(held, before, point, cause);
    await whileTyping(town, async () => held.points.isFired(point), `the fault point "${point}" fires`);
  } finally {
    held.points.disarm(point);
  }
  if (!commands.has(cause) && cause !== 'agent') await reviveDaemon(town, daemon);
  await meanwhile?.typed;
  const outcome = await awaitOutcome(held, before, point, cause);
  await assertHeld(held, before, { point, cause, ...outcome });
}

/** Answers what goes on meanwhile, where somebody waits for an end. */
async function provoke({ town, agent }: Held, life: RunningLife, point: string, cause: Cause): Promise<{ typed: Promise<string> } | undefined> {
  const words = ['handoff', agent, '-s', `at ${point}`, '-m', `note ${point}`];
  switch (cause) {
    case 'handoff':
    case 'agent':
      await town.does(...words);
      return;
    case 'command':
      return assertKilled(town, words);
    case 'save':
      return assertKilled(town, [...words, '--auto']);
    case 'stop-command':
      return assertKilled(town, orderTo('stop', agent));
    case 'start-command':
      return assertKilled(town, orderTo('start', agent));
    case 'stop':
      return { typed: town.does(...orderTo('stop', agent)) };
    case 'crash':
      process.kill(life.process.pid, 'SIGKILL');
      return;
    case 'cycle':
      // The third in a row would be no cycle any more, because nothing came of the two before.
      await town.does('agent', 'reset', agent);
      fillContext(life);
      return;
    case 'daemon':
      process.kill((await reviveDaemon(town, undefined)).pid, 'SIGKILL');
  }
}

function orderTo(verb: 'start' | 'stop', agent: string): string[] {
  return ['crew', verb, agent.split('/').at(-1) ?? '', '--rig', 'app'];
}

async function assertKilled(town: ScenarioTown, words: readonly string[]): Promise<undefined> {
  assert.equal((await town.baton(words)).exit, null, 'the command was killed');
}

/** Waits until the agent is in its step again; without a commit the old life goes on. */
async function awaitOutcome({ town, agent }: Held, before: RunningLife, point: string, cause: Cause): Promise<Outcome> {
  const isAfter = point === 'handoff.commit.after' || point === 'stop.order.after';
  const isCommitted = cause !== 'daemon' && cause !== 'save' && (cause === 'start-command' || !commands.has(cause) || isAfter);
  if ((cause === 'stop' || cause === 'stop-command') && isCommitted) {
    await eventually(async () => (await livesOf(town, agent)).at(-1)?.goneAt !== undefined, `${agent} is stopped`, patienceMs);
    assert.equal((await livesOf(town, agent)).at(-1)?.endReason, 'stopped', `${point}: a stop is a stop`);
  }
  if (cause === 'stop' || cause === 'stop-command' || cause === 'start-command') await town.baton(orderTo('start', agent));
  const generation = before.generation + (isCommitted ? 1 : 0);
  await waitForLife(town, agent, generation);
  await waitForSign(town, 'began', String(generation));
  return { isCommitted, isNoted: cause === 'handoff' || cause === 'agent' || (cause === 'command' && isCommitted) };
}

async function assertHeld(
  { town, bead, agent }: Held,
  before: RunningLife,
  { point, cause, isCommitted, isNoted }: Outcome & { point: string; cause: Cause },
): Promise<void> {
  const lives = await livesOf(town, agent);
  assert.equal(lives.length, before.generation + (isCommitted ? 1 : 0), `${point}: one more life where the end was committed, else none`);
  assert.equal(lives.filter(({ endedAt }) => endedAt === undefined).length, 1, `${point}: one live generation`);
  await assertSound(town);
  const { bead: now, molecule } = await town.app.beads.show(bead);
  assert.equal(now.hookedBy, agent, `${point}: the bead hangs on its hook`);
  assert.deepEqual(
    molecule?.steps.map(({ status }) => status),
    ['active'],
    `${point}: the step goes on`,
  );
  const handoffs = await eventsOf(town, { agent, types: ['handoff'] });
  assert.equal(
    handoffs.filter(({ payload }) => payload.from === before.id).length,
    isCommitted ? 1 : 0,
    `${point}: one handoff where it was committed, else none`,
  );
  if (cause === 'save') assert.equal((await town.app.sessions.show(before.id)).saves.length, point.endsWith('.after') ? 1 : 0, `${point}: it is saved or not`);
  if (isNoted) assert.equal(readPrimeOf(lives.at(-1)).split(`note ${point}`).length, 2, `${point}: the notes are told once`);
}

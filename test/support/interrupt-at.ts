import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reviveDaemon, whileTyping } from './daemon.ts';
import { type FaultPoints, fillContext } from './fault-points.ts';
import type { ScenarioTown } from './town.ts';
import { assertSound, eventsOf, livesOf, type RunningLife, readPrimeOf, slingNew, waitForLife, waitForSign } from './watch-town.ts';

/**
 * What brings a killing about.
 * - `handoff`: a person hands the agent off; the daemon replaces it and dies on the way.
 * - `crash`: the agent is killed; the daemon buries it, starts the next life and dies on the way.
 * - `cycle`: the agent's context is full; the daemon hands it off and dies on the way.
 * - `command`: the person's own `baton handoff` dies.
 * - `agent`: a person hands the agent off; a command of the successor dies in its pane.
 * - `daemon`: the daemon is killed, and the next one dies as it starts.
 */
export type Cause = 'handoff' | 'crash' | 'cycle' | 'command' | 'agent' | 'daemon';

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

export async function startHolding(town: ScenarioTown, points: FaultPoints): Promise<Held> {
  const { bead, agent } = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  return { town, points, bead, agent };
}

/** Kills whoever comes to the point first, has another daemon start, and holds the town against what has to be true then. */
export async function interruptAt(held: Held, point: string, cause: Cause): Promise<void> {
  const { town, agent } = held;
  const before = await waitForLife(town, agent);
  const daemon = await reviveDaemon(town, undefined);
  writeFileSync(join(town.root, agent, 'changing.txt'), `${cause} ${point}\n`);
  held.points.arm(point);
  try {
    await provoke(held, before, point, cause);
    await whileTyping(town, async () => held.points.isFired(point), `the fault point "${point}" fires`);
  } finally {
    held.points.disarm(point);
  }
  if (cause !== 'command' && cause !== 'agent') await reviveDaemon(town, daemon);
  const isCommitted = await awaitOutcome(held, before, point, cause);
  await assertHeld(held, before, { point, cause, isCommitted });
}

async function provoke({ town, agent }: Held, life: RunningLife, point: string, cause: Cause): Promise<void> {
  const words = ['handoff', agent, '-s', `at ${point}`, '-m', `note ${point}`];
  switch (cause) {
    case 'handoff':
    case 'agent':
      await town.does(...words);
      return;
    case 'command':
      assert.equal((await town.baton(words)).exit, null, 'the command was killed');
      return;
    case 'crash':
      process.kill(life.process.pid, 'SIGKILL');
      return;
    case 'cycle':
      return fillContext(life);
    case 'daemon':
      process.kill((await reviveDaemon(town, undefined)).pid, 'SIGKILL');
  }
}

/** Waits until the agent is in its step again. False where the old life goes on, because nothing had been committed. */
async function awaitOutcome({ town, agent }: Held, before: RunningLife, point: string, cause: Cause): Promise<boolean> {
  const isBeforeCommit = cause === 'daemon' || (cause === 'command' && !point.endsWith('commit.after'));
  const generation = before.generation + (isBeforeCommit ? 0 : 1);
  await waitForLife(town, agent, generation);
  await waitForSign(town, 'began', String(generation));
  return !isBeforeCommit;
}

async function assertHeld(
  { town, bead, agent }: Held,
  before: RunningLife,
  { point, cause, isCommitted }: { point: string; cause: Cause; isCommitted: boolean },
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
  if (cause === 'handoff' || cause === 'agent' || (cause === 'command' && isCommitted))
    assert.equal(readPrimeOf(lives.at(-1)).split(`note ${point}`).length, 2, `${point}: the notes are told once`);
}

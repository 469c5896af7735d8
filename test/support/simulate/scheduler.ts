import { setImmediate } from 'node:timers/promises';
import { known } from '#base';
import type { SeededChance } from './chance.ts';

/** Something that can be killed at each of its pauses: a daemon, a command, an agent's program. */
export interface Life {
  readonly name: string;
  isKilled: boolean;
}

/** What a killed life meets wherever it would go on. */
export const killed = Object.assign(new Error('killed'), { name: 'Killed' });

/**
 * Actors that take turns: one runs at a time, until it pauses, and chance says who goes on. So every interleaving of what happens between two pauses
 * can come up, and a seed brings the same one again.
 */
export interface Scheduler {
  /** Begins an actor; it has its first turn when chance picks it. `onFault` is told what it fails with, other than being killed. */
  spawn(life: Life, body: () => Promise<void>): void;
  /** The running actor lets others go first. */
  pause(): Promise<void>;
  /** The running actor goes on only after it was waked. */
  sleep(): { until: Promise<void>; wake: () => void };
  /** Throws where the running actor was killed. */
  refuseKilled(): void;
  isAtRest(): boolean;
  step(): Promise<void>;
  /** Everybody runs until all sleep or are done. */
  rest(): Promise<void>;
}

interface Turn {
  readonly life: Life;
  readonly go: () => void;
}

/** More turns than an honest town takes to come to rest. */
const turnsMax = 20_000;

export function makeScheduler(chance: SeededChance, onFault: (life: Life, error: unknown) => void): Scheduler {
  const waiting: Turn[] = [];
  let current: Life | undefined;
  const join = (life: Life): Promise<void> =>
    new Promise((resolve, reject) => void waiting.push({ life, go: () => (life.isKilled ? reject(killed) : resolve()) }));
  const step = async () => {
    const [turn] = waiting.splice(chance.below(waiting.length), 1);
    if (turn === undefined) return;
    current = turn.life;
    turn.go();
    // Nothing here waits for the machine, so that whoever has the turn is at its next pause when the event loop comes round.
    await setImmediate();
    current = undefined;
  };
  const run = async (life: Life, body: () => Promise<void>) => {
    try {
      if (!life.isKilled) await body();
    } catch (error) {
      if (error !== killed) onFault(life, error);
    }
  };
  return {
    spawn: (life, body) => void waiting.push({ life, go: () => void run(life, body) }),
    pause: () => (current === undefined ? Promise.resolve() : join(current)),
    sleep: () => {
      const life = known(current, 'the actor that sleeps');
      const { promise, resolve } = Promise.withResolvers<void>();
      return { until: promise.then(() => join(life)), wake: resolve };
    },
    refuseKilled: () => {
      if (current?.isKilled === true) throw killed;
    },
    isAtRest: () => waiting.length === 0,
    step,
    rest: async () => {
      for (let turns = 0; waiting.length > 0; turns += 1) {
        if (turns > turnsMax) throw new Error(`${waiting.map(({ life }) => life.name).join(', ')} do not come to rest`);
        await step();
      }
    },
  };
}

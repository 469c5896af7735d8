import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Daemon, Duty } from '#app';
import { Fault } from '#base';
import { systemClock } from '#host';
import { eventually } from '#host/testing';
import { makeLog } from './make-log.ts';
import { runLoop } from './run-loop.ts';

/** A duty whose rounds are counted; `round` may be replaced. */
function countingDuty(name: string, round: (count: number) => Promise<number>): Duty & { count(): number; drained(): number } {
  let [count, drained] = [0, 0];
  return {
    name,
    round: () => {
      count += 1;
      return round(count);
    },
    drain: async () => {
      drained += 1;
    },
    count: () => count,
    drained: () => drained,
  };
}

/** A loop over duties on a clock of its own, which stands still unless it is moved. */
function startLoop(duties: readonly Duty[], { renew = async () => true, leaseMs = 40 }: Partial<Pick<Daemon, 'renew' | 'leaseMs'>> = {}) {
  const stop = new AbortController();
  const lines: string[] = [];
  const wakes = new Set<() => void>();
  const moved = { wall: 0, steady: 0 };
  const clock = { now: () => 1_800_000_000_000 + performance.now() + moved.wall, monotonic: () => performance.now() + moved.steady };
  const daemon: Daemon = {
    duties,
    leaseMs,
    renew,
    onWake: (wake) => {
      wakes.add(wake);
      return () => void wakes.delete(wake);
    },
    close: async () => {},
  };
  const log = makeLog({ clock: systemClock, write: (text) => void lines.push((JSON.parse(text) as { message: string }).message) });
  const ended = runLoop(daemon, { clock, signal: stop.signal, log });
  return {
    ended,
    lines,
    moved,
    wakes,
    wake: () => {
      for (const wake of wakes) wake();
    },
    stop: async () => {
      stop.abort('SIGTERM');
      return ended;
    },
  };
}

const never = 1e8;

test('a duty sleeps as long as it asked for, and each on its own beat (daemon 1)', async () => {
  const quick = countingDuty('quick', async () => 1);
  const slow = countingDuty('slow', () => new Promise((resolve) => setTimeout(resolve, 100, never)));
  const patient = countingDuty('patient', async () => never);
  const loop = startLoop([quick, slow, patient]);
  await eventually(() => quick.count() > 20, 'the quick one goes on while the slow one works');
  assert.deepEqual([slow.count(), patient.count()], [1, 1]);
  assert.equal(await loop.stop(), 'stopped');
});

test('a wake ends the sleep, and one during a round is a round after it (daemon 1)', async () => {
  const gate = Promise.withResolvers<void>();
  const duty = countingDuty('duty', async (count) => {
    if (count === 2) await gate.promise;
    return never;
  });
  const loop = startLoop([duty]);
  await eventually(() => duty.count() === 1, 'the first round');
  loop.wake();
  await eventually(() => duty.count() === 2, 'the wake ends the sleep');
  for (let i = 0; i < 5; i += 1) loop.wake();
  assert.equal(duty.count(), 2);
  gate.resolve();
  await eventually(() => duty.count() === 3, 'the wakes during the round are one round after it');
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(duty.count(), 3);
  await loop.stop();
  assert.equal(loop.wakes.size, 0);
});

test('a duty that fails is told once, tried again, and told again only after it went well (daemon 2)', async () => {
  let failure: Error | undefined = new Fault('unavailable', 'the disk is full', { hint: 'free some space' });
  const duty = countingDuty('land', async () => {
    if (failure !== undefined) throw failure;
    return never;
  });
  const fine = countingDuty('fine', async () => never);
  const loop = startLoop([duty, fine]);
  const again = async () => {
    const before = duty.count();
    loop.wake();
    await eventually(() => duty.count() > before, 'another round');
  };
  await eventually(() => duty.count() === 1, 'the first round');
  await again();
  await again();
  assert.deepEqual(loop.lines, ['land: the disk is full (free some space)']);
  failure = undefined;
  await again();
  failure = new Error('odd');
  await again();
  assert.match(loop.lines[1] ?? '', /^land: Error: odd\n\s+at /);
  assert.ok(fine.count() > 3);
  await loop.stop();
});

test('after a jump of the wall clock every duty leaves out a round (daemon 3)', async () => {
  const duty = countingDuty('supervise', async () => 5);
  const loop = startLoop([duty]);
  await eventually(() => duty.count() > 2, 'it works');
  loop.moved.wall += 3_600_000;
  await eventually(() => loop.lines.length === 1, 'the jump is seen');
  const count = duty.count();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual([duty.count(), loop.lines], [count, ['supervise: the clock jumped; one round is left out']]);
  await eventually(() => duty.count() > count, 'it goes on');
  await loop.stop();
});

test('a lease that is lost ends the daemon, and its duties come to their end (daemon 4)', async () => {
  let renewals = 0;
  const duty = countingDuty('duty', async () => 1);
  const loop = startLoop([duty], {
    renew: async () => {
      renewals += 1;
      return renewals < 3;
    },
  });
  assert.equal(await loop.ended, 'lost');
  assert.deepEqual([renewals, duty.drained(), loop.lines], [3, 1, ['the lease was lost: another daemon has this town']]);
});

test('a store that does not answer ends nothing, but nothing is done until a renewal says whose the town is (daemon 4)', async () => {
  let answer: 'fine' | 'away' = 'fine';
  const duty = countingDuty('duty', async () => 1);
  const renew = async () => {
    if (answer === 'away') throw new Fault('unavailable', 'the store is locked');
    return true;
  };
  const loop = startLoop([duty], { renew, leaseMs: 200 });
  await eventually(() => duty.count() > 2, 'it works');
  answer = 'away';
  await eventually(() => loop.lines.length === 1, 'it is told');
  loop.moved.wall += 1000;
  loop.moved.steady += 1000;
  await new Promise((resolve) => setTimeout(resolve, 20));
  const count = duty.count();
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.deepEqual([duty.count(), loop.lines], [count, ['the lease could not be renewed: the store is locked']]);
  answer = 'fine';
  await eventually(() => duty.count() > count, 'it goes on');
  assert.equal(await loop.stop(), 'stopped');
});

test('told to stop, it begins no round, waits for the one under way and for what was set going (daemon 5)', async () => {
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  const slow: Duty = {
    name: 'slow',
    round: async () => {
      await gate.promise;
      order.push('round');
      return 1;
    },
    drain: async () => void order.push('drained'),
  };
  const loop = startLoop([slow]);
  const stopped = loop.stop().then((why) => order.push(why));
  loop.wake();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(order, []);
  gate.resolve();
  await stopped;
  assert.deepEqual(order, ['round', 'drained', 'stopped']);
});

test('one that is told to stop before it began does nothing (daemon 5)', async () => {
  const duty = countingDuty('duty', async () => 1);
  const stop = new AbortController();
  stop.abort();
  const daemon: Daemon = { duties: [duty], leaseMs: 1000, renew: async () => true, onWake: () => () => {}, close: async () => {} };
  assert.equal(await runLoop(daemon, { clock: systemClock, signal: stop.signal, log: () => {} }), 'stopped');
  assert.deepEqual([duty.count(), duty.drained()], [0, 1]);
});

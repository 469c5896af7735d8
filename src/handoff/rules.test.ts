import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CycledLife, chooseWip, hasWorkedOn, isLooping, judgeReceipt as judgeAt, judgeCooldown, type ReceiptFacts, turnOfWorkMs } from './rules.ts';

const idle: CycledLife = { isCycled: true, endedAt: 100, stepCount: 0, commitCount: 0, workMs: 0 };
const current: CycledLife = { ...idle, isCycled: false, endedAt: undefined };

test('what is kept before a cycle goes by role, or by the setting (handoff 15)', () => {
  assert.deepEqual(
    ['polecat', 'crew', 'mayor', 'witness'].map((role) => chooseWip('by-role', role)),
    ['push', 'snapshot', 'none', 'none'],
  );
  for (const setting of ['push', 'snapshot', 'none'] as const) assert.equal(chooseWip(setting, 'crew'), setting);
});

test('two handoffs lie apart, except those that are ordered or that measured context asks for (handoff 16)', () => {
  const facts = { lastAt: 1000, now: 1099, cooldownMs: 100, isOrdered: false, isMeasured: false };
  assert.deepEqual(judgeCooldown(facts), { kind: 'cooling-down', untilAt: 1100 });
  for (const more of [{ now: 1100 }, { now: -900 }, { isOrdered: true }, { isMeasured: true }, { lastAt: undefined }, { cooldownMs: 0 }])
    assert.deepEqual(judgeCooldown({ ...facts, ...more }), { kind: 'go' });
});

test('the third handoff in a row for nothing is a loop; a step, a commit, a turn of work, an order or a reset breaks it (handoff 16)', () => {
  assert.equal(isLooping([current, idle, idle], 0), true);
  assert.equal(isLooping([current, idle], 0), false, 'it would be the second');
  for (const more of [{ stepCount: 1 }, { commitCount: 1 }, { workMs: turnOfWorkMs }]) {
    assert.equal(isLooping([{ ...current, ...more }, idle, idle], 0), false);
    assert.equal(isLooping([current, { ...idle, ...more }, idle], 0), false);
    assert.equal(isLooping([current, idle, { ...idle, ...more }], 0), true, 'what lies before the first of the three does not matter');
  }
  assert.equal(isLooping([current, { ...idle, isCycled: false }, idle], 0), false);
  assert.equal(isLooping([current, idle, { ...idle, isCycled: false }], 0), false);
  assert.equal(isLooping([current, idle, idle], 100), false, 'a reset forgives what ended before it');
});

const anyLife = fc.record({
  isCycled: fc.boolean(),
  endedAt: fc.integer({ min: 1, max: 1000 }),
  stepCount: fc.integer({ min: 0, max: 2 }),
  commitCount: fc.integer({ min: 0, max: 2 }),
  workMs: fc.integer({ min: 0, max: 2 * turnOfWorkMs }),
});

test('an agent that works is never held back, and one that does not is handed off twice at most (handoff 16)', () => {
  fc.assert(
    fc.property(fc.array(anyLife, { maxLength: 6 }), fc.integer({ min: 0, max: 1000 }), (lives, resetAt) => {
      const [first] = lives;
      if (first !== undefined && hasWorkedOn(first)) assert.equal(isLooping(lives, resetAt), false);
      if (isLooping(lives, resetAt)) assert.ok(lives.slice(1, 3).every((life) => life.isCycled && life.endedAt > resetAt));
    }),
  );
  let lives: CycledLife[] = [current];
  let count = 0;
  while (!isLooping(lives, 0) && count < 10) {
    count += 1;
    lives = [current, ...lives.map((life) => ({ ...life, isCycled: true, endedAt: 100 }))];
  }
  assert.equal(count, 2);
});

type Waiting = ReceiptFacts & { readonly now: number };
const judgeReceipt = (facts: Waiting) => judgeAt(facts, (at) => facts.now - at);

const waiting: Waiting = {
  createdAt: 0,
  nudgedAt: undefined,
  restartedAt: undefined,
  escalatedAt: undefined,
  startedAt: 10,
  progressAt: 20,
  isHeld: false,
  now: 120,
  receiptMs: 100,
};

test('without a receipt: a nudge, a restart, a person, each after its time, and nothing while the successor is not there (handoff 21)', () => {
  assert.equal(judgeReceipt(waiting), 'nudge');
  assert.equal(judgeReceipt({ ...waiting, now: 119 }), 'nothing');
  assert.equal(judgeReceipt({ ...waiting, nudgedAt: 120, now: 219 }), 'nothing');
  assert.equal(judgeReceipt({ ...waiting, nudgedAt: 120, now: 220 }), 'restart');
  const restarted = { ...waiting, nudgedAt: 120, restartedAt: 220 };
  assert.equal(judgeReceipt({ ...restarted, startedAt: undefined, now: 900 }), 'nothing');
  assert.equal(judgeReceipt({ ...restarted, startedAt: 300, progressAt: undefined, now: 399 }), 'nothing');
  assert.equal(judgeReceipt({ ...restarted, startedAt: 300, progressAt: undefined, now: 400 }), 'escalate');
  assert.equal(judgeReceipt({ ...restarted, escalatedAt: 400, now: 9000 }), 'nothing');
  assert.equal(judgeReceipt({ ...waiting, isHeld: true, now: 9000 }), 'nothing');
});

test('however time passes, each is done once and in order, and a sign of life puts it off (handoff 21)', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 150 }), isAlive: fc.boolean() }), { maxLength: 40 }), (rounds) => {
      let facts = waiting;
      const done: string[] = [];
      for (const { afterMs, isAlive } of rounds) {
        const now = facts.now + afterMs;
        facts = { ...facts, now, ...(isAlive ? { progressAt: now } : {}) };
        const due = judgeReceipt(facts);
        if (isAlive) assert.equal(due, 'nothing');
        if (due === 'nudge') facts = { ...facts, nudgedAt: now };
        if (due === 'restart') facts = { ...facts, restartedAt: now, startedAt: now, progressAt: undefined };
        if (due === 'escalate') facts = { ...facts, escalatedAt: now };
        if (due !== 'nothing') done.push(due);
      }
      assert.deepEqual(done, ['nudge', 'restart', 'escalate'].slice(0, done.length));
    }),
  );
});

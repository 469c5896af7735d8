import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { minute, second } from '#base';
import { planWatch, type WatchFacts } from './watch.ts';

const policy = { idleMs: 5 * minute, stuckMs: 30 * minute, nudges: 2 };
const idle: WatchFacts = { isWorking: false, progressMs: 0, nudgeCount: 0, nudgedMs: 0, isSecondInVain: false };
const kindAt = (facts: Partial<WatchFacts>) => planWatch({ ...idle, ...facts }, policy).kind;

test('work on the hook but idle for 5 minutes, or in a turn without progress for 30, is nudged (sessions 23)', () => {
  assert.deepEqual([kindAt({ progressMs: 5 * minute - 1 }), kindAt({ progressMs: 5 * minute })], ['nothing', 'nudge']);
  const working = (progressMs: number) => kindAt({ isWorking: true, progressMs });
  assert.deepEqual([working(29 * minute), working(30 * minute)], ['nothing', 'nudge']);
});

test('it is nudged, nudged again, handed over with a document, and when that was in vain too a person is called (sessions 23)', () => {
  const walk = (isSecondInVain: boolean) => {
    const kinds: string[] = [];
    let facts: WatchFacts = { ...idle, isSecondInVain };
    for (let passed = 0; passed < 16 * minute; passed += 30 * second) {
      facts = { ...facts, progressMs: facts.progressMs + 30 * second, nudgedMs: facts.nudgedMs + 30 * second };
      const plan = planWatch(facts, policy);
      if (plan.kind === 'nothing') continue;
      kinds.push(`${plan.kind} ${facts.progressMs / minute}`);
      if (plan.kind !== 'nudge') return kinds;
      facts = { ...facts, nudgeCount: plan.count, nudgedMs: 0 };
    }
    return kinds;
  };
  assert.deepEqual(walk(false), ['nudge 5', 'nudge 10', 'handoff 15']);
  assert.deepEqual(walk(true), ['nudge 5', 'nudge 10', 'escalate 15']);
});

test('whatever the facts are, progress is never answered, and nobody is handed over before every nudge was given its time (sessions 23)', () => {
  const facts = fc.record({
    isWorking: fc.boolean(),
    progressMs: fc.nat(2 * 60 * minute),
    nudgeCount: fc.nat(4),
    nudgedMs: fc.nat(60 * minute),
    isSecondInVain: fc.boolean(),
  });
  fc.assert(
    fc.property(facts, (given) => {
      const plan = planWatch(given, policy);
      if (given.progressMs < policy.idleMs) assert.equal(plan.kind, 'nothing');
      if (plan.kind === 'handoff' || plan.kind === 'escalate') assert.ok(given.nudgeCount >= policy.nudges && given.nudgedMs >= policy.idleMs);
      if (plan.kind === 'nudge') assert.ok(plan.count <= policy.nudges);
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AgentPlan, Session } from '#sessions';
import { type CycleFacts, holdAllButOne, planCycle, planReady } from './rules.ts';

const thresholds = { suggest: 0.7, cycle: 0.85, hard: 0.97 };
const askMs = 120_000;
const hardMs = 60_000;
const share = fc.double({ min: 0, max: 3, noNaN: true });
const moment = fc.integer({ min: 0, max: 10_000_000 });
const facts: fc.Arbitrary<CycleFacts> = fc.record({
  toldAt: fc.option(moment, { nil: undefined }),
  share,
  hardAt: fc.option(moment, { nil: undefined }),
  isBetweenTools: fc.boolean(),
  now: moment,
  askMs: fc.constantFrom(0, 1000, askMs),
  hardMs: fc.constantFrom(0, 4000, hardMs),
  thresholds: fc.constant(thresholds),
});
const holds = (property: fc.IProperty<[CycleFacts]>) => fc.assert(property, { seed: 7, numRuns: 2000 });

test('a session under its threshold is never handed over (app 8)', () => {
  holds(fc.property(facts, (given) => given.share >= thresholds.cycle || planCycle(given).kind === 'nothing'));
});

test('who was told has all of its time to hand off itself, unless it was kept from a tool (app 8)', () => {
  const isAllowed = (given: CycleFacts) => given.toldAt === undefined || given.now - given.toldAt >= given.askMs || planCycle(given).kind === 'nothing';
  holds(fc.property(facts, (given) => isAllowed({ ...given, isBetweenTools: false })));
});

test('who was told and let the time pass is handed over, as long as it is past its threshold (app 8)', () => {
  holds(fc.property(facts, (given) => planCycle({ ...given, toldAt: given.now - given.askMs, share: thresholds.cycle + given.share }).kind === 'handoff'));
});

test('who was told nothing is handed over only past the hard limit, between two tools or when its time is over (app 8)', () => {
  holds(
    fc.property(facts, (given) => {
      const isOver = given.hardAt !== undefined && given.now - given.hardAt >= given.hardMs;
      const isDue = given.share >= thresholds.hard && (given.isBetweenTools || isOver);
      return (planCycle({ ...given, toldAt: undefined }).kind === 'handoff') === isDue;
    }),
  );
});

test('more context or more time never turns a handoff into none (app 8)', () => {
  holds(
    fc.property(facts, (given) => {
      const later = planCycle({ ...given, now: given.now + 1000 });
      const fuller = planCycle({ ...given, share: given.share + 0.1 });
      return planCycle(given).kind === 'nothing' || (later.kind === 'handoff' && fuller.kind === 'handoff');
    }),
  );
});

test('the reason names the measure that asked for it (app 8)', () => {
  const at = { hardAt: undefined, isBetweenTools: false, now: 200_000, askMs, hardMs, thresholds };
  assert.deepEqual(planCycle({ ...at, toldAt: 77_000, share: 0.876 }), { kind: 'handoff', reason: 'context 87 %, told 123 s ago' });
  assert.deepEqual(planCycle({ ...at, toldAt: undefined, hardAt: 100, share: 0.98 }), { kind: 'handoff', reason: 'context 98 %, past the hard limit' });
  assert.deepEqual(planCycle({ ...at, isBetweenTools: true, toldAt: undefined, share: 0.98 }), {
    kind: 'handoff',
    reason: 'context 98 %, past the hard limit, between two tools',
  });
});

test('a program without a start signal is ready once it has survived, and not before it started, not twice (app 8)', () => {
  const started = { startedAt: 1000, primedAt: undefined, readyAt: undefined };
  assert.deepEqual(planReady(started, 3000, 3500), { kind: 'wait', forMs: 500 });
  assert.deepEqual(planReady(started, 3000, 4000), { kind: 'ready', survivedMs: 3000 });
  assert.deepEqual(planReady(started, 0, 1000), { kind: 'ready', survivedMs: 0 });
  for (const over of [{ startedAt: undefined }, { primedAt: 2000 }, { readyAt: 2000 }])
    assert.deepEqual(planReady({ ...started, ...over }, 0, 9000), { kind: 'nothing' });
});

test('after a mass death one agent begins at a time, one whose session is opened first, and all else goes on (app 13)', () => {
  const massDeath = { firstAt: 0, lastAt: 0, sessions: ['sess_1', 'sess_2', 'sess_3'], agents: ['a', 'b', 'c'], cause: 'unknown', detail: '' } as const;
  const session = { id: 'sess_4' } as Session;
  const open = { plan: { kind: 'open', why: { kind: 'order', by: 'overseer', topic: 'x' } }, isBeginning: false } as const;
  const start = { plan: { kind: 'start', session }, isBeginning: true } as const;
  const primes = { plan: { kind: 'nothing' }, isBeginning: true } as const;
  const clear = { plan: { kind: 'clear', session }, isBeginning: false } as const;
  const kinds = (...planned: { plan: AgentPlan; isBeginning: boolean }[]) =>
    holdAllButOne(
      planned.map((one) => ({ ...one })),
      massDeath,
    ).map(({ plan }) => plan.kind);
  assert.deepEqual(kinds(clear, open, open), ['clear', 'open', 'held']);
  assert.deepEqual(kinds(open, start, open), ['held', 'start', 'held']);
  assert.deepEqual(kinds(start, start), ['start', 'held']);
  assert.deepEqual(kinds(open, primes, start, clear), ['held', 'nothing', 'held', 'clear']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hour, minute, second } from '#base';
import { type Death, type EndClass, findOpenBreaker, judgeRestart } from './restart.ts';

const policy = { firstMs: 30 * second, maxMs: 10 * minute, breaker: 5 };
const patient = { ...policy, breaker: 100 };
const now = 1_800_000_000_000;

interface Brief {
  readonly agoMinutes: number;
  readonly hadProgress?: boolean;
  readonly class?: EndClass;
  readonly livedMs?: number;
  readonly resetAt?: number;
}

const died = (...deaths: Brief[]): Death[] =>
  deaths.map(({ agoMinutes, ...more }, i) => ({
    session: `sess_${i}`,
    class: 'crash',
    hadProgress: false,
    livedMs: 0,
    ...more,
    at: now - agoMinutes * minute,
  }));
const early = (...agoMinutes: number[]) => died(...agoMinutes.map((ago) => ({ agoMinutes: ago })));
const waitAfter = (deaths: Death[], by = patient) => judgeRestart(deaths, by, 0.5).waitMs;

test('after progress a dead agent starts at once; one that dies early waits 30 s, doubling to 10 minutes (sessions 4)', () => {
  assert.equal(judgeRestart([], policy, 0.5).waitMs, 0);
  assert.equal(waitAfter(died({ agoMinutes: 1, hadProgress: true })), 0);
  assert.equal(waitAfter(early(1)), 30 * second);
  assert.equal(waitAfter(died({ agoMinutes: 5, hadProgress: true }, { agoMinutes: 1, hadProgress: true })), 30 * second);
  assert.equal(waitAfter(died({ agoMinutes: 5 }, { agoMinutes: 1, hadProgress: true })), 60 * second);
  const waits = Array.from({ length: 8 }, (_, i) => waitAfter(early(...Array.from({ length: i + 1 }, (_, n) => i - n))));
  assert.deepEqual(
    waits.map((wait) => wait / second),
    [30, 60, 120, 240, 480, 600, 600, 600],
  );
});

test('deaths more than 15 minutes before the next one are forgotten, and only those (sessions 4)', () => {
  assert.equal(waitAfter(died({ agoMinutes: 40 }, { agoMinutes: 20 }, { agoMinutes: 1, hadProgress: true })), 0);
  assert.equal(waitAfter(early(40, 16, 1)), 60 * second);
  assert.equal(waitAfter(early(31, 16, 1)), 120 * second);
});

test('a wait never shrinks with a further death that nothing came of (sessions 4)', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 15 * minute }), { minLength: 2, maxLength: 9 });
  fc.assert(
    fc.property(gaps, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.constantFrom(policy, patient), (each, fraction, by) => {
      let [at, before] = [now, -1];
      const deaths: Death[] = [];
      for (const gap of each) {
        at += gap;
        deaths.push({ session: String(at), at, class: 'crash', hadProgress: false, livedMs: 0 });
        const { waitMs } = judgeRestart(deaths, by, fraction);
        assert.ok(waitMs >= before, `${waitMs} after ${before}`);
        assert.ok(waitMs <= hour * 1.1);
        before = waitMs;
      }
    }),
  );
});

test('agents that died together do not start together (sessions 4)', () => {
  assert.deepEqual(
    [0, 0.5, 0.99].map((fraction) => judgeRestart(early(0), policy, fraction).waitMs),
    [27_000, 30_000, 32_940],
  );
});

test('the fifth death within 15 minutes opens the breaker, and then it is probed: after 10 minutes, doubling to an hour (sessions 21)', () => {
  assert.equal(findOpenBreaker(early(14, 10, 8, 0), policy), undefined);
  assert.equal(findOpenBreaker(early(16, 14, 10, 8, 0), policy), undefined, 'the first of them is too old');
  assert.deepEqual(findOpenBreaker(early(15, 14, 10, 8, 0), policy), { session: 'sess_4', openedAt: now, failedProbes: 0 });
  const opened = early(95, 94, 93, 92, 91);
  assert.equal(judgeRestart(opened, policy, 0.5).why.kind, 'breaker');
  const waits = [[], [80], [80, 60], [80, 60, 20], [80, 60, 20, 5]].map((probes) => waitAfter([...opened, ...early(...probes)], policy) / minute);
  assert.deepEqual(waits, [10, 20, 40, 60, 60]);
});

test('a cause that was mended closes the breaker: a probe that made progress or lived long is the first death of a fresh count (sessions 21)', () => {
  const opened = early(95, 94, 93, 92, 91);
  for (const healed of [{ hadProgress: true }, { livedMs: 16 * minute }]) {
    const after = [...opened, ...died({ agoMinutes: 30, ...healed })];
    assert.equal(findOpenBreaker(after, policy), undefined);
    assert.notEqual(judgeRestart(after, policy, 0.5).why.kind, 'breaker');
  }
  assert.notEqual(findOpenBreaker([...opened, ...died({ agoMinutes: 30, livedMs: 14 * minute })], policy), undefined);
});

test('a handoff, an order and the healer itself are no deaths: only ends that were not asked for are counted, and no outage is one (sessions 21, 22)', () => {
  const outages: EndClass[] = ['rate-limit', 'auth', 'disk-full', 'host-restart'];
  const many = outages.flatMap((each) => died(...Array.from({ length: 8 }, () => ({ agoMinutes: 1, class: each }))));
  assert.equal(findOpenBreaker(many, policy), undefined);
  assert.equal(waitAfter([...many, ...early(0)], policy), 30 * second, 'the first crash after them waits like a first one');
});

test('waiting for a reset, a login or room is no crash: each has its own wait (sessions 22)', () => {
  assert.equal(judgeRestart(died({ agoMinutes: 0, class: 'rate-limit', resetAt: now + 3 * hour }), policy, 0).waitMs, 3 * hour);
  assert.equal(judgeRestart(died({ agoMinutes: 0, class: 'rate-limit', resetAt: now - hour }), policy, 0).waitMs, 0, 'it has reset');
  const unknown = Array.from({ length: 4 }, (_, i) =>
    waitAfter(died(...Array.from({ length: i + 1 }, () => ({ agoMinutes: 0, class: 'rate-limit' as const })))),
  );
  assert.deepEqual(unknown, [15 * minute, 30 * minute, hour, hour]);
  const logins = Array.from({ length: 5 }, (_, i) => waitAfter(died(...Array.from({ length: i + 1 }, () => ({ agoMinutes: 0, class: 'auth' as const })))));
  assert.deepEqual(logins, [5 * minute, 10 * minute, 20 * minute, 40 * minute, hour]);
  assert.equal(waitAfter(died({ agoMinutes: 0, class: 'disk-full' })), 30 * second);
  assert.equal(waitAfter(died({ agoMinutes: 0, class: 'host-restart' })), 0);
  assert.equal(waitAfter(died({ agoMinutes: 0, class: 'missing-dependency' })), 10 * minute, 'trying again soon heals nothing');
});

test('agents of one account do not all come back in the second in which its limit resets (sessions 22)', () => {
  const limited = died({ agoMinutes: 0, class: 'rate-limit', resetAt: now + hour });
  const waits = [0, 0.5, 0.999].map((fraction) => judgeRestart(limited, policy, fraction).waitMs - hour);
  assert.deepEqual(waits, [0, 15 * second, 29_970]);
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { day, hour } from '#base';
import type { Curve } from './model.ts';
import { advanceHorizons, horizonOf, isAtRisk, isExpired, judgeWorth, makeRetentions, pruneDueAt, retentionOf } from './rules.ts';

const curves: readonly Curve[] = ['rapid', 'steady', 'slow', 'flat'];
const anyRetention = fc.record({ ttlMs: fc.integer({ min: 1, max: 4000 * day }), curve: fc.constantFrom(...curves) });
const rows = makeRetentions({});

describe('how long events are kept', () => {
  it("is the seed's table, by name, else by the longest glob, else 7 days (store 11)", () => {
    const wanted: [types: string, days: number, curve: Curve][] = [
      ['patrol_started patrol_complete polecat_checked polecat_nudged', 1, 'rapid'],
      ['session_start session_end nudge', 3, 'steady'],
      ['handoff', 7, 'steady'],
      ['hook unhook sling done', 14, 'slow'],
      ['mail session_death merge_started merge_failed merged', 30, 'flat'],
      ['mass_death', 90, 'flat'],
      ['heartbeat ping', 7, 'rapid'],
      ['gc_report step_done handoff_delivered mail_read merge krc_pruned', 7, 'steady'],
      ['error recovery escalation escalation_sent', 7, 'slow'],
    ];
    for (const [types, days, curve] of wanted)
      for (const type of types.split(' ')) {
        const { ttlMs, curve: found } = retentionOf(rows, type);
        assert.deepEqual([ttlMs, found], [days * day, curve], type);
      }
  });

  it('follows the settings: a type, a glob, the default, a type that no row names (store 11)', () => {
    const own = makeRetentions({ nudge: hour, 'merge_*': 2 * day, default: 5 * day, merge_failed: 9 * day, 'turn_*': hour, escalation_sent: day });
    const found = (type: string) => {
      const { name, ttlMs, curve, setBy } = retentionOf(own, type);
      return [name, ttlMs, curve, setBy];
    };
    assert.deepEqual(found('nudge'), ['nudge', hour, 'steady', 'nudge']);
    assert.deepEqual(found('merge_started'), ['merge_*', 2 * day, 'flat', 'merge_*']);
    assert.deepEqual(found('merge_failed'), ['merge_failed', 9 * day, 'flat', 'merge_failed']);
    assert.deepEqual(found('turn_ended'), ['turn_*', hour, 'steady', 'turn_*']);
    assert.deepEqual(found('escalation_sent'), ['escalation_sent', day, 'slow', 'escalation_sent'], 'it keeps its curve');
    assert.deepEqual(found('escalation_acked'), ['escalation_*', 5 * day, 'slow', 'default'], 'it has the time of the default');
    assert.deepEqual(found('step_done'), ['default', 5 * day, 'steady', 'default']);
    assert.deepEqual(found('handoff'), ['handoff', 7 * day, 'steady', undefined]);
    assert.equal(new Set(own.map(({ name }) => name)).size, own.length);
  });

  it('takes the longest of all globs that fit (store 11)', () => {
    const prefix = fc.stringMatching(/^[a-c]{1,6}$/);
    fc.assert(
      fc.property(fc.uniqueArray(prefix, { minLength: 1, maxLength: 8 }), prefix, (globs, type) => {
        const table = makeRetentions(Object.fromEntries(globs.map((glob) => [`${glob}*`, hour])));
        const longest = globs.filter((glob) => type.startsWith(glob)).sort((a, b) => b.length - a.length)[0];
        assert.equal(retentionOf(table, type).name, longest === undefined ? 'default' : `${longest}*`);
      }),
    );
  });
});

describe('what an event is worth', () => {
  it('begins at 1, ends at 0 and never rises (store 11)', () => {
    fc.assert(
      fc.property(anyRetention, fc.double({ min: 0, max: 2, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }), (retention, a, b) => {
        const [younger, older] = [Math.min(a, b), Math.max(a, b)].map((x) => judgeWorth(x * retention.ttlMs, retention)) as [number, number];
        assert.ok(older <= younger && older >= 0 && younger <= 1);
        assert.equal(judgeWorth(0, retention), 1);
        assert.equal(judgeWorth(retention.ttlMs, retention), 0);
        assert.equal(judgeWorth(-1, retention), 1, 'from the future');
        assert.equal(judgeWorth(older, { ...retention, ttlMs: 0 }), 1, 'without an end');
      }),
    );
  });

  it('falls along its curve (store 11)', () => {
    const at = (curve: Curve, x: number) => Number(judgeWorth(x * 1000, { ttlMs: 1000, curve }).toFixed(3));
    assert.deepEqual(
      [0, 0.25, 0.5, 0.999].map((x) => at('rapid', x)),
      [1, 0.5, 0.25, 0.063],
    );
    assert.deepEqual(
      [0, 0.25, 0.5, 0.999].map((x) => at('steady', x)),
      [1, 0.75, 0.5, 0.001],
    );
    assert.deepEqual(
      [0, 0.1875, 0.75, 0.999].map((x) => at('slow', x)),
      [1, 0.841, 0.5, 0.397],
    );
    assert.deepEqual(
      [0, 0.899, 0.9, 0.95, 0.99].map((x) => at('flat', x)),
      [1, 1, 1, 0.5, 0.1],
    );
  });

  it('is over when the event is older than its time, and not when it is as old (store 11)', () => {
    fc.assert(
      fc.property(anyRetention, fc.integer({ min: -day, max: 4000 * day }), (retention, ageMs) => {
        assert.equal(isExpired(ageMs, retention), ageMs > retention.ttlMs);
        assert.equal(isExpired(retention.ttlMs, retention), false);
        assert.equal(isExpired(retention.ttlMs + 1, retention), true);
        assert.equal(isExpired(ageMs, { ttlMs: 0 }), false, 'without an end');
        if (isExpired(ageMs, retention)) assert.equal(judgeWorth(ageMs, retention), 0);
      }),
    );
  });

  it('is at risk below a quarter, until it is over (store 11)', () => {
    const steady = { ttlMs: 1000, curve: 'steady' } as const;
    assert.deepEqual(
      [750, 751, 1000, 1001].map((ageMs) => isAtRisk(ageMs, steady)),
      [false, true, true, false],
    );
    assert.equal(isAtRisk(500, { ttlMs: 1000, curve: 'rapid' }), false, 'a quarter is not below it');
    fc.assert(
      fc.property(anyRetention, fc.integer({ min: -day, max: 4000 * day }), (retention, ageMs) => {
        assert.equal(isAtRisk(ageMs, retention), judgeWorth(ageMs, retention) < 0.25 && ageMs <= retention.ttlMs);
      }),
    );
  });
});

describe('pruning by itself', () => {
  it('is due an interval after the last time, and at once where that lies ahead or never was (store 14)', () => {
    assert.equal(pruneDueAt(undefined, 5000, 1000), 5000);
    assert.equal(pruneDueAt(4500, 5000, 1000), 5500);
    assert.equal(pruneDueAt(4000, 5000, 1000), 5000);
    assert.equal(pruneDueAt(9000, 5000, 1000), 5000, 'the clock was set back');
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (prunedAt, now, intervalMs) => {
        assert.ok(pruneDueAt(prunedAt, now, intervalMs) <= now + intervalMs, 'it never waits longer than an interval');
      }),
    );
  });
});

describe('the horizon', () => {
  it('is the newest that was pruned, by type and in all, and never goes back (store 13)', () => {
    const event = fc.record({ seq: fc.integer({ min: 1, max: 1000 }), at: fc.nat(), type: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(fc.array(event), fc.array(event), (first, second) => {
        const horizons = advanceHorizons(advanceHorizons({}, first), second);
        const all = [...first, ...second];
        const newest = (events: typeof all) => ({ seq: Math.max(0, ...events.map(({ seq }) => seq)), at: Math.max(0, ...events.map(({ at }) => at)) });
        assert.deepEqual(horizonOf(horizons), newest(all));
        assert.deepEqual(horizonOf(horizons, ['a', 'c']), newest(all.filter(({ type }) => type !== 'b')));
        assert.deepEqual(horizonOf(horizons, []), { seq: 0, at: 0 });
      }),
    );
  });
});

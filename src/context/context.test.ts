import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeSettings } from '#config/model';
import { tempDir } from '#host/testing';
import { getRuntime } from '#runtimes';
import type { TurnUsage } from '#runtimes/model';
import { emptyUsage, UsageCounter, type UsageReading } from '#transcripts';
import { formatMeter, formatShare, hasDropped, isMeasuredAnew, judgeMeter, judgeResumed, type Meter, measure, readMeter, renderBar } from './index.ts';

const thresholds = { suggest: 0.7, cycle: 0.85, hard: 0.97 };
const runbook = getRuntime('runbook', makeSettings({ town: {}, rigs: {} }));
const share = fc.double({ min: 0, max: 1.5, noNaN: true });
const moment = fc.option(fc.nat(), { nil: undefined });

/** What a transcript tells whose newest turn this is. */
function measured(last: TurnUsage): UsageReading {
  return { ...emptyUsage, last, contextTokens: last.contextTokens, isMeasured: true };
}

test('under 70 % nothing is said, from 85 % a cycle is asked for, from 97 % at once: a threshold is reached by being equal to it (context 2)', () => {
  const judged = [0, 0.699_999, 0.7, 0.849_999, 0.85, 0.969_999, 0.97, 1, 1.3].map((each) => judgeMeter({ share: each }, thresholds, {}));
  assert.deepEqual(judged, ['calm', 'calm', 'suggest', 'suggest', 'cycle', 'cycle', 'hard', 'hard', 'hard']);
});

test('the line of 70 % is said once, and again only after a drop (context 2)', () => {
  fc.assert(
    fc.property(fc.array(share), (shares) => {
      let suggestedAt: number | undefined;
      let mayBeSaid = true;
      for (const [at, each] of shares.entries()) {
        if (hasDropped({ share: each }, thresholds, { suggestedAt })) suggestedAt = undefined;
        if (each < thresholds.suggest) mayBeSaid = true;
        const judgement = judgeMeter({ share: each }, thresholds, { suggestedAt });
        if (judgement === 'suggest') {
          assert.ok(mayBeSaid);
          suggestedAt = at;
          mayBeSaid = false;
        }
      }
    }),
  );
});

test('what was said before never hides that a cycle is due (context 2)', () => {
  fc.assert(
    fc.property(share, moment, moment, (each, suggestedAt, toldAt) => {
      const judgement = judgeMeter({ share: each }, thresholds, { suggestedAt, toldAt });
      assert.equal(judgement === 'hard', each >= thresholds.hard);
      assert.equal(judgement === 'cycle', each >= thresholds.cycle && each < thresholds.hard);
    }),
  );
});

test('a fuller context is never judged milder (context 2)', () => {
  const order = ['calm', 'suggest', 'cycle', 'hard'];
  fc.assert(
    fc.property(share, share, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map((each) => order.indexOf(judgeMeter({ share: each }, thresholds, {})));
      assert.ok((low ?? 0) <= (high ?? 0));
    }),
  );
});

test('the share is of the window up to the point where the runtime compacts by itself (context 1)', () => {
  const last = { id: 'u', inputTokens: 70_000, outputTokens: 13_500, contextTokens: 83_500 };
  const meter = measure(measured(last), { descriptor: { windowTokens: 200_000, compactsAtShare: 0.835 } });
  assert.equal(meter.usable, 167_000);
  assert.equal(meter.share, 0.5);
  assert.equal(measure(measured(last), { descriptor: { windowTokens: 200_000, compactsAtShare: 0.835 }, windowTokens: 100_000 }).share, 1);
});

test('a setting says how large the window is, before the transcript, and that before the descriptor (context 1)', () => {
  const descriptor = { windowTokens: 200_000, compactsAtShare: 1 };
  const told = { ...emptyUsage, windowTokens: 1_000_000 };
  assert.deepEqual(
    [measure(told, { descriptor, windowTokens: 50_000 }), measure(told, { descriptor }), measure(emptyUsage, { descriptor })].map(({ window }) => window),
    [50_000, 1_000_000, 200_000],
  );
});

test('no window is larger than the environment of the session allows, which says nothing against a setting (context 9)', () => {
  const descriptor = { windowTokens: 200_000, compactsAtShare: 0.8 };
  const told = { ...emptyUsage, windowTokens: 1_000_000 };
  const windowOf = (about: Omit<Parameters<typeof measure>[1], 'descriptor'>, reading: UsageReading = told) =>
    measure(reading, { descriptor, ...about }).window;
  assert.equal(windowOf({ limits: { windowTokensMax: 200_000 } }), 200_000);
  assert.equal(windowOf({ limits: { windowTokensMax: 2_000_000 } }), 1_000_000, 'a limit makes no window larger');
  assert.equal(windowOf({ limits: { windowTokens: 64_000 } }), 1_000_000, 'what the transcript tells is known better');
  assert.equal(windowOf({ limits: { windowTokens: 64_000 } }, emptyUsage), 64_000);
  assert.equal(windowOf({ windowTokens: 500_000, limits: { windowTokensMax: 200_000 } }), 500_000);
  assert.equal(measure(emptyUsage, { descriptor, limits: { compactsAtShare: 0.5 } }).usable, 100_000);
  assert.equal(measure(emptyUsage, { descriptor, limits: { compactsAtShare: 0.9 } }).usable, 160_000);
});

test('after a compaction the meter is what the compaction left, estimated unless it told (context 1)', () => {
  const counter = new UsageCounter(measured({ id: 'u', inputTokens: 900, outputTokens: 0, contextTokens: 900 }));
  counter.add({ entries: [{ kind: 'summary', text: 'x'.repeat(400) }], change: { kind: 'compacted' } });
  const meter = measure(counter.reading(undefined, 0), { descriptor: { windowTokens: 1000, compactsAtShare: 1 } });
  assert.deepEqual([meter.tokens, meter.isMeasured], [100, false]);
});

test('what came after the last usage counts, estimated (context 1)', () => {
  const last = { id: 'u', inputTokens: 90, outputTokens: 10, contextTokens: 100 };
  assert.equal(measure({ ...measured(last), trailingTokens: 50 }, { descriptor: { windowTokens: 1000, compactsAtShare: 1 } }).tokens, 150);
});

test('burn is the growth of the newest turns, a compaction left out; turns left follow from it (context 1)', () => {
  const descriptor = { windowTokens: 1000, compactsAtShare: 1 };
  const last = { id: 'u', inputTokens: 400, outputTokens: 0, contextTokens: 400 };
  const meter = measure({ ...measured(last), recentContextTokens: [800, 100, 250, 400] }, { descriptor });
  assert.equal(meter.burnTokensPerTurn, 150);
  assert.equal(meter.turnsLeft, 4);
  assert.equal(measure({ ...measured(last), recentContextTokens: [400] }, { descriptor }).turnsLeft, undefined);
  assert.equal(measure({ ...measured(last), recentContextTokens: [400, 400] }, { descriptor }).turnsLeft, undefined);
});

test('a measured meter never promises a negative number of turns, nor a share below 0 (context 1)', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(2_000_000), { minLength: 1, maxLength: 9 }),
      fc.nat(5000),
      fc.integer({ min: 1, max: 1_000_000 }),
      (contexts, trailingTokens, windowTokens) => {
        const contextTokens = contexts.at(-1) ?? 0;
        const meter = measure(
          { ...measured({ id: 'u', inputTokens: contextTokens, outputTokens: 0, contextTokens }), recentContextTokens: contexts, trailingTokens },
          { descriptor: { windowTokens, compactsAtShare: 0.5 } },
        );
        assert.ok(meter.share >= 0 && (meter.turnsLeft ?? 0) >= 0 && meter.usable >= 1);
      },
    ),
  );
});

test('a transcript is measured from its last turn, and estimated before the first (context 1)', async (t) => {
  const transcript = join(tempDir(t), 't.jsonl');
  writeFileSync(transcript, `${JSON.stringify({ type: 'system', uuid: 'a', message: { content: 'x'.repeat(400) } })}\n`);
  const before = await readMeter({ transcript, runtime: runbook, window: 1000 });
  assert.deepEqual([before.meter.tokens, before.meter.isMeasured, before.meter.turns], [100, false, 0]);
  writeFileSync(
    transcript,
    `${JSON.stringify({ type: 'assistant', uuid: 'b', message: { content: 'y' }, usage: { input_tokens: 700, output_tokens: 50 } })}\n`,
    { flag: 'a' },
  );
  const { meter } = await readMeter({ transcript, runtime: runbook, window: 1000, from: before.reading });
  assert.deepEqual([meter.tokens, meter.share, meter.isMeasured, meter.turns], [750, 0.75, true, 1]);
});

test('the meter is one line, and a threshold shows only when it is reached (context 3)', () => {
  const meter: Meter = {
    tokens: 119_999,
    window: 200_000,
    usable: 167_000,
    share: 119_999 / 167_000,
    isMeasured: true,
    turns: 9,
    burnTokensPerTurn: 9000,
    turnsLeft: 5,
  };
  assert.equal(formatMeter(meter), 'context 71 % of 167k (120k tokens), about 5 turns left');
  assert.equal(formatMeter({ ...meter, isMeasured: false, turnsLeft: undefined }), 'context 71 % of 167k (120k tokens, estimated)');
  assert.equal(formatShare(0.8499999), '84 %');
  assert.equal(formatShare(0.85), '85 %');
  assert.equal(formatShare(0.29), '29 %');
});

test('a bar has always its width, and is full only when the context is (context 3)', () => {
  fc.assert(
    fc.property(share, fc.integer({ min: 1, max: 60 }), (each, width) => {
      const bar = renderBar(each, width);
      assert.equal(bar.length, width);
      assert.equal(/^▓+$/.test(bar), each >= 1 - 1e-9);
    }),
  );
  assert.equal(renderBar(0.5, 10), '▓▓▓▓▓░░░░░');
});

test('a conversation that is gone on with is judged by its own usage, and in its first turn from the first threshold on (context 8)', () => {
  const thresholds = { suggest: 0.7, cycle: 0.85, hard: 0.97 };
  const usage = (at: number | undefined) => ({ last: { id: 'a', inputTokens: 1, outputTokens: 1, contextTokens: 2, ...(at === undefined ? {} : { at }) } });
  assert.deepEqual(
    [
      isMeasuredAnew(usage(99), { startedAt: 100 }),
      isMeasuredAnew(usage(100), { startedAt: 100 }),
      isMeasuredAnew(usage(100), {}),
      isMeasuredAnew(usage(undefined), { startedAt: 100 }),
      isMeasuredAnew(usage(undefined), { startedAt: 100, turnEndedAt: 120 }),
      isMeasuredAnew({ last: undefined }, { startedAt: 100 }),
    ],
    [false, true, false, false, true, false],
  );
  assert.equal(judgeResumed(thresholds, {}).cycle, 0.7);
  assert.equal(judgeResumed(thresholds, { firstTurnAt: 5, turnAt: 5, turnEndedAt: 9 }).cycle, 0.7);
  assert.equal(judgeResumed(thresholds, { firstTurnAt: 5, turnAt: 20, turnEndedAt: 9 }).cycle, 0.85);
  assert.equal(judgeResumed(thresholds, { firstTurnAt: 5, turnAt: 20, toldAt: 10 }).cycle, 0.7, 'what it was told stands');
});

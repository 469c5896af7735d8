import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byteLength, hour } from '#base';
import { fitParts, judgeForm, judgePrimeState, type PrimeFacts, type PrimeOccasion, type PrimePart } from './rules.ts';

const now = 1_800_000_000_000;
const stale = 24 * hour;
const none: PrimeFacts = { document: undefined, newestDocumentAt: undefined, checkpoint: undefined, hasWork: false };
const judge = (facts: Partial<PrimeFacts>) => judgePrimeState({ ...none, ...facts }, now, stale);
const checkpoint = { writtenAt: now - hour, isOver: false };

const anyMoment = fc.integer({ min: now - 2 * stale, max: now });
const anyFacts = fc.record<PrimeFacts>({
  document: fc.option(fc.record({ isPlanned: fc.boolean() }), { nil: undefined }),
  newestDocumentAt: fc.option(anyMoment, { nil: undefined }),
  checkpoint: fc.option(fc.record({ writtenAt: anyMoment, isOver: fc.boolean() }), { nil: undefined }),
  hasWork: fc.boolean(),
});

test('each state has its fact (prime 1)', () => {
  assert.equal(judge({ document: { isPlanned: true }, checkpoint, hasWork: true }), 'post-handoff');
  assert.equal(judge({ document: { isPlanned: false }, hasWork: true }), 'crash-recovery');
  assert.equal(judge({ checkpoint, hasWork: true }), 'crash-recovery');
  assert.equal(judge({ hasWork: true }), 'autonomous');
  assert.equal(judge({}), 'normal');
});

test('a checkpoint counts while it is young, newer than every document, and about work that is not over (prime 1)', () => {
  assert.equal(judge({ checkpoint: { ...checkpoint, isOver: true } }), 'normal');
  assert.equal(judge({ checkpoint: { ...checkpoint, writtenAt: now - stale + 1 } }), 'crash-recovery');
  assert.equal(judge({ checkpoint: { ...checkpoint, writtenAt: now - stale } }), 'normal');
  assert.equal(judge({ checkpoint, newestDocumentAt: checkpoint.writtenAt - 1 }), 'crash-recovery');
  assert.equal(judge({ checkpoint, newestDocumentAt: checkpoint.writtenAt }), 'normal');
});

test('the order of the states holds whatever else is true (prime 1)', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const state = judgePrimeState(facts, now, stale);
      assert.equal(state === 'post-handoff', facts.document?.isPlanned === true);
      if (facts.document?.isPlanned === false) assert.equal(state, 'crash-recovery');
      if (state === 'normal') assert.ok(!facts.hasWork);
      if (state === 'autonomous') assert.ok(facts.hasWork && facts.document === undefined);
      if (facts.document === undefined && facts.checkpoint === undefined) assert.equal(state, facts.hasWork ? 'autonomous' : 'normal');
    }),
  );
});

test('of every combination of the facts the first that holds is the state: planned end, unplanned end or checkpoint, work, nothing (prime 1)', () => {
  let count = 0;
  for (const document of [undefined, { isPlanned: true }, { isPlanned: false }])
    for (const age of [undefined, 0, stale - 1, stale])
      for (const isOver of [false, true])
        for (const newestDocumentAt of [undefined, now - stale - 1, now])
          for (const hasWork of [false, true]) {
            const left = age === undefined ? undefined : { writtenAt: now - age, isOver };
            const isOpen = left !== undefined && !isOver && age !== stale && left.writtenAt > (newestDocumentAt ?? 0);
            const holds = [
              ['post-handoff', document?.isPlanned === true],
              ['crash-recovery', document?.isPlanned === false || isOpen],
              ['autonomous', hasWork],
              ['normal', true],
            ] as const;
            const expected = holds.find(([, isTrue]) => isTrue)?.[0];
            assert.equal(
              judge({ document, checkpoint: left, newestDocumentAt, hasWork }),
              expected,
              JSON.stringify([document, age, isOver, newestDocumentAt, hasWork]),
            );
            count += 1;
          }
  assert.equal(count, 144);
});

test('a prime is short for a conversation that goes on and knows what waits for it, and full for every other (prime 11)', () => {
  const anyOccasion = fc.record<PrimeOccasion>({
    source: fc.constantFrom('startup', 'resume', 'clear', 'compact', 'fork'),
    isResumed: fc.boolean(),
    isPrimed: fc.boolean(),
    isDelivering: fc.boolean(),
  });
  fc.assert(
    fc.property(anyOccasion, (occasion) => {
      const { source, isResumed, isPrimed, isDelivering } = occasion;
      const form = judgeForm(occasion);
      if (source === 'clear') assert.equal(form, 'full');
      if (source === 'startup') assert.equal(form === 'short', isResumed && !isPrimed);
      if (isDelivering && !isResumed) assert.equal(form, 'full', 'nothing is delivered that is not shown');
      if (source === 'compact' || source === 'resume') assert.equal(form === 'short', isResumed || !isDelivering);
    }),
  );
});

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 1500 }).map((text) => text.replaceAll('\uFFFD', '?')),
  fc.constantFrom('', ' \n', 'ä'.repeat(900), '😀'.repeat(700)),
);
const anyParts = fc
  .array(fc.record({ text: anyText, isCut: fc.boolean() }), { minLength: 1, maxLength: 8 })
  .map((all) => all.map(({ text, isCut }, i): PrimePart => ({ title: `T${i}`, text, more: isCut ? `baton show ${i}` : undefined })));
const leastOf = (parts: readonly PrimePart[]) =>
  parts.reduce(
    (sum, { title, text, more }) => sum + byteLength(`# ${title}\n${more === undefined ? text.trim() : `[cut to fit; all of it: ${more}]`}\n`) + 1,
    0,
  );

test('a prime never exceeds its budget, and every part is there whole or names its command (prime 2)', () => {
  fc.assert(
    fc.property(anyParts, fc.nat(6000), (parts, budget) => {
      const text = fitParts(parts, budget);
      assert.ok(byteLength(text) <= budget, `${byteLength(text)} of ${budget}`);
      assert.ok(!text.includes('\uFFFD'), 'no character is split');
      if (budget < leastOf(parts)) return;
      for (const part of parts.filter((each) => each.text.trim() !== '')) {
        const isWhole = text.includes(`# ${part.title}\n${part.text.trim()}\n`);
        assert.ok(isWhole || (part.more !== undefined && text.includes(`[cut to fit; all of it: ${part.more}]`)), `${part.title} of ${budget}`);
      }
    }),
    { numRuns: 300 },
  );
});

test('what is important is cut last, and what fits is not cut (prime 2, 3)', () => {
  const parts = ['first', 'second', 'third'].map((title): PrimePart => ({ title, text: `${title} `.repeat(60), more: `baton ${title}` }));
  const whole = fitParts(parts, 10_000);
  assert.ok(!whole.includes('cut to fit'));
  assert.deepEqual(whole.match(/^# .*/gm), ['# first', '# second', '# third']);
  const cut = fitParts(parts, byteLength(whole) - 1);
  assert.deepEqual(cut.match(/^\[cut.*/gm), ['[cut to fit; all of it: baton third]']);
  assert.ok(cut.includes(parts[1]?.text.trim() ?? '?'));
});

test('a part without text is left out, heading and all (prime 2)', () => {
  assert.equal(
    fitParts(
      [
        { title: 'A', text: ' \n', more: 'x' },
        { title: '', text: 'who', more: undefined },
      ],
      1000,
    ),
    'who\n',
  );
});

test('less than what is worth showing is not shown, only its command (prime 2)', () => {
  const text = fitParts([{ title: 'A', text: 'word '.repeat(400), more: 'baton a' }], 150);
  assert.equal(text, '# A\n[cut to fit; all of it: baton a]\n');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { byteLength } from '#base';
import { documentSections, fitDocument, type HandoffDocument, mergeNotes, renderDocument, sortNotes } from './index.ts';

const empty = Object.fromEntries(documentSections.map((section) => [section, ''])) as HandoffDocument;
const headings = (text: string) => text.split('\n').filter((line) => /^#{1,2}\s/.test(line));

/** Lines as agents write them: labels of every kind, headings of every size, blanks, prose. */
const anyLine = fc.oneof(
  fc.constantFrom(
    'Issue: ga-1',
    'Next: go on',
    'Next:',
    '## Next action',
    '# Goal',
    '###### dead ends:',
    'Note: x',
    '',
    '  indented',
    '- a list',
    '#hash',
    '# Title',
    '## Late note',
  ),
  fc.string({ maxLength: 30 }).map((text) => text.replace(/\s/g, ' ')),
);
const anyNotes = fc.array(anyLine, { maxLength: 14 }).map((lines) => lines.join('\n'));

test('an empty document has its six sections, and says so of each (context 4)', () => {
  assert.equal(
    renderDocument(empty),
    '## Goal\n(none)\n\n## Current state\n(none)\n\n## Key decisions\n(none)\n\n## Dead ends\n(none)\n\n## Working set\n(none)\n\n## Next action\n(none)\n',
  );
});

test('six sections, once each and in order, whatever stands in them (context 4)', () => {
  fc.assert(
    fc.property(fc.tuple(anyNotes, anyNotes, anyNotes, anyNotes, anyNotes, anyNotes), (texts) => {
      const document = Object.fromEntries(documentSections.map((section, i) => [section, texts[i] ?? ''])) as HandoffDocument;
      assert.deepEqual(
        headings(renderDocument(document)),
        documentSections.map((section) => `## ${section}`),
      );
    }),
  );
});

test("the seed's notes are sorted by their labels, each line word for word (context 5)", () => {
  const notes = `
Issue: ga-xyz
Branch: polecat/alpha/ga-xyz@mol-abc
Progress: 3 of 5 endpoints protected
Next: Add middleware to /api/users and /api/orders
Note: The JWT library requires v3.x for RS256 support
`;
  assert.deepEqual(sortNotes(notes), {
    Goal: 'Issue: ga-xyz',
    'Working set': 'Branch: polecat/alpha/ga-xyz@mol-abc',
    'Current state': 'Progress: 3 of 5 endpoints protected',
    'Next action': 'Next: Add middleware to /api/users and /api/orders',
    'Key decisions': 'Note: The JWT library requires v3.x for RS256 support',
  });
});

test('a document that an agent wrote itself keeps its sections, and its headings are not doubled (context 5)', () => {
  const written = documentSections.map((section) => `## ${section}\nof ${section}\n- and more`).join('\n\n');
  const sorted = sortNotes(written);
  assert.deepEqual(sorted, Object.fromEntries(documentSections.map((section) => [section, `of ${section}\n- and more`])));
  assert.equal(headings(renderDocument({ ...empty, ...sorted })).length, 6);
});

test('a line without a label belongs to the one above it, and before all to the current state (context 5)', () => {
  assert.deepEqual(sortNotes('half done\nTried: sed\nit eats newlines\n\nsee log: /tmp/x\nNEXT STEP: use ed'), {
    'Current state': 'half done',
    'Dead ends': 'Tried: sed\nit eats newlines\n\nsee log: /tmp/x',
    'Next action': 'NEXT STEP: use ed',
  });
});

test('there is one next action, the first; others are told as state, and an empty one is none (context 5)', () => {
  assert.deepEqual(sortNotes('Next: a\nNext: b\n## Next action\nc'), { 'Next action': 'Next: a', 'Current state': 'Next: b\nc' });
  assert.deepEqual(sortNotes('Next:\nNext: b'), { 'Next action': 'Next: b' });
  assert.deepEqual(sortNotes('Next:\n\n  '), {});
  assert.deepEqual(sortNotes('## Next action\n1. a\n2. b'), { 'Next action': '1. a\n2. b' });
  assert.deepEqual(sortNotes(''), {});
});

test('no line of notes is lost or doubled by sorting, but for labels without words (context 5)', () => {
  const isName = (line: string) => /^\s*#{1,6}\s+(goal|dead ends|next action)\s*:?\s*$/i.test(line) || line.trim() === 'Next:';
  const words = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !isName(line))
      .sort();
  fc.assert(
    fc.property(anyNotes, (notes) => {
      assert.deepEqual(words(Object.values(sortNotes(notes)).join('\n')), words(notes));
    }),
    { numRuns: 500 },
  );
});

test('merged notes keep every line once, the newest next action, and merging again changes nothing (context 6)', () => {
  const earlier = 'Progress: one beam is in\nTried: glue\nNext: the second beam';
  const later = 'Tried: glue\nTried: nails\nNext: the third beam';
  assert.deepEqual(sortNotes(mergeNotes(earlier, later)), {
    'Current state': 'Progress: one beam is in',
    'Dead ends': 'Tried: glue\nTried: nails',
    'Next action': 'Next: the third beam',
  });
  assert.equal(sortNotes(mergeNotes(earlier, ''))['Next action'], 'Next: the second beam');
  fc.assert(
    fc.property(anyNotes, anyNotes, (one, two) => {
      const merged = mergeNotes(one, two);
      assert.equal(mergeNotes(merged, two), merged);
      assert.equal(mergeNotes(merged, ''), merged);
      // A label that is left without words, since what stood below it was said before, says nothing.
      const words = (text: string) => Object.values(sortNotes(text)).flatMap((part) => part.split('\n').filter((line) => line.trim() !== 'Next:'));
      const next = sortNotes(two)['Next action'] === undefined ? [] : (sortNotes(one)['Next action'] ?? '').split('\n');
      for (const line of [...words(one), ...words(two)]) if (!next.includes(line)) assert.ok(merged.includes(line.trim()), line);
    }),
    { numRuns: 500 },
  );
});

test('a document is fitted into its bytes, each section kept and every cut told (context 7)', () => {
  const small = { ...empty, Goal: 'mend the roof', 'Current state': 'x'.repeat(5000), 'Working set': 'y ä'.repeat(900) };
  const fitted = fitDocument(small, 2000);
  assert.equal(fitted.Goal, 'mend the roof');
  assert.match(fitted['Current state'], /^x{100,}\n\[cut to fit\]$/);
  assert.match(fitted['Working set'], /^y ä.*\n\[cut to fit\]$/s);
  assert.equal(renderDocument(fitDocument(small, 100_000)), renderDocument(small));
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 4000 }), { minLength: 6, maxLength: 6 }), fc.integer({ min: 300, max: 9000 }), (texts, bytesMax) => {
      const document = Object.fromEntries(documentSections.map((section, i) => [section, texts[i] ?? ''])) as HandoffDocument;
      const text = renderDocument(fitDocument(document, bytesMax));
      assert.ok(byteLength(text) <= bytesMax, `${byteLength(text)} > ${bytesMax}`);
      assert.deepEqual(
        headings(text),
        documentSections.map((section) => `## ${section}`),
      );
    }),
  );
});

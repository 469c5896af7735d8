import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keepOutput } from './keep-output.ts';

test('what fits the bound is kept whole, in any chunks (host 4)', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(7)), (text, cuts) => {
      const kept = keepOutput(Math.max(1, Buffer.byteLength(text)));
      for (const chunk of chunksOf(Buffer.from(text), cuts)) kept.add(chunk);
      assert.deepEqual([kept.text(), kept.isCut()], [text, false]);
    }),
  );
});

test('what exceeds it is a true beginning and a true end, with no torn character (host 4)', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 12 }), fc.array(fc.nat(7)), fc.integer({ min: 2, max: 10 }), (text, cuts, bytesMax) => {
      const kept = keepOutput(bytesMax);
      for (const chunk of chunksOf(Buffer.from(text), cuts)) kept.add(chunk);
      const match = /^([\s\S]*)\n… (\d+) bytes left out …\n([\s\S]*)$/.exec(kept.text());
      assert.ok(kept.isCut() && match !== null);
      assert.ok(text.startsWith(match[1] ?? '') && text.endsWith(match[3] ?? ''));
      assert.equal(Number(match[2]), Buffer.byteLength(text) - bytesMax);
    }),
  );
});

function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const cut of cuts) {
    chunks.push(bytes.subarray(at, at + cut));
    at += cut;
  }
  return [...chunks, bytes.subarray(at)];
}

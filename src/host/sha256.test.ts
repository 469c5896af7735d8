import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { sha256Hex } from './sha256.ts';

test('the SHA-256 of any text is what Node says it is, whatever its length and its characters (host 17)', () => {
  const node = (text: string) => createHash('sha256').update(text).digest('hex');
  for (let length = 0; length <= 200; length += 1) assert.equal(sha256Hex('é'.repeat(length)), node('é'.repeat(length)), `${length} characters`);
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => assert.equal(sha256Hex(text), node(text))));
});

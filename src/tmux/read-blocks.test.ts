import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Block, readBlocks } from './read-blocks.ts';

/** As tmux 3.3a told a control client. */
const stream = [
  '%begin 1795253662 344 0',
  '%end 1795253662 344 0',
  '%session-changed $0 baton-channel',
  '%begin 1795253662 349 1',
  'hé 😀',
  '',
  '%end 1795253662 349 0',
  '%begin 1795253662 348 1',
  '%end 1795253662 349 1',
  '%sessions-changed',
  '%begin 1795253662 351 1',
  "can't find session: nope",
  '%error 1795253662 351 1',
  '%begin 1795253663 352 1',
  '%end 1795253663 352 1',
  '%begin 1795253663 353 1',
  '',
].join('\n');

const blocks: Block[] = [
  { lines: ['hé 😀', '', '%end 1795253662 349 0', '%begin 1795253662 348 1'], isError: false },
  { lines: ["can't find session: nope"], isError: true },
  { lines: [], isError: false },
];

test('blocks are told by their own numbers, whatever they hold and however the bytes arrive (tmux 2)', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40)), (cuts) => {
      const told: Block[] = [];
      const read = readBlocks((block) => told.push(block));
      let rest = Buffer.from(stream);
      for (const cut of cuts) {
        read(rest.subarray(0, cut));
        rest = rest.subarray(cut);
      }
      read(rest);
      assert.deepEqual(told, blocks);
    }),
  );
});

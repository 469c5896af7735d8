import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { columnsOf } from '#base';
import { renderStatusLine } from './status-line.ts';

const working = {
  ...{ agent: 'app/polecats/Toast', generation: 2, bead: 'ap-1x9kz', title: 'Mend the parser', stepCount: 7, share: 0.4299 },
  step: { id: 'test', position: 3 },
};

test('a status line says who, the work, the step, the context and the generation, and leaves out what is not (sessions 27)', () => {
  assert.deepEqual(renderStatusLine(working), { left: 'app/polecats/Toast', right: 'ap-1x9kz Mend the parser · step 3/7 test · 42 % · gen 2' });
  assert.equal(renderStatusLine({ ...working, step: undefined, title: undefined }).right, 'ap-1x9kz · all 7 steps done · 42 % · gen 2');
  assert.deepEqual(renderStatusLine({ agent: 'app/witness', generation: 1 }), { left: 'app/witness', right: 'nothing on the hook · gen 1' });
});

test('whatever the words are, it is one line of a bounded width (sessions 27)', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 });
  fc.assert(
    fc.property(text, text, text, (agent, title, id) => {
      const { left, right } = renderStatusLine({ ...working, agent, title, step: { id, position: 3 } });
      assert.ok(columnsOf(left) <= 40 && columnsOf(right) <= 76);
      assert.ok(!/[\n\r]/.test(left + right));
    }),
  );
});

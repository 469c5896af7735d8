import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asMoment, readMoment } from './moment.ts';

test('a moment is read as it was written, to the millisecond and in any zone (runtimes 4)', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1970-01-02T00:00:00Z'), max: new Date('9999-01-01T00:00:00Z'), noInvalidDate: true }), (date) => {
      assert.equal(readMoment(`{"timestamp":"${date.toISOString()}"}`), date.getTime());
    }),
  );
  assert.equal(readMoment('2026-11-29T01:00:00.123456+01:00'), Date.UTC(2026, 10, 29, 0, 0, 0, 123));
  assert.deepEqual([readMoment('yesterday'), asMoment(7), asMoment(-1), asMoment(null)], [undefined, 7, undefined, undefined]);
});

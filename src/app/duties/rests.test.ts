import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '#store/testing';
import { makeRests } from './rests.ts';

test('what fails rests for one second, then doubling up to a minute, for itself alone, until it goes well (app 8)', () => {
  const clock = manualClock();
  const rests = makeRests({ clock });
  const waits: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    rests.rest('a');
    let waitMs = 0;
    for (; rests.isResting('a'); waitMs += 500) clock.advance(500);
    waits.push(waitMs / 1000);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
  rests.rest('a');
  assert.deepEqual([rests.isResting('a'), rests.isResting('b')], [true, false]);
  rests.clear('a');
  rests.rest('a');
  clock.advance(1000);
  assert.equal(rests.isResting('a'), false);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, second } from '#base';
import { makeStopwatch } from './stopwatch.ts';

/** A wall clock that may be set, over time that only passes. */
function jumpingClock() {
  let [now, passed] = [1_800_000_000_000, 0];
  return {
    now: () => now,
    monotonic: () => passed,
    pass: (ms: number) => {
      now += ms;
      passed += ms;
    },
    jump: (ms: number) => {
      now += ms;
    },
  };
}

test('a clock that is set on or back changes no wait that has begun (app 12)', () => {
  for (const jump of [hour, -hour]) {
    const clock = jumpingClock();
    const watch = makeStopwatch({ clock });
    const at = clock.now() - 10 * second;
    assert.equal(watch.elapsed('a', at), 10 * second);
    clock.jump(jump);
    clock.pass(5 * second);
    assert.equal(watch.elapsed('a', at), 15 * second);
  }
});

test('a moment that lies ahead, because the clock was set back before it was seen, is now (app 12)', () => {
  const clock = jumpingClock();
  const watch = makeStopwatch({ clock });
  const at = clock.now() + hour;
  assert.equal(watch.elapsed('a', at), 0);
  clock.pass(second);
  assert.equal(watch.elapsed('a', at), second);
});

test('a newer moment begins anew, and what is not kept is forgotten (app 12)', () => {
  const clock = jumpingClock();
  const watch = makeStopwatch({ clock });
  const at = clock.now();
  watch.elapsed('a', at);
  clock.pass(hour);
  assert.equal(watch.elapsed('a', at + hour), 0);
  clock.jump(-hour);
  watch.keep(new Set());
  assert.equal(watch.elapsed('a', at), 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judgeJump, jumpMs } from './rules.ts';

const at = (wall: number, steady: number) => ({ wall, steady });

test('time that passes on both clocks is no jump, however long; a wall clock that was moved is one, either way (daemon 3)', () => {
  const moment = fc.integer({ min: 0, max: 1e12 });
  fc.assert(
    fc.property(
      moment,
      moment,
      moment,
      fc.integer({ min: -jumpMs, max: jumpMs }),
      (wall, steady, passed, slew) => !judgeJump(at(wall, steady), at(wall + passed + slew, steady + passed)),
    ),
    { seed: 7 },
  );
  fc.assert(
    fc.property(moment, moment, fc.integer({ min: jumpMs + 1, max: 1e12 }), fc.boolean(), (steady, passed, jump, isBack) =>
      judgeJump(at(2e12, steady), at(2e12 + passed + (isBack ? -jump : jump), steady + passed)),
    ),
    { seed: 7 },
  );
});

test('a machine that slept is a jump: only the wall clock went on (daemon 3)', () => {
  assert.equal(judgeJump(at(0, 0), at(3_600_000, 10)), true);
});

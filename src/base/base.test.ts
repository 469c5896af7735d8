import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  assert as assertPromise,
  Bug,
  byteLength,
  columnsOf,
  cutToBytes,
  cutToColumns,
  describeError,
  doublingBackoff,
  Fault,
  faultTable,
  formatCount,
  formatDuration,
  formatMoment,
  isFault,
  known,
  nearestName,
  newId,
  newSessionId,
  plural,
  randomBase36,
  randomUuid,
  shorten,
  toFault,
  unreachable,
  withJitter,
} from './index.ts';

const chance = { bytes: (count: number) => randomBytes(count), fraction: () => 0.5 };

test('each kind of fault has its exit code and HTTP status (base 1)', () => {
  const exits = Object.fromEntries(Object.entries(faultTable).map(([kind, { exit }]) => [kind, exit]));
  assert.deepEqual(exits, { invalid: 2, 'not-found': 3, conflict: 4, unsupported: 1, unavailable: 5, timeout: 6, internal: 1 });
  for (const { http } of Object.values(faultTable)) assert.ok(http >= 400 && http < 600);
});

test('a fault is known by its shape, and anything else becomes an internal one that keeps its cause (base 2)', () => {
  const other = Object.assign(new Error('gone'), { name: 'Fault', kind: 'not-found' });
  assert.ok(isFault(other, 'not-found'));
  assert.ok(!isFault(other, 'conflict'));
  assert.ok(!isFault({ name: 'Fault', kind: 'conflict' }));
  const cause = new TypeError('x is not a function');
  const fault = toFault(cause);
  assert.equal(fault.kind, 'internal');
  assert.equal(fault.cause, cause);
  const own = new Fault('conflict', 'taken', { details: { by: 'max' } });
  assert.equal(toFault(own), own);
});

test('what the system refuses is a fault that names the path, not a mistake of Baton (base 8)', () => {
  const refused = Object.assign(new Error("EACCES: permission denied, open '/x'"), { code: 'EACCES', syscall: 'open', path: '/x' });
  const fault = toFault(refused);
  assert.deepEqual([fault.kind, fault.message, fault.cause], ['unavailable', '"/x": this user has no right to it', refused]);
  assert.ok(fault.hint !== undefined);
  assert.equal(toFault(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' })).message, 'the disk is full');
  assert.equal(toFault(Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open', path: '/x' })).kind, 'internal');
});

test('a promise that does not hold is a bug, and says which (base 2)', () => {
  assert.throws(() => assertPromise(false, 'it holds'), Bug);
  assert.throws(() => known(undefined, 'the pane'), /the pane is missing/);
  assert.equal(known(0, 'a number'), 0);
  assert.throws(() => unreachable('x' as never), Bug);
});

test('ids have the shapes of the glossary (base 3)', () => {
  assert.match(newSessionId(chance), /^sess_[0-9a-f]{8}$/);
  assert.match(randomUuid(chance), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(newId(chance, 'ap'), /^ap-[0-9a-z]{5}$/);
});

test('every character of base 36 is equally likely (base 3)', () => {
  const counts = new Map<string, number>();
  for (const character of randomBase36(chance, 72_000)) counts.set(character, (counts.get(character) ?? 0) + 1);
  assert.equal(counts.size, 36);
  // 2,000 of each are expected; the bound is more than six standard deviations away.
  for (const count of counts.values()) assert.ok(count > 1700 && count < 2300, String(count));
});

test('a back-off never shrinks and stays between its first and its largest wait (base 4)', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1000, max: 100_000 }), (n, first, max) => {
      const wait = doublingBackoff(n, first, max);
      assert.ok(wait >= first && wait <= max);
      assert.ok(doublingBackoff(n + 1, first, max) >= wait);
    }),
  );
  assert.deepEqual(
    [1, 2, 3, 4].map((n) => doublingBackoff(n, 30, 200)),
    [30, 60, 120, 200],
  );
});

test('jitter stays within its share (base 4)', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (wait, fraction) => {
      assert.ok(Math.abs(withJitter(wait, 0.1, fraction) - wait) <= wait * 0.1 + 0.5);
    }),
  );
});

test('text is cut to bytes at a whole character, and is a beginning of what it was (base 5)', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 60 }), (text, bytes) => {
      const cut = cutToBytes(text, bytes);
      assert.ok(byteLength(cut) <= bytes);
      assert.ok(text.startsWith(cut));
      const next = [...text.slice(cut.length)][0];
      if (next !== undefined) assert.ok(byteLength(cut + next) > bytes, 'nothing more would have fitted');
    }),
  );
});

test('a shortened text is one line of at most so many characters (base 5)', () => {
  assert.equal(shorten('two\nlines   here', 40), 'two lines here');
  assert.equal(shorten('🦊🦊🦊🦊', 3), '🦊🦊…');
});

test('a moment is written as the calendar has it (base 6)', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (at) => {
      assert.equal(formatMoment(at), `${new Date(at).toISOString().slice(0, 19)}Z`);
    }),
  );
});

test('durations and counts are written in few characters (base 6)', () => {
  assert.deepEqual([0, 350, 1000, 61_000, 3_600_000, 3_660_000, 90_000_000].map(formatDuration), ['0ms', '350ms', '1s', '1m 1s', '1h', '1h 1m', '1d 1h']);
  assert.deepEqual([0, 950, 1000, 12_440, 999_950, 1_200_000, 75_700_000_000].map(formatCount), ['0', '950', '1k', '12.4k', '1M', '1.2M', '75.7G']);
  assert.deepEqual([plural(1, 'step'), plural(3, 'step'), plural(2, 'process', 'processes')], ['1 step', '3 steps', '2 processes']);
});

test('a mistyped name finds the one that was meant, and a far one finds none (base 7)', () => {
  const names = ['status', 'sling', 'unsling', 'handoff'];
  assert.equal(nearestName('stauts', names), 'status');
  assert.equal(nearestName('Slign', names), 'sling');
  assert.equal(nearestName('conquer', names), undefined);
});

test('a log tells a fault by its sentence and hint, and anything else with where it was thrown (base 1)', () => {
  assert.equal(describeError(new Fault('conflict', 'it is taken', { hint: 'wait' })), 'it is taken (wait)');
  assert.equal(describeError(new Fault('internal', 'odd')), 'odd');
  assert.match(describeError(new TypeError('no')), /^TypeError: no\n\s+at /);
  assert.equal(describeError('text'), 'text');
});

test('a line is cut to columns as a terminal counts them, never through a character (base 5)', () => {
  assert.deepEqual(['abc', 'é', 'e\u0301', '漢字', '😀', '…·❯─▓'].map(columnsOf), [3, 1, 1, 4, 2, 5]);
  assert.deepEqual(
    [5, 4, 3, 2, 1, 0].map((columns) => cutToColumns('a漢字', columns)),
    ['a漢字', 'a漢…', 'a…', 'a…', '…', ''],
  );
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (line, columns) => columnsOf(cutToColumns(line, columns)) <= columns));
});

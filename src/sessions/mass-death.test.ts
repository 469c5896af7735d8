import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { minute, second } from '#base';
import { findMassDeath, isMassDeathOver, type SeenDeath } from './mass-death.ts';

const now = 1_800_000_000_000;
const calm = { outOfMemoryKills: 0, isDiskFull: false };
const deathAt = (seconds: number, more: Partial<SeenDeath> = {}): SeenDeath => ({
  session: `sess_${seconds}`,
  agent: `app/crew/${seconds}`,
  at: now + seconds * second,
  class: 'crash',
  runtime: 'runbook',
  account: undefined,
  ...more,
});
const countAt = (...seconds: number[]) =>
  findMassDeath(
    seconds.map((each) => deathAt(each)),
    calm,
  )?.sessions.length;

test('three deaths within 30 seconds are a mass death, by their own moments; two are none, nor three minutes apart (sessions 24)', () => {
  assert.equal(countAt(0, 30), undefined);
  assert.equal(countAt(0, 15, 30), 3);
  assert.equal(countAt(0, 15, 31), undefined);
  assert.equal(countAt(0, 180, 360), undefined);
});

test('thirty deaths are one incident of thirty, and it is over when half a minute passed without another (sessions 24)', () => {
  const thirty = Array.from({ length: 30 }, (_, i) => i);
  assert.equal(countAt(...thirty), 30);
  const found = findMassDeath(
    thirty.map((each) => deathAt(each)),
    calm,
  );
  assert.deepEqual([found?.firstAt, found?.lastAt], [now, now + 29 * second]);
  assert.equal(isMassDeathOver({ lastAt: now }, now + 30 * second), false);
  assert.equal(isMassDeathOver({ lastAt: now }, now + 31 * second), true);
  assert.equal(isMassDeathOver({ lastAt: now }, now - 2 * minute), true, 'a clock that was set back leaves no incident open');
});

test('whatever the deaths are, an incident holds three within 30 seconds and no gap over 30 (sessions 24)', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(600), { maxLength: 20 }), (seconds) => {
      const found = findMassDeath(
        seconds.map((each, i) => deathAt(each, { agent: `app/crew/${i}` })),
        calm,
      );
      const sorted = [...seconds].sort((a, b) => a - b);
      const isThere = sorted.some((each, i) => (sorted[i + 2] ?? Number.POSITIVE_INFINITY) - each <= 30);
      assert.equal(found !== undefined, isThere);
      if (found === undefined) return;
      const inIt = sorted.filter((each) => each * second + now >= found.firstAt && each * second + now <= found.lastAt);
      assert.ok(inIt.length === found.sessions.length && inIt.every((each, i) => i === 0 || each - (inIt[i - 1] ?? 0) <= 30));
    }),
  );
});

test('one agent that dies again and again is no mass death, and keeps none from being over (sessions 24)', () => {
  const again = (...seconds: number[]) => seconds.map((each) => deathAt(each, { agent: 'app/crew/max' }));
  assert.equal(findMassDeath(again(0, 1, 2, 3), calm), undefined);
  assert.equal(findMassDeath([...again(0, 1, 2), deathAt(3)], calm), undefined, 'two agents');
  const found = findMassDeath([...again(0, 20, 40, 60), deathAt(21), deathAt(22)], calm);
  assert.deepEqual([found?.firstAt, found?.lastAt, found?.agents.length], [now, now + 22 * second, 3]);
});

test('its cause is told apart: memory, disk, the tmux server, one account, or unknown (sessions 24)', () => {
  const three = (more: Partial<SeenDeath>, signs = calm) =>
    findMassDeath(
      [0, 1, 2].map((each) => deathAt(each, more)),
      signs,
    )?.cause;
  assert.equal(three({}, { ...calm, outOfMemoryKills: 3 }), 'out-of-memory');
  assert.equal(three({}, { ...calm, isDiskFull: true }), 'disk-full');
  assert.equal(three({ class: 'disk-full' }), 'disk-full');
  assert.equal(three({ class: 'lost' }), 'tmux-server');
  assert.equal(three({ class: 'auth', account: 'work' }), 'account');
  assert.equal(three({}), 'unknown');
  const two = [deathAt(0, { class: 'auth', account: 'a' }), deathAt(1, { class: 'auth', account: 'b' }), deathAt(2, { class: 'auth', account: 'a' })];
  assert.equal(findMassDeath(two, calm)?.cause, 'unknown');
  assert.equal(three({ class: 'host-restart' }), undefined, 'a host that was restarted is told as that');
});

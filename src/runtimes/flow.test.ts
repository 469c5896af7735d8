import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFlow } from './flow.ts';

test('a screen whose clock and spinner alone go on shows no flow (runtimes 45)', () => {
  const waits = (spinner: string, seconds: number) => `● Bash(ls)\n\n${spinner} Churning… (${seconds}s · ↓ 340 tokens · thinking)\n\n❯ \n  esc to interrupt`;
  assert.equal(readFlow(waits('✻', 12)), readFlow(waits('✽', 13)));
  assert.equal(readFlow('• Working (1s • esc to interrupt)'), readFlow('◦ Working (1m 20s • esc to interrupt)'));
  assert.equal(readFlow('── ⠋ Working (escape to interrupt) ──'), readFlow('── ⠏ Working (escape to interrupt) ──'));
});

test('a word more, or a token more that is counted, is a flow (runtimes 45)', () => {
  assert.notEqual(readFlow('● The beam'), readFlow('● The beam is'));
  assert.notEqual(readFlow('✻ Churning… (12s · ↓ 340 tokens)'), readFlow('✻ Churning… (13s · ↓ 341 tokens)'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classifyEnd, reasonOf } from './end-class.ts';

const seen = { at: Date.UTC(2026, 10, 28, 14), zoneOffsetMs: 0 };
const crash = { class: 'crash', exitCode: 1, signal: null } as const;
const classOf = (end: Parameters<typeof classifyEnd>[0]) => classifyEnd(end, seen).class;

test('a program that goes by itself is classed by its last words (sessions 22)', () => {
  assert.equal(classOf({ ...crash, screen: 'thrown: boom' }), 'crash');
  assert.equal(classOf({ ...crash, screen: 'Invalid API key' }), 'auth');
  const limited = classifyEnd({ class: 'clean', exitCode: 0, screen: 'usage limit reached, resets 7pm' }, seen);
  assert.deepEqual([limited.class, limited.resetAt, limited.detail], ['rate-limit', Date.UTC(2026, 10, 28, 19), 'usage limit reached, resets 7pm']);
  assert.equal(classOf({ ...crash, screen: 'Prompt is too long' }), 'overflow');
  assert.equal(classOf({ ...crash, screen: 'write: No space left on device' }), 'disk-full');
});

test('one that is not there or may not be run misses something, whatever the screen says (sessions 22)', () => {
  for (const exitCode of [126, 127]) assert.equal(classOf({ ...crash, exitCode, screen: '' }), 'missing-dependency');
  assert.equal(classOf({ ...crash, screen: "Error: Cannot find module 'x'" }), 'missing-dependency');
  assert.equal(classOf({ class: 'clean', exitCode: 0, screen: 'foo: command not found' }), 'clean', 'a command of its work was missing, not of itself');
});

test('one that was killed, lost or restarted with its host had no time to say why (sessions 22)', () => {
  assert.equal(classOf({ class: 'crash', exitCode: null, signal: 'SIGKILL', screen: '401 Unauthorized' }), 'crash');
  assert.equal(classOf({ class: 'lost', screen: '401 Unauthorized' }), 'lost');
  assert.equal(classOf({ class: 'host-restart', screen: '' }), 'host-restart');
});

test('an overflow is told as a full context, and nothing else changes its reason (sessions 22)', () => {
  assert.equal(reasonOf('overflow', 'crashed'), 'context-full');
  assert.equal(reasonOf('auth', 'crashed'), 'crashed');
  assert.equal(reasonOf('overflow', 'stopped'), 'stopped');
});

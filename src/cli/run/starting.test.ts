import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '#base';
import { exitOf, type Started, type Starting, toWish } from './starting.ts';

const said: Starting = { detach: false, env: {}, wait: false, noWait: false, waitFatal: false, killExisting: false, foreground: false };
const started: Started = { agent: 'mayor', kind: 'started', session: 'sess_1', generation: 1 };
const running: Started = { ...started, kind: 'already-running' };
const failed = (fault: 'conflict' | 'unavailable'): Started => ({ agent: 'deacon', kind: 'failed', fault, reason: 'no', hint: undefined });
const ended = (isCrash: boolean): Started => ({ ...started, end: { agent: 'mayor', session: 'sess_1', reason: isCrash ? 'crashed' : 'stopped', isCrash } });

test('options become a wish: a command is a path or a JSON list, seconds are told in ms, what is not said is left out (cli 11)', () => {
  const wish = toWish({ ...said, command: '["a", "b c"]', readyDelay: 2, noWait: true, env: { A: '1' }, topic: '' });
  assert.deepEqual([wish.command, wish.readyDelayMs, wish.until, wish.env, wish.topic], [['a', 'b c'], 2000, 'started', { A: '1' }, '']);
  assert.deepEqual(toWish({ ...said, command: '/bin/agent' }).command, ['/bin/agent']);
  assert.deepEqual([toWish(said).env, toWish(said).command, toWish(said).until], [undefined, undefined, 'ready']);
});

test('what contradicts itself, and a command that a shell would have to split, is refused (cli 11)', () => {
  for (const wrong of [
    { command: 'a b' },
    { command: '[]' },
    { command: '[1]' },
    { command: '["a"' },
    { command: '' },
    { wait: true, noWait: true },
    { noWait: true, waitFatal: true },
  ])
    assert.throws(
      () => toWish({ ...said, ...wrong }),
      (error) => isFault(error, 'invalid') && error.hint !== undefined,
      JSON.stringify(wrong),
    );
});

test('the exit code of several starts: 0 where all run, their own where all failed alike, 1 where some did or one crashed, 4 for who ran already (cli 11)', () => {
  const fine = { isRunningFine: true };
  const named = { isRunningFine: false };
  assert.deepEqual([exitOf([started], named), exitOf([started, running], fine), exitOf([started, running], named)], [0, 0, 4]);
  assert.deepEqual([exitOf([failed('conflict'), failed('conflict')], fine), exitOf([failed('unavailable')], named)], [4, 5]);
  assert.deepEqual([exitOf([failed('conflict'), failed('unavailable')], fine), exitOf([started, failed('conflict')], fine)], [1, 1]);
  assert.deepEqual([exitOf([ended(false)], named), exitOf([ended(true), started], named)], [0, 1]);
});

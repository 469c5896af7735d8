import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Signal, SignalAnswer, SignalReport } from '../contract.ts';
import { signals, startSources } from '../contract.ts';
import { runbook } from './index.ts';
import { launch } from './launch.ts';
import { readScreen } from './screen.ts';
import { answer, readAnswer, readSignal, writeSignal } from './signals.ts';
import { readLine } from './transcript.ts';

const words = fc.string({ minLength: 1 }).filter((text) => text.trim() !== '');

test('a signal is read as it was written (runtimes 3)', () => {
  const optional = fc.record(
    { conversation: words, transcript: words, cwd: words, prompt: words, source: fc.constantFrom(...startSources), isContinued: fc.constant(true as const) },
    { requiredKeys: [] },
  );
  const tool = fc.record({ name: words, command: words }).map(({ name, command }) => ({ tool: { name, command, input: { command } } }));
  fc.assert(
    fc.property(optional, fc.option(tool, { nil: {} }), (report, used) => {
      const whole: SignalReport = { ...report, ...used };
      assert.deepEqual(readSignal('pre-tool', writeSignal(whole)), whole);
    }),
  );
});

test('an answer is obeyed as it was given, whatever its text looks like (runtimes 3)', () => {
  const text = fc
    .oneof(words, fc.json(), fc.constant('{"decision":"block","reason":"not ours"}'))
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const given = fc.oneof(
    fc.constant<SignalAnswer>({ kind: 'none' }),
    text.map((each): SignalAnswer => ({ kind: 'context', text: each })),
    text.map((each): SignalAnswer => ({ kind: 'continue', reason: each })),
    text.map((each): SignalAnswer => ({ kind: 'deny', reason: each })),
  );
  fc.assert(
    fc.property(fc.constantFrom<Signal>(...signals), given, (signal, each) => {
      const reply = answer(signal, each);
      if (reply !== undefined) assert.deepEqual(readAnswer(signal, reply.stdout), each);
    }),
  );
});

test('nothing on stdin tells nothing, and fields of another type are left out (runtimes 3)', () => {
  assert.deepEqual(readSignal('start', ' \n'), {});
  assert.deepEqual(readSignal('start', '{"session_id":7,"source":"elsewhere","cwd":"","tool_name":null,"prompt":"go"}'), { prompt: 'go' });
});

test('a stop is answered in the words of Claude Code (runtimes 3)', () => {
  assert.deepEqual(answer('stop', { kind: 'continue', reason: 'hand off' }), { stdout: '{"decision":"block","reason":"hand off"}', exitCode: 0 });
});

test('the window goes by environment, and only when an order names one (runtimes 2)', () => {
  const order = {
    prompt: 'go',
    env: { A: '1' },
    programs: { node: '/n', baton: '/b', signal: '/s', runbook: '/r.cjs', view: '/v.cjs' },
    cwd: '/w',
    conversation: '00000000-0000-4000-8000-000000000001',
    filesFolder: '/f',
    permissions: 'ask',
  } as const;
  assert.deepEqual(launch(order), { argv: ['/n', '/r.cjs', 'go'], env: { A: '1' }, files: [] });
  assert.equal(launch({ ...order, windowTokens: 6000 }).env.BATON_RUNBOOK_WINDOW, '6000');
});

test('a closing line carries the turn and its usage (runtimes 4)', () => {
  const line = JSON.stringify({
    type: 'assistant',
    uuid: 'u1',
    at: 5,
    session_id: 'c',
    message: { role: 'assistant', content: 'done' },
    usage: { input_tokens: 90, output_tokens: 10 },
  });
  assert.deepEqual(readLine(line), {
    entries: [{ kind: 'assistant', text: 'done', at: 5, id: 'u1' }],
    usage: { id: 'u1', at: 5, inputTokens: 90, outputTokens: 10, contextTokens: 100 },
  });
});

test('a record of a later version is no bad line; what is no record is one (runtimes 4)', () => {
  assert.deepEqual(readLine('{"type":"from-the-future","at":1}'), { entries: [] });
  for (const bad of ['', '{"type":"user"', '[]', '{"no":"type"}', 'text']) assert.equal(readLine(bad), undefined);
});

test('it never compacts by itself, so that all of its window is usable (runtimes 1)', () => {
  assert.equal(runbook.descriptor.compactsAtShare, 1);
});

test('its prompt tells whether a line may be typed: it is the last line, or there is none (runtimes 7)', () => {
  const rests = '── runbook · app/polecats/Toast\n  nothing on the hook\n❯';
  assert.deepEqual(
    [rests, `${rests} \n\n`, `${rests} half a li`, `${rests}\n── check your hook`, '  nothing on the hook', '  │ ❯'].map((screen) => readScreen(screen).prompt),
    ['empty', 'empty', 'typed', 'busy', 'busy', 'busy'],
  );
});

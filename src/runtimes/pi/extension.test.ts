import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Cleanup, eventually, tempDir } from '#host/testing';
import { composeExtension } from './extension.ts';
import { readSignal } from './signals.ts';

type Handler = (event: Record<string, unknown>, ctx: object) => unknown;

/** pi as an extension sees it: what it sends, and events that a test brings about. */
interface FakePi {
  readonly sent: { readonly message: unknown; readonly options: unknown }[];
  emit(event: string, about?: Record<string, unknown>): Promise<unknown>;
}

/** What is loaded is a text that the test wrote, and none of the house. */
const loadText = createRequire(import.meta.url);

/** Loads the extension with a handler that is a script of `sh`: `$1` is the signal, its stdin lies in `in`. */
async function load(t: Cleanup, handler: string, { guard, limitMs = 60_000 }: { guard?: string; limitMs?: number } = {}) {
  const dir = tempDir(t);
  const program = join(dir, 'signal');
  writeFileSync(program, `#!/bin/sh\ncd '${dir}' && cat > in.$1.tmp && mv in.$1.tmp in.$1\n${handler}\n`);
  chmodSync(program, 0o700);
  const text = composeExtension({ command: [program], ...(guard === undefined ? {} : { guard }) });
  const path = join(dir, 'extension.mjs');
  writeFileSync(path, text.replace(/^const limits = .*$/m, `const limits = new Proxy({}, { get: () => ${limitMs} });`));
  const handlers = new Map<string, Handler>();
  const sent: FakePi['sent'] = [];
  const isIdle = { value: true };
  const ctx = {
    cwd: '/w',
    isIdle: () => isIdle.value,
    getContextUsage: () => ({ tokens: 1020, contextWindow: 200_000, percent: 0.5 }),
    sessionManager: { getSessionId: () => 'c1', getSessionFile: () => '/s/c1.jsonl', getHeader: () => ({ timestamp: 'x' }), getEntries: () => [] },
  };
  const { default: extend } = loadText(path) as { default: (pi: object) => void };
  const send = (message: unknown, options: unknown) => void sent.push({ message, options });
  extend({ on: (event: string, each: Handler) => void handlers.set(event, each), sendMessage: send, sendUserMessage: send });
  const told = (signal: string) => readFileSync(join(dir, `in.${signal}`), 'utf8');
  const emit: FakePi['emit'] = async (event, about = {}) => handlers.get(event)?.({ type: event, ...about }, ctx);
  return { sent, emit, told, dir, handlers, isIdle, has: (signal: string) => existsSync(join(dir, `in.${signal}`)) };
}

test('what a start signal answers waits for the first prompt, and comes with what that is told (runtimes 21)', async (t) => {
  const pi = await load(t, 'echo "for $1"');
  await pi.emit('session_start', { reason: 'startup' });
  const message = { customType: 'baton', content: 'for start\n\nfor prompt', display: false };
  assert.deepEqual(await pi.emit('before_agent_start', { prompt: 'go' }), { message });
  assert.deepEqual(await pi.emit('before_agent_start', { prompt: 'more' }), { message: { ...message, content: 'for prompt' } });
  const about = { conversation: 'c1', transcript: '/s/c1.jsonl', cwd: '/w', context: { tokens: 1020, window: 200_000 } };
  assert.deepEqual(readSignal('start', pi.told('start')), { ...about, source: 'startup' });
  assert.deepEqual(readSignal('prompt', pi.told('prompt')), { ...about, prompt: 'more' });
});

test('a tool is denied with the reason, and what is told beside it stands behind its result (runtimes 21)', async (t) => {
  const denied = await load(t, `echo '{"hookSpecificOutput":{"permissionDecision":"deny","permissionDecisionReason":"ruled out"}}'`);
  const call = { toolCallId: 't1', toolName: 'bash', input: { command: 'rm -rf x' } };
  assert.deepEqual(await denied.emit('tool_call', call), { block: true, reason: 'ruled out' });
  assert.deepEqual(readSignal('pre-tool', denied.told('pre-tool')).tool, { name: 'bash', command: 'rm -rf x', input: call.input });
  const told = await load(t, 'echo "$1 says"');
  assert.equal(await told.emit('tool_call', call), undefined);
  const result = await told.emit('tool_result', { ...call, content: [{ type: 'text', text: 'out' }] });
  assert.deepEqual(result, { content: ['out', 'pre-tool says', 'post-tool says'].map((text) => ({ type: 'text', text })) }, 'the result itself stays first');
});

test('at the end of a run it goes on where it is told to, and says so at the next end (runtimes 21)', async (t) => {
  const pi = await load(t, `echo '{"decision":"block","reason":"hand off"}'`);
  await pi.emit('agent_start');
  const answer = await pi.emit('agent_before_settle', { outcome: 'completed', continue: false, entries: ['others'] });
  assert.deepEqual(answer, { entries: ['others', { type: 'custom_message', customType: 'baton', content: 'hand off', display: true }], continue: true });
  await pi.emit('agent_before_settle', { outcome: 'completed', continue: false, entries: [] });
  assert.equal(readSignal('stop', pi.told('stop')).isContinued, true);
});

test('a run that failed or was broken off is told with its reason and not gone on with; what was to be said waits (runtimes 21)', async (t) => {
  const pi = await load(t, `[ "$1" != stop ] || echo '{"decision":"block","reason":"hand off"}'`);
  await pi.emit('agent_start');
  await pi.emit('message_end', { message: { role: 'assistant', stopReason: 'aborted', errorMessage: 'Operation aborted' } });
  await pi.emit('agent_settled');
  assert.equal(readSignal('stop', pi.told('stop')).failure, 'Operation aborted');
  assert.deepEqual(pi.sent, []);
  const next = (await pi.emit('before_agent_start', { prompt: 'go' })) as { message: { content: string } };
  assert.equal(next.message.content, 'hand off');
});

test('after a compaction the short prime is steered into a run that goes on, and begins none (runtimes 21)', async (t) => {
  const pi = await load(t, 'echo short');
  await pi.emit('session_compact', { reason: 'manual', willRetry: false });
  pi.isIdle.value = false;
  await pi.emit('turn_end', { toolResults: [{}] });
  await pi.emit('session_compact', { reason: 'threshold', willRetry: false });
  await pi.emit('turn_end', { toolResults: [] });
  await pi.emit('session_compact', { reason: 'threshold', willRetry: false });
  assert.deepEqual(
    pi.sent.map(({ options }) => options),
    [{ triggerTurn: false }, { deliverAs: 'steer' }, { triggerTurn: false }],
  );
  assert.equal(readSignal('start', pi.told('start')).source, 'compact');
});

test('what is typed during a run is reported, and answered into the run (runtimes 21)', async (t) => {
  const pi = await load(t, 'echo noted');
  await pi.emit('input', { text: 'typed', source: 'interactive', streamingBehavior: 'steer' });
  await eventually(() => pi.sent.length > 0, 'the answer');
  assert.deepEqual(pi.sent, [{ message: { customType: 'baton', content: 'noted', display: false }, options: { deliverAs: 'steer' } }]);
});

test('a handler that fails, hangs, is not there or answers nonsense blocks nothing (runtimes 21)', async (t) => {
  const call = { toolCallId: 't1', toolName: 'bash', input: {} };
  for (const handler of ['echo no >&2; exit 3', 'exec sleep 600', 'rm -f ./signal; echo "{"', 'echo 42']) {
    const pi = await load(t, handler, handler.includes('sleep') ? { limitMs: 200 } : {});
    await pi.emit('session_start', { reason: 'new' });
    await pi.emit('before_agent_start', { prompt: 'go' });
    assert.equal(await pi.emit('tool_call', call), undefined, handler);
    assert.equal(await pi.emit('tool_call', call), undefined, handler);
    assert.equal(await pi.emit('agent_before_settle', { outcome: 'completed', continue: false, entries: [] }), undefined, handler);
    await pi.emit('session_shutdown', { reason: 'quit' });
  }
});

test('it keeps silent where a variable says that another copy reports (runtimes 26)', async (t) => {
  const pi = await load(t, 'true', { guard: 'PATH' });
  assert.equal(pi.handlers.size, 0);
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempDir } from '#host/testing';
import { readTrouble } from '../trouble.ts';
import { kimi } from './index.ts';
import { fork, launch } from './launch.ts';
import { readScreen } from './screen.ts';
import { answer, readSignal } from './signals.ts';
import { earlierFiles, locateTranscript, readLine } from './transcript.ts';

const recorded = new URL('fixtures/2.1.0-2026-11-29-', import.meta.url);
const linesOf = (name: string) =>
  readFileSync(new URL(`${recorded.href}${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');

const order = {
  prompt: 'go',
  env: { A: '1' },
  programs: { node: '/n', baton: '/b', signal: '/s', runbook: '/r.cjs', view: '/v.cjs' },
  cwd: '/w',
  conversation: '00000000-0000-4000-8000-000000000001',
  filesFolder: '/f',
  permissions: 'bypass',
} as const;

test("kimi starts in a home of ours, whose settings are the person's with our hooks behind them (runtimes 41)", () => {
  const { argv, env, files, mirrors = [] } = launch({ ...order, resume: 'c', model: 'm' });
  assert.deepEqual(argv, ['kimi', '--auto', '--session', 'c', '--model', 'm']);
  assert.deepEqual(env, { A: '1', KIMI_CODE_HOME: '/f/home' });
  assert.deepEqual(
    files.map(({ path, behind }) => [path, behind]),
    [['/f/home/config.toml', 'config.toml']],
  );
  assert.ok(files[0]?.text.includes('[[hooks]]\nevent = "UserPromptSubmit"\ncommand = "\'/s\' prompt"\ntimeout = 60\n'));
  assert.deepEqual(
    mirrors.map(({ path, of, own }) => [path, of, own]),
    [['/f/home', '', ['config.toml']]],
  );
  assert.deepEqual(launch({ ...order, permissions: 'ask' }).argv, ['kimi']);
});

test('a copy is made by one kimi and talked to by the next, whatever the words are (runtimes 41)', (t) => {
  const program = join(tempDir(t), 'kimi');
  writeFileSync(program, '#!/bin/sh\n[ "$1" = fork ] && { echo "Forked to session_0a-1 (\\"Fork: session_9\\") in 2ms"; exit; }\nprintf "<%s>" "$@"\n');
  chmodSync(program, 0o755);
  const asked = { ...order, copy: 'x', transcript: undefined, conversation: 'session_1', question: "it's $(no)" };
  const run = (request: Parameters<typeof fork>[0]) => {
    const [shell, ...words] = fork(request).argv;
    return execFileSync(shell, words, { encoding: 'utf8' });
  };
  assert.equal(run({ ...asked, command: [program] }), "<--session><session_0a-1><--prompt><it's $(no)>");
  assert.equal(run({ ...asked, command: [program], question: undefined, model: 'm' }), '<--model><m><--session><session_0a-1>');
  assert.throws(() => run({ ...asked, command: ['/bin/true'] }), /kimi made no copy of session_1/);
});

test('what kimi told with its signals is read: a prompt in parts, a failed turn, a compaction (runtimes 41)', () => {
  const [start = '', prompt = '', tool = '', failed = '', compacted = ''] = linesOf('signals');
  const about = { conversation: 'session_ab95d27b-a188-4e73-a203-8b5e8d3bd1bd', cwd: '/home/p/work' };
  assert.deepEqual(readSignal('start', start), { ...about, source: 'resume' });
  assert.deepEqual(readSignal('prompt', prompt), { ...about, prompt: 'line one\nline two; $(no) é🙂' });
  assert.equal(readSignal('post-tool', tool).tool?.command, 'echo one');
  assert.equal(readSignal('stop', failed).failure, 'APIStatusError: 401 Invalid Authentication');
  assert.deepEqual(readSignal('start', compacted), { ...about, source: 'compact', context: { tokens: 20_718 } });
});

test('kimi takes context at a prompt alone, and a stop is refused as a tool is (runtimes 41)', () => {
  assert.equal(answer('prompt', { kind: 'context', text: '{"x":1}' })?.stdout, '{"message":"{\\"x\\":1}"}');
  for (const signal of ['start', 'pre-tool', 'post-tool'] as const) assert.equal(answer(signal, { kind: 'context', text: 'x' }), undefined);
  const refused = '{"hookSpecificOutput":{"permissionDecision":"deny","permissionDecisionReason":"r"}}';
  assert.equal(answer('stop', { kind: 'continue', reason: 'r' })?.stdout, refused);
  assert.equal(answer('pre-tool', { kind: 'deny', reason: 'r' })?.stdout, refused);
  assert.deepEqual(kimi.descriptor.signals.carriesContext, ['prompt']);
});

test('a recorded conversation is read: each thing once, turns with their usage, failures and the compaction (runtimes 41)', () => {
  const all = linesOf('wire').map((line) => readLine(line));
  assert.ok(
    all.every((reading) => reading !== undefined),
    'no bad line',
  );
  const entries = all.flatMap((reading) => reading?.entries ?? []);
  assert.deepEqual(
    entries
      .filter(({ kind }) => kind !== 'system')
      .slice(0, 13)
      .map(({ kind, text }) => `${kind}: ${text.slice(0, 30)}`),
    [
      'user: line one\nline two; $(no) é🙂',
      'tool-call: echo one',
      'tool-result: one\n',
      'assistant: first answer',
      'user: please 401',
      'user: please 429',
      'assistant: after the limit',
      'user: now deny',
      'tool-call: echo denied',
      'tool-result: KIMI-RULED-OUT',
      'assistant: so be it',
      'assistant: handed off',
      'user: busy now',
    ],
  );
  const call = entries.find(({ kind }) => kind === 'tool-call');
  assert.deepEqual([call?.tool?.name, call?.tool?.call], ['Bash', entries.find(({ kind }) => kind === 'tool-result')?.tool?.call]);
  assert.ok(
    entries.some(({ kind, text }) => kind === 'system' && text === 'KIMI-HANDOFF'),
    'a stop that was refused is not the person',
  );
  assert.deepEqual(
    all.flatMap((reading) => reading?.failure ?? []),
    ['[provider.auth_error] 401 Invalid Authentication'],
  );
  const change = all.find((reading) => reading?.change !== undefined);
  assert.deepEqual([change?.change, change?.entries[0]?.kind], [{ kind: 'compacted', tokens: 20_718 }, 'summary']);
  const turns = all.flatMap((reading) => reading?.usage ?? []);
  assert.deepEqual([turns[1]?.inputTokens, turns[1]?.outputTokens, turns[1]?.contextTokens], [5000, 50, 5050]);
  assert.equal(new Set(turns.map(({ id }) => id)).size, turns.length);
  assert.equal(turns.filter(({ contextTokens }) => contextTokens === 0).length, 1, 'what a compaction read says nothing of the context');
});

test('what is noted or said again is passed by without a look into it, and torn it is a bad line (runtimes 41)', () => {
  const note = '{"message":{"message":{"role":"user","content":[]}},"type":"agent.message.appended","time":1,"kind":"event"}';
  assert.deepEqual(readLine(note), { entries: [] });
  assert.equal(readLine(note.slice(0, -9)), undefined);
  assert.equal(readLine('{"type":"llm.request","agentId"'), undefined);
});

test('an undo counts what a person began turns with, and leaves what the program brings in for itself (runtimes 41)', () => {
  const message = (origin: object | undefined, id = 'm', content = 'x') =>
    readLine(JSON.stringify({ type: 'context.append_message', message: { role: 'user', id, content, ...(origin === undefined ? {} : { origin }) } })) ??
    assert.fail();
  const roleOf = (origin: object | undefined) => message(origin).undo;
  for (const origin of [undefined, { kind: 'user' }, { kind: 'skill_activation', trigger: 'user-slash' }]) {
    assert.deepEqual(roleOf(origin), { kind: 'prompt', of: 'm' });
  }
  for (const origin of [{ kind: 'user', inTurn: true }, { kind: 'hook_result' }, { kind: 'skill_activation', trigger: 'model' }]) {
    assert.equal(roleOf(origin), undefined);
  }
  assert.deepEqual(roleOf({ kind: 'injection' }), { kind: 'lasting' });
  assert.deepEqual(roleOf({ kind: 'injection', ownerPromptId: 'p' }), { kind: 'lasting', of: 'p' });
  assert.equal(message(undefined, 'm', '').entries.length, 1, 'a prompt of images alone');
  assert.deepEqual(readLine('{"type":"context.undo","agentId":"main","count":2,"time":5}'), { entries: [], change: { kind: 'undone', prompts: 2 } });
  assert.deepEqual(readLine('{"type":"agent.switched","branch":"b1","base":{"branch":"main","line":3},"legacyUndoLine":9}'), { entries: [] });
  assert.deepEqual(readLine('{"type":"context.clear","agentId":"main"}'), { entries: [], change: { kind: 'replaced' } });
});

test("the older program's files are read, with what they were before they were rotated (runtimes 41)", () => {
  const row = (fields: object) => readLine(JSON.stringify(fields));
  assert.deepEqual(row({ role: '_system_prompt', content: 's' }), { entries: [], change: { kind: 'replaced' } });
  assert.deepEqual(row({ role: '_checkpoint', id: 0 }), { entries: [] });
  assert.equal(row({ role: '_usage', token_count: 900 })?.usage?.contextTokens, 900);
  const calls = [{ type: 'function', id: 'c', function: { name: 'Shell', arguments: '{"command":"ls"}' } }];
  assert.deepEqual(
    row({
      role: 'assistant',
      content: [
        { type: 'think', think: 't' },
        { type: 'text', text: 'a' },
      ],
      tool_calls: calls,
    })?.entries,
    [
      { kind: 'assistant', text: 'a' },
      { kind: 'tool-call', text: '{"command":"ls"}', tool: { name: 'Shell', call: 'c' } },
    ],
  );
  const payload = {
    context_tokens: 1200,
    max_context_tokens: 4000,
    token_usage: { input_other: 1000, output: 200, input_cache_read: 0, input_cache_creation: 0 },
  };
  const status = row({ timestamp: 1.5, message: { type: 'StatusUpdate', payload } });
  assert.deepEqual([status?.usage?.contextTokens, status?.windowTokens, status?.usage?.at], [1200, 4000, 1500]);
  assert.deepEqual(row({ timestamp: 1, message: { type: 'TurnBegin', payload: { user_input: 'go' } } })?.entries, [{ kind: 'user', text: 'go', at: 1000 }]);
  const names = ['context_10.jsonl', 'context.jsonl', 'context_2.jsonl', 'wire.jsonl', 'context_x.jsonl'];
  assert.deepEqual(earlierFiles('context.jsonl', names), ['context_2.jsonl', 'context_10.jsonl']);
  assert.deepEqual(earlierFiles('wire.jsonl', names), []);
});

test("a transcript lies in its conversation's folder, in the newer home or in the older one (runtimes 41)", () => {
  assert.deepEqual(locateTranscript({ conversation: 'session_1', env: { HOME: '/home/p', KIMI_CODE_HOME: '/k' } }), [
    { folder: '/k/sessions', pattern: '*/session_1/agents/main/wire.jsonl' },
    { folder: '/home/p/.kimi/sessions', pattern: '*/session_1/context.jsonl' },
  ]);
});

test('recorded screens tell of the prompt, of dialogs and of trouble (runtimes 41)', () => {
  const folder = new URL(`${recorded.href}screens/`);
  const screen = (name: string) => readFileSync(new URL(name, folder), 'utf8');
  const seen = Object.fromEntries(readdirSync(folder).map((name) => [name, readScreen(screen(name))]));
  assert.deepEqual(seen, {
    '401.txt': { prompt: 'empty' },
    '429.txt': { prompt: 'busy' },
    'ask.txt': { prompt: 'busy', dialog: { name: 'permission', accept: [] } },
    'busy.txt': { prompt: 'busy' },
    'compact.txt': { prompt: 'empty' },
    'idle.txt': { prompt: 'empty' },
    'trust.txt': { prompt: 'busy', dialog: { name: 'folder trust', accept: ['Enter'] } },
    'typed.txt': { prompt: 'typed', typed: 'line one\n   line two; $(no) é🙂' },
  });
  assert.equal(readTrouble(screen('401.txt'), { at: 0, zoneOffsetMs: 0 })?.kind, 'auth');
  assert.equal(readTrouble(screen('429.txt'), { at: 0, zoneOffsetMs: 0 })?.kind, 'rate-limit');
});

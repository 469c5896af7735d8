import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { LineReading } from '../contract.ts';
import { readTrouble } from '../trouble.ts';
import { hookedEvents } from './hooks.ts';
import { gemini } from './index.ts';
import { fork, launch } from './launch.ts';
import { personalSignals } from './personal-signals.ts';
import { readScreen } from './screen.ts';
import { answer, readSignal } from './signals.ts';
import { locateTranscript, readLine } from './transcript.ts';

const recorded = new URL('fixtures/0.61.0-2026-11-29-', import.meta.url);
const linesOf = (name: string) =>
  readFileSync(new URL(`${recorded.href}${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');

const order = {
  prompt: 'go',
  env: { A: '1' },
  programs: { node: '/n', baton: '/b', signal: "/it's/signal", runbook: '/r.cjs', view: '/v.cjs' },
  cwd: '/w',
  conversation: '00000000-0000-4000-8000-000000000001',
  filesFolder: '/f',
  permissions: 'bypass',
} as const;

test('gemini starts in a home of ours with an extension that calls the signals, beside all that the person has (runtimes 40)', () => {
  const { argv, env, files, mirrors = [] } = launch(order);
  assert.deepEqual(argv, ['gemini', '--approval-mode', 'yolo', '--skip-trust', '--session-id', order.conversation, '--prompt-interactive', 'go']);
  assert.deepEqual(env, { A: '1', GEMINI_CLI_HOME: '/f/home', GEMINI_CLI_NO_RELAUNCH: 'true' });
  assert.deepEqual(
    files.map(({ path }) => path),
    ['/f/home/.gemini/extensions/baton/gemini-extension.json', '/f/home/.gemini/extensions/baton/hooks/hooks.json'],
  );
  const { hooks } = JSON.parse(files[1]?.text ?? '');
  assert.equal(hooks.BeforeAgent[0].hooks[0].command, `'/it'\\''s/signal' prompt`);
  assert.deepEqual(
    mirrors.map(({ path, of, own }) => [path, of, own]),
    [
      ['/f/home/.gemini', '.gemini', ['extensions']],
      ['/f/home/.gemini/extensions', '.gemini/extensions', ['baton']],
    ],
  );
});

test('a compression that gemini tells before each call of the model is no signal; one that a person asked for is (runtimes 40)', () => {
  const { PreCompress } = JSON.parse(launch(order).files[1]?.text ?? '').hooks;
  assert.deepEqual(
    PreCompress.map(({ matcher }: { matcher: string }) => matcher),
    ['manual'],
  );
  assert.equal(gemini.descriptor.signals.reported.length, new Set(hookedEvents.map(({ signal }) => signal)).size);
});

test('gemini goes on with a conversation, asks where it is told to, and takes a model (runtimes 40)', () => {
  const { argv } = launch({ ...order, permissions: 'ask', resume: 'c', model: 'm' });
  assert.deepEqual(argv, ['gemini', '--resume', 'c', '--model', 'm', '--prompt-interactive', 'go']);
});

test('gemini copies a conversation from its transcript, and says so where none is known (runtimes 40)', () => {
  const asked = { ...order, copy: 'x', transcript: '/t.jsonl', question: 'why?' };
  assert.deepEqual(fork(asked).argv, ['gemini', '--session-file', '/t.jsonl', '--skip-trust', '--prompt', 'why?']);
  assert.deepEqual(fork({ ...asked, question: undefined }).argv, ['gemini', '--session-file', '/t.jsonl']);
  const { env, files, mirrors } = fork(asked);
  assert.deepEqual([env.GEMINI_CLI_HOME, files], ['/f/home', []], 'nothing of it is reported');
  assert.deepEqual(
    mirrors?.map(({ own, folders }) => [own, folders]),
    [[['tmp', 'history'], []]],
    'it starts beside no conversation of the person',
  );
  assert.throws(() => fork({ ...asked, transcript: undefined }), { kind: 'unsupported' });
});

test('what gemini told with its signals is read; the file that a resumed start names is none (runtimes 40)', () => {
  const [start = '', resumed = '', tool = '', stop = ''] = linesOf('signals');
  const transcript = '/home/p/.gemini/tmp/work/chats/session-2026-11-28T23-57-22222222.jsonl';
  const about = { conversation: '22222222-2222-4222-8222-222222222222', cwd: '/home/p/work' };
  assert.deepEqual(readSignal('start', start), { ...about, source: 'startup', transcript });
  assert.deepEqual(readSignal('start', resumed), { ...about, source: 'resume' });
  assert.deepEqual(readSignal('pre-tool', tool).tool, {
    name: 'run_shell_command',
    command: 'touch asked',
    input: { command: 'touch asked', description: 'run' },
  });
  assert.equal(readSignal('stop', stop).isContinued, true);
});

test('gemini is answered in JSON alone, with the name of its event (runtimes 40)', () => {
  assert.equal(answer('prompt', { kind: 'context', text: 'x' })?.stdout, '{"hookSpecificOutput":{"hookEventName":"BeforeAgent","additionalContext":"x"}}');
  assert.equal(answer('start', { kind: 'context', text: 'x' }), undefined, 'it would come after the first prompt');
  assert.equal(answer('stop', { kind: 'continue', reason: 'go on' })?.stdout, '{"decision":"deny","reason":"go on"}');
  assert.equal(answer('pre-tool', { kind: 'deny', reason: 'no' })?.stdout, '{"decision":"deny","reason":"no"}');
  assert.equal(answer('pre-tool', { kind: 'context', text: 'x' }), undefined);
});

function readings(): LineReading[] {
  return linesOf('conversation').map((line) => {
    const reading = readLine(line);
    assert.ok(reading !== undefined, `no bad line: ${line.slice(0, 80)}`);
    return reading;
  });
}

test('a recorded conversation is read: injected words apart, calls and their results joined, each turn counted once (runtimes 40)', () => {
  const all = readings();
  const entries = all.slice(2, 15).flatMap((reading) => reading.entries);
  assert.deepEqual(
    entries.map(({ kind, text }) => `${kind}: ${text.slice(0, 34)}`),
    [
      'system: <hook_context>INJECT-START</hook_c',
      'user: line one\nline two; $(no)',
      'system: <hook_context>INJECT-PROMPT-2</hoo',
      'tool-call: echo one',
      'tool-result: <untrusted_context>\nOutput: one\nPr',
      'assistant: first answer',
      'user: half a line; not sent',
      'system: <hook_context>INJECT-PROMPT-2</hoo',
    ],
  );
  const [call, result] = [entries[3], entries[4]];
  assert.deepEqual(call?.tool, { name: 'run_shell_command', call: result?.tool?.call });
  assert.equal(entries[1]?.at, Date.UTC(2026, 10, 28, 23, 57, 47, 357));
  const turns = all.slice(2, 13).flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  assert.equal(new Set(turns.map(({ id }) => id)).size, 2, 'what is said anew keeps its id');
  const { inputTokens, outputTokens, contextTokens, model } = turns.at(-1) ?? {};
  assert.deepEqual([inputTokens, outputTokens, contextTokens, model], [5000, 50, 5050, 'gemini-2.5-pro']);
});

test('messages that are set anew take the place of all before; a rewind and an error are told (runtimes 40)', () => {
  const all = readings();
  const replaced = all.filter(({ change }) => change?.kind === 'replaced');
  assert.ok(replaced.length >= 3);
  assert.ok(replaced.at(-1)?.entries.some(({ kind, text }) => kind === 'system' && text.startsWith('<session_context>')));
  assert.ok(all.some(({ failure }) => failure?.includes('exceeds the maximum number of tokens')));
  assert.deepEqual(readLine('{"$rewindTo":"m1"}'), { entries: [], change: { kind: 'rewound', to: 'm1' } });
  assert.deepEqual(readLine('{"$set":{"summary":"s"}}'), { entries: [] });
  const summary = '{"$set":{"messages":[{"id":"a","type":"user","content":[{"text":"<state_snapshot>\\nall"}]}]}}';
  assert.equal(readLine(summary)?.entries[0]?.kind, 'summary');
  const failed = '{"id":"u","type":"user","content":{"functionResponse":{"id":"c","name":"t","response":{"error":"no such file"}}}}';
  assert.deepEqual(readLine(failed)?.entries, [{ kind: 'tool-result', text: 'no such file', id: 'u', tool: { name: 't', call: 'c', isError: true } }]);
});

test('a transcript lies where its name ends with the beginning of the id (runtimes 40)', () => {
  const conversation = '22222222-2222-4222-8222-222222222222';
  const pattern = '*/chats/session-*-22222222.jsonl';
  assert.deepEqual(locateTranscript({ conversation, env: { HOME: '/home/p' } }), [{ folder: '/home/p/.gemini/tmp', pattern }]);
  assert.deepEqual(locateTranscript({ conversation, env: { GEMINI_CLI_HOME: '/g' } }), [{ folder: '/g/.gemini/tmp', pattern }]);
  assert.deepEqual(locateTranscript({ conversation, env: {} }), []);
});

test('recorded screens tell of the prompt, of dialogs and of trouble (runtimes 40)', () => {
  const folder = new URL(`${recorded.href}screens/`);
  const screen = (name: string) => readFileSync(new URL(name, folder), 'utf8');
  const seen = Object.fromEntries(readdirSync(folder).map((name) => [name, readScreen(screen(name))]));
  assert.deepEqual(seen, {
    'ask.txt': { prompt: 'busy', dialog: { name: 'permission', accept: [] } },
    'busy.txt': { prompt: 'busy' },
    'compressed.txt': { prompt: 'empty' },
    'idle.txt': { prompt: 'empty' },
    'overflow.txt': { prompt: 'empty' },
    'trust.txt': { prompt: 'busy', dialog: { name: 'folder trust', accept: ['Enter'] } },
    'typed.txt': { prompt: 'typed', typed: 'half a line; not sent' },
  });
  assert.equal(readTrouble(screen('overflow.txt'), { at: 0, zoneOffsetMs: 0 })?.kind, 'overflow');
  assert.equal(readTrouble(screen('idle.txt'), { at: 0, zoneOffsetMs: 0 }), undefined);
});

test("a person's settings get our hooks beside their own and lose exactly them (runtimes 43)", () => {
  const { path, add, remove } = personalSignals({ env: { HOME: '/home/p' }, baton: '/b' });
  assert.equal(path, '/home/p/.gemini/settings.json');
  const own = '{\n  "theme": "x", "hooks": {"SessionEnd": [{"matcher": "exit", "hooks": [{"type": "command", "command": "mine"}]}]}\n}\n';
  const added = add(own);
  assert.equal(JSON.parse(added).hooks.SessionEnd.length, 5);
  assert.equal(JSON.parse(added).hooks.BeforeTool, undefined);
  assert.deepEqual([add(added), remove(added)], [added, own]);
  assert.throws(() => personalSignals({ env: {}, baton: '/b' }), { kind: 'invalid' });
});

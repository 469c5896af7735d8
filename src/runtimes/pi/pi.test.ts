import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LineReading, Signal } from '../contract.ts';
import { readTrouble } from '../trouble.ts';
import { pi } from './index.ts';
import { readScreen } from './screen.ts';
import { readLine } from './transcript.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const screen = (name: string, date = '2026-11-28') => fixture(`screen-${name}-0.87.1-${date}.txt`);
const records = (name: string): LineReading[] =>
  fixture(name)
    .trimEnd()
    .split('\n')
    .map((line) => readLine(line) ?? assert.fail(line));

const order = {
  prompt: '[GAS TOWN] go',
  env: { BATON_SESSION: 'sess_00000001' },
  programs: { node: '/n', baton: '/b', signal: '/town/.baton/bin/signal', runbook: '/r', view: '/v' },
  cwd: '/w',
  conversation: '00000000-0000-4000-8000-000000000001',
  filesFolder: '/f',
  permissions: 'bypass',
} as const;

test('it is launched with our extension, an id of ours, and without questions where nobody is to be asked (runtimes 21)', () => {
  const { argv, files, env } = pi.launch({ ...order, model: 'm' });
  const flags = ['--extension', '/f/baton-signals.js', '--session-id', order.conversation, '--model', 'm', '--approve'];
  assert.deepEqual(argv, ['pi', ...flags, order.prompt]);
  assert.deepEqual(env, order.env);
  assert.match(files[0]?.text ?? '', /const command = \["\/town\/\.baton\/bin\/signal"\];/);
  const resumed = pi.launch({ ...order, resume: 'old', permissions: 'ask' }).argv;
  assert.deepEqual(resumed.slice(3), ['--session', 'old', order.prompt]);
});

test('a copy is asked by its file, and a question is no file (runtimes 25)', () => {
  const about = { conversation: 'c', transcript: '/s/c.jsonl', copy: 'n', question: '@who', env: {}, cwd: '/w', filesFolder: '/f' };
  assert.deepEqual(pi.fork?.(about), { argv: ['pi', '--fork', '/s/c.jsonl', '--session-id', 'n', '--print', '--', ' @who'], env: {}, files: [] });
  assert.deepEqual(pi.fork?.({ ...about, transcript: undefined, question: undefined }).argv, ['pi', '--fork', 'c', '--session-id', 'n']);
});

test('a transcript is looked for by its id, in the folder of sessions first (runtimes 25)', () => {
  const locate = (env: Record<string, string>) => pi.locateTranscript?.({ conversation: 'c', cwd: '/a/b', env });
  assert.deepEqual(locate({ HOME: '/h' }), [
    { folder: '/h/.pi/agent/sessions/--a-b--', pattern: '*_c.jsonl' },
    { folder: '/h/.pi/agent/sessions', pattern: '*/*_c.jsonl' },
  ]);
  assert.deepEqual(locate({ PI_CODING_AGENT_DIR: '/p', PI_CODING_AGENT_SESSION_DIR: '/s' })?.[0], { folder: '/s', pattern: '*_c.jsonl' });
  assert.deepEqual(locate({}), []);
});

test('recorded signals tell the conversation, its file, the tool, the failure and how full the context is (runtimes 21)', () => {
  const told = fixture('signals-0.87.1-2026-11-29.tsv')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  const reports = told.map(([signal = '', text = '']) => [signal, pi.readSignal(signal as Signal, text)] as const);
  assert.deepEqual(
    reports.map(([signal]) => signal),
    ['start', 'prompt', 'pre-tool', 'post-tool', 'stop', 'end', 'stop'],
  );
  for (const [, report] of reports) {
    assert.equal(report.conversation, '00000000-0000-4000-8000-0000000000dd');
    assert.match(report.transcript ?? '', /_00000000-0000-4000-8000-0000000000dd\.jsonl$/);
  }
  assert.deepEqual([reports[0]?.[1].source, reports[1]?.[1].prompt, reports[2]?.[1].tool?.command], ['startup', 'BASH:echo hi', 'echo hi']);
  assert.deepEqual(reports[4]?.[1].context, { tokens: 1020, window: 200_000 });
  assert.match(reports[6]?.[1].failure ?? '', /401/);
});

test('a recorded session is read into who said what, in a tree (runtimes 22)', () => {
  const all = records('session-0.87.1-2026-11-28.jsonl').flatMap(({ entries }) => entries);
  const kinds = new Set(all.map(({ kind }) => kind));
  assert.deepEqual([...kinds].sort(), ['assistant', 'summary', 'system', 'tool-call', 'tool-result', 'user']);
  const ids = new Set(all.map(({ id }) => id));
  const follows = all.filter(({ parent }) => typeof parent === 'string' && ids.has(parent));
  assert.ok(follows.length > all.length / 2);
  const prime = all.find(({ text }) => text === 'PRIME-TEXT');
  assert.deepEqual([prime?.kind, prime?.at], ['system', Date.UTC(2026, 10, 28, 23, 58, 31, 38)]);
  const call = all.find(({ kind }) => kind === 'tool-call');
  const result = all.find(({ kind }) => kind === 'tool-result');
  assert.ok(call?.tool?.call !== undefined && call.tool.call === result?.tool?.call);
});

test('a compaction keeps from the entry that it names; what its summary cost says nothing of the context (runtimes 22)', () => {
  const readings = records('session-0.87.1-2026-11-28.jsonl');
  const compactions = readings.filter(({ change }) => change?.kind === 'compacted');
  const ids = new Set(readings.flatMap(({ entries }) => entries.map(({ id }) => id)));
  assert.equal(compactions.length, 3);
  for (const { change, usage, entries } of compactions) {
    assert.ok(change?.kind === 'compacted' && ids.has(change.keepFrom));
    assert.deepEqual([entries[0]?.kind, usage?.contextTokens], ['summary', 0]);
  }
  assert.deepEqual(readLine('{"type":"compaction","id":"x","parentId":"w","summary":"s","firstKeptEntryId":"x"}')?.change, { kind: 'compacted' });
});

test('an edit of the context names the entry whose words it takes out, or says others in their place (runtimes 22)', () => {
  const edits = records('session-0.87.1-2026-11-28.jsonl').filter(({ change }) => change?.kind === 'edited');
  assert.equal(edits.length, 4, 'failed tries, which pi takes out');
  const edit = (replacement: unknown) =>
    readLine(JSON.stringify({ type: 'context_edit', id: 'e', parentId: 'd', targetId: 't', replacement })) ?? assert.fail();
  assert.deepEqual(edit(null), { entries: [{ kind: 'system', text: '', id: 'e', parent: 'd' }], change: { kind: 'edited', target: 't' } });
  assert.deepEqual(
    edit({ content: 'short' }).entries.map(({ kind, text }) => [kind, text]),
    [['system', 'short']],
  );
  const blocks = [
    { type: 'text', text: 'short' },
    { type: 'toolCall', id: 'c', name: 'bash', arguments: { command: 'ls' } },
  ];
  assert.deepEqual(
    edit({ content: blocks }).entries.map(({ kind, text, tool }) => [kind, text, tool?.call]),
    [
      ['system', 'short', undefined],
      ['tool-call', 'bash {"command":"ls"}', 'c'],
    ],
  );
});

test('a turn that failed is a failure, one that was broken off spent and says nothing of the context (runtimes 22)', () => {
  const readings = records('session-0.87.1-2026-11-28.jsonl');
  const failures = readings.flatMap(({ failure }) => failure ?? []);
  assert.deepEqual([failures.some((text) => text.startsWith('401')), failures.some((text) => text.startsWith('429'))], [true, true]);
  assert.ok(failures.every((text) => text !== 'Operation aborted'));
  const aborted = { role: 'assistant', content: [], stopReason: 'aborted', usage: { input: 5, output: 1, cacheRead: 2, cacheWrite: 3, totalTokens: 11 } };
  const usage = readLine(JSON.stringify({ type: 'message', id: 'a', parentId: null, message: aborted }))?.usage;
  assert.deepEqual([usage?.inputTokens, usage?.outputTokens, usage?.contextTokens, usage?.cachedTokens], [10, 1, 0, 2]);
});

test('version 1 has no ids and is read all the same (runtimes 22)', () => {
  const message = { role: 'assistant', content: [{ type: 'text', text: 'hi' }], stopReason: 'stop', usage: { input: 7, output: 1 } };
  const reading = readLine(JSON.stringify({ type: 'message', timestamp: '2026-11-29T00:00:00.000Z', message }));
  const at = Date.UTC(2026, 10, 29);
  assert.deepEqual(reading?.entries, [{ kind: 'assistant', text: 'hi', at }]);
  assert.deepEqual([reading?.usage?.id, reading?.usage?.contextTokens], [String(at), 8]);
  assert.equal(readLine('{"type":"message","id":'), undefined, 'a torn line');
  assert.deepEqual(readLine('{"type":"label","id":"l","parentId":"p"}'), { entries: [] });
});

test('recorded screens tell whether a line may be typed, and which dialog stands there (runtimes 7)', () => {
  const told = (name: string) => readScreen(screen(name));
  for (const name of ['idle', '401', '429', 'overflow', 'aborted', 'compacted', 'login']) assert.deepEqual(told(name), { prompt: 'empty' }, name);
  assert.deepEqual(readScreen(screen('403', '2026-11-29')), { prompt: 'empty' });
  for (const name of ['500', '503', 'reset', 'cut']) assert.deepEqual(readScreen(screen(name, '2026-11-29')), { prompt: 'busy' }, `${name}: it tries again`);
  for (const name of ['busy', 'thinking', 'queued', '429-retrying']) assert.deepEqual(told(name), { prompt: 'busy' }, name);
  assert.deepEqual(told('typed'), { prompt: 'typed', typed: 'half a line' });
  assert.deepEqual(told('trust'), { prompt: 'busy', dialog: { name: 'trust', accept: ['Enter'] } });
  assert.deepEqual(readScreen('$ pi\n'), { prompt: 'unknown' });
});

test('recorded screens tell the trouble (runtimes 6)', () => {
  const kindOf = (name: string, date?: string) => readTrouble(screen(name, date), { at: 0, zoneOffsetMs: 0 })?.kind;
  assert.deepEqual(
    ['401', '429', 'overflow', 'login', 'idle', 'busy'].map((name) => kindOf(name)),
    ['auth', 'rate-limit', 'overflow', 'auth', undefined, undefined],
  );
  const later = ['403', '500', '503', 'reset', 'cut'].map((name) => kindOf(name, '2026-11-29'));
  assert.deepEqual(later, ['auth', 'no-service', 'no-service', 'no-service', 'no-service']);
});

test("a person's own signals are a file of ours that keeps silent in Baton's sessions (runtimes 26)", () => {
  const { path, add, remove } = pi.personalSignals?.({ env: { HOME: '/h' }, baton: '/b' }) ?? assert.fail();
  assert.equal(path, '/h/.pi/agent/extensions/baton-signals.js');
  const text = add(undefined);
  assert.match(text, /const command = \["\/b","signal"\];\nconst guard = "BATON_SESSION";/);
  assert.deepEqual([add(text), remove(text), remove('theirs')], [text, '', 'theirs']);
  assert.throws(() => add('theirs'), { kind: 'invalid' });
  assert.throws(() => pi.personalSignals?.({ env: {}, baton: '/b' }), { kind: 'invalid' });
});

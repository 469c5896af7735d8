import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LineReading, Signal } from '../contract.ts';
import { readTrouble } from '../trouble.ts';
import { codex } from './index.ts';
import { readScreen } from './screen.ts';
import { answer } from './signals.ts';
import { readLine } from './transcript.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const screen = (name: string) => fixture(`screen-${name}-0.169.0-2026-11-29.txt`);
const records = (name: string): LineReading[] =>
  fixture(name)
    .trimEnd()
    .split('\n')
    .map((line) => readLine(line) ?? assert.fail(line));
const rollout = 'rollout-0.169.0-2026-11-29.jsonl';

const order = {
  prompt: '[GAS TOWN] go',
  env: { BATON_SESSION: 'sess_00000001' },
  programs: { node: '/n', baton: '/b', signal: '/town/.baton/bin/signal', runbook: '/r', view: '/v' },
  cwd: '/a "b".c',
  conversation: '00000000-0000-4000-8000-000000000001',
  filesFolder: '/f',
  permissions: 'bypass',
} as const;

test('it is launched by overrides, without a file; each signal has its hook (runtimes 23)', () => {
  const { argv, files, env, accepted } = codex.launch(order);
  assert.deepEqual([files, accepted], [[], undefined]);
  assert.deepEqual(env, { ...order.env, BATON_SIGNAL: '/town/.baton/bin/signal' });
  const overrides = argv.filter((_, index) => argv[index - 1] === '-c');
  for (const signal of codex.descriptor.signals.reported)
    assert.ok(
      overrides.some((each) => each.includes(`command='"$BATON_SIGNAL" ${signal}'`)),
      signal,
    );
  assert.ok(overrides.includes('features.daemon_auto_start=false'));
  assert.ok(overrides.includes('allow_login_shell=false'), 'a login shell would reset PATH');
  assert.ok(overrides.includes(String.raw`projects={"/a \"b\".c"={trust_level="trusted"}}`));
  assert.deepEqual([argv[0], argv.at(-1)], ['codex', order.prompt]);
  const resumed = codex.launch({ ...order, resume: 'old' }).argv;
  assert.deepEqual([resumed[1], ...resumed.slice(-2)], ['resume', 'old', order.prompt]);
});

test('where a person is asked, neither folder nor other hooks are trusted, and ours are (runtimes 23)', () => {
  const { argv } = codex.launch({ ...order, permissions: 'ask' });
  assert.ok(argv.every((each) => !each.startsWith('--dangerously') && !each.startsWith('projects=')));
  const trusted = argv.find((each) => each.startsWith('hooks.state=')) ?? '';
  const names = ['session_start', 'user_prompt_submit', 'pre_tool_use', 'post_tool_use', 'permission_request', 'pre_compact', 'stop', 'session_end'];
  for (const name of names) assert.match(trusted, new RegExp(`"/<session-flags>/config\\.toml:${name}:0:0"=\\{trusted_hash="sha256:[0-9a-f]{64}"\\}`));
});

test('a copy is asked with one answer, or talked to, without hooks of ours (runtimes 25)', () => {
  const about = { conversation: 'c', transcript: undefined, copy: 'n', question: '-what', env: {}, cwd: '/w', filesFolder: '/f' };
  const asked = codex.fork?.(about) ?? assert.fail();
  assert.deepEqual([asked.argv.slice(0, 3), asked.argv.slice(-3), asked.stdin], [['codex', 'exec', 'fork'], ['--', 'c', '-what'], '']);
  const talked = codex.fork?.({ ...about, question: undefined })?.argv ?? [];
  assert.deepEqual([talked[1], talked.at(-1)], ['fork', 'c']);
  assert.ok([...asked.argv, ...talked].every((each) => !each.startsWith('hooks.')));
});

test('a transcript is looked for by its id, whatever its day (runtimes 25)', () => {
  const locate = (env: Record<string, string>) => codex.locateTranscript?.({ conversation: 'c', cwd: '/w', env });
  assert.deepEqual(locate({ HOME: '/h' }), [
    { folder: '/h/.codex/sessions', pattern: '*/*/*/rollout-*-c.jsonl' },
    { folder: '/h/.codex/archived_sessions', pattern: 'rollout-*-c.jsonl' },
  ]);
  assert.equal(locate({ CODEX_HOME: '/x', HOME: '/h' })?.[0]?.folder, '/x/sessions');
  assert.deepEqual(locate({}), []);
});

test('recorded signals tell the conversation, its file, the prompt and the tool (runtimes 3)', () => {
  const told = fixture('signals-0.169.0-2026-11-29.tsv')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  const reports = told.map(([signal = '', text = '']) => [signal, codex.readSignal(signal as Signal, text)] as const);
  assert.deepEqual(
    reports.map(([signal]) => signal),
    ['start', 'prompt', 'pre-tool', 'post-tool', 'stop', 'end'],
  );
  for (const [, { conversation, transcript }] of reports) assert.ok(conversation !== undefined && transcript?.endsWith(`-${conversation}.jsonl`));
  assert.deepEqual([reports[0]?.[1].source, reports[1]?.[1].prompt, reports[2]?.[1].tool?.command], ['startup', 'BASH:echo hi', 'echo hi']);
});

test('context is given in JSON under the name of the event that asks (runtimes 3)', () => {
  const output = (signal: Signal) => JSON.parse(answer(signal, { kind: 'context', text: '{"a":1}' })?.stdout ?? 'null') as unknown;
  assert.deepEqual(output('post-tool'), { hookSpecificOutput: { hookEventName: 'PostToolUse', additionalContext: '{"a":1}' } });
  assert.equal(output('pre-compact'), null, 'nothing reaches the model there');
});

test('what was said is read once, and not as the person said it where it was injected (runtimes 24)', () => {
  const all = records(rollout).flatMap(({ entries }) => entries);
  const said = (text: string) => all.filter((entry) => entry.text === text).map(({ kind }) => kind);
  assert.deepEqual(said('BASH:echo two'), ['user']);
  assert.deepEqual(said('ECHO typed while busy'), ['assistant']);
  assert.deepEqual(said('PRIME-C'), ['system']);
  for (const start of ['<environment_context>', '<hook_prompt', '<turn_aborted>']) {
    const found = all.filter(({ text }) => text.startsWith(start));
    assert.ok(found.length > 0 && found.every(({ kind }) => kind === 'system'), start);
  }
  const call = all.find(({ kind }) => kind === 'tool-call');
  const result = all.find(({ kind }) => kind === 'tool-result');
  assert.deepEqual([call?.text, call?.tool], ['exec_command {"cmd":"echo hi"}', { name: 'exec_command', call: 'call_0034' }]);
  assert.deepEqual([result?.tool, result?.text.includes('hi')], [{ call: 'call_0034' }, true]);
});

test("a turn's usage is the last one's, told once however often it is said; the window is the one that it reports (runtimes 24)", () => {
  const readings = records(rollout);
  const turns = new Map(readings.flatMap(({ usage }) => (usage === undefined ? [] : [[usage.id, usage] as const])));
  const spent = [...turns.values()].slice(0, 3).map(({ inputTokens, outputTokens, contextTokens }) => [inputTokens, outputTokens, contextTokens]);
  assert.deepEqual(spent, Array(3).fill([1000, 20, 1020]));
  assert.ok(turns.size < readings.filter(({ usage }) => usage !== undefined).length, 'a count that is said again is of the same turn');
  assert.deepEqual(new Set(readings.flatMap(({ windowTokens }) => windowTokens ?? [])), new Set([190_000]));
});

test('a compaction keeps what its history names, and says anew how full the context is (runtimes 24)', () => {
  const readings = records(rollout);
  const at = readings.findIndex(({ change }) => change !== undefined);
  const { change, entries } = readings[at] ?? assert.fail();
  assert.ok(change?.kind === 'compacted' && change.kept !== undefined);
  assert.match(entries[0]?.kind === 'summary' ? entries[0].text : '', /^Another language model started/);
  const earlier = readings.slice(0, at).flatMap((reading) => reading.entries);
  const kept = earlier.filter(({ id }) => id !== undefined && change.kept?.includes(id));
  assert.ok(kept.some(({ text }) => text === 'BASH:echo two') && kept.every(({ kind }) => kind === 'user'));
  const after = readings.slice(at + 1).find(({ usage }) => usage !== undefined)?.usage;
  assert.deepEqual([after?.inputTokens, after?.outputTokens, after?.contextTokens], [0, 0, 6405]);
});

test('a history without ids stands in place of everything, and one that cannot be read leaves nothing (runtimes 24)', () => {
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'kept' }] };
  const line = (payload: object) => readLine(JSON.stringify({ timestamp: 'x', type: 'compacted', payload }));
  assert.deepEqual(line({ message: 's', replacement_history: [item] }), { entries: [{ kind: 'user', text: 'kept' }], change: { kind: 'replaced' } });
  assert.deepEqual(line({ message: '' }), { entries: [], change: { kind: 'compacted' } });
});

test('a failed turn is a failure, and an interrupted one is none, but ends when it says (runtimes 24)', () => {
  const failures = records(rollout).flatMap(({ failure }) => failure ?? []);
  assert.equal(failures.length, 2);
  assert.match(failures[0] ?? '', /^unexpected status 401/);
  assert.match(failures[1] ?? '', /ran out of room/);
  const told = records('failed-turns-0.169.0-2026-11-29.txt');
  const kinds = told.map(({ failure = '' }) => readTrouble(failure, { at: 0, zoneOffsetMs: 0 })?.kind);
  assert.deepEqual(kinds, ['auth', 'no-service', 'no-service', 'no-service']);
  assert.equal(told[0]?.failedAt, Date.UTC(2026, 10, 29, 3, 21, 0, 608));
  const interrupted = records(rollout).flatMap(({ interruptedAt }) => interruptedAt ?? []);
  assert.deepEqual(interrupted, [Date.UTC(2026, 10, 29, 0, 13, 6, 919), Date.UTC(2026, 10, 29, 0, 13, 10, 54)]);
});

test('a fork is read as what came after its parent; a torn line is a bad one (runtimes 24)', () => {
  const said = records('rollout-fork-0.169.0-2026-11-29.jsonl').flatMap(({ entries }) => entries);
  const words = said.filter(({ kind }) => kind === 'user' || kind === 'assistant').map(({ text }) => text);
  assert.deepEqual(words, ['question of the fork', 'ECHO question of the fork']);
  for (const bad of ['', '{"type":"response_item","payl', '[]', '{"type":"response_item"}']) assert.equal(readLine(bad), undefined);
});

test('what is noted or said again is passed by without a look into it, and torn it is a bad line (runtimes 24)', () => {
  const note = '{"timestamp":"2026-11-29T00:00:00.000Z","ordinal":3,"type":"event_msg","payload":{"type":"agent_message","message":"again"}}';
  assert.deepEqual(readLine(note), { entries: [] });
  assert.equal(readLine(note.slice(0, -9)), undefined);
  const failed = note.replace('agent_message', 'error');
  assert.equal(readLine(failed)?.failure, 'again');
});

test('recorded screens tell whether a line may be typed, and which dialog stands there (runtimes 7)', () => {
  const told = (name: string) => readScreen(screen(name));
  for (const name of ['idle', '401', '403', '500', '503', 'reset', 'overflow', 'interrupted', 'compacted'])
    assert.deepEqual(told(name), { prompt: 'empty' }, name);
  for (const name of ['busy', 'thinking', 'queued', '429']) assert.deepEqual(told(name), { prompt: 'busy' }, name);
  assert.deepEqual(told('typed'), { prompt: 'typed' });
  assert.deepEqual(told('trust'), { prompt: 'busy', dialog: { name: 'trust', accept: ['Enter'] } });
  const asked = [told('hooks-review'), told('login'), told('approval')].map(({ dialog }) => dialog);
  assert.deepEqual(
    asked,
    ['hooks', 'login', 'permission'].map((name) => ({ name, accept: [] })),
  );
  assert.deepEqual(readScreen('› Ask Codex to do anything\n\n  ? for shortcuts'), { prompt: 'unknown' }, 'it starts');
});

test('recorded screens tell the trouble (runtimes 6)', () => {
  const kindOf = (name: string) => readTrouble(screen(name), { at: 0, zoneOffsetMs: 0 })?.kind;
  assert.deepEqual(['401', '429', 'overflow', 'login', 'idle'].map(kindOf), ['auth', 'rate-limit', 'overflow', 'auth', undefined]);
  assert.deepEqual(['403', '500', '503', 'reset'].map(kindOf), ['auth', 'no-service', 'no-service', 'no-service']);
});

test("a person's own signals are put in once behind the person's hooks, and taken out exactly (runtimes 26)", () => {
  const { path, add, remove } = codex.personalSignals?.({ env: { HOME: '/h' }, baton: '/b' }) ?? assert.fail();
  assert.equal(path, '/h/.codex/hooks.json');
  const text = '{"note": 1, "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "mine"}]}]}}\n';
  const added = add(text);
  assert.deepEqual([add(added), remove(added), remove(text)], [added, text, text]);
  const { hooks } = JSON.parse(added) as { hooks: Record<string, { hooks: { command: string }[] }[]> };
  assert.deepEqual(
    hooks.Stop?.map(({ hooks: [hook] }) => hook?.command),
    ['mine', `[ -n "$BATON_SESSION" ] || '/b' signal stop 2> /dev/null || :`],
  );
  assert.deepEqual(Object.keys(hooks), ['Stop', 'SessionStart', 'UserPromptSubmit', 'PermissionRequest', 'PreCompact', 'SessionEnd']);
  assert.throws(() => add('not json'), { kind: 'invalid' });
});

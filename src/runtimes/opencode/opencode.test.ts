import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { type Cleanup, tempDir } from '#host/testing';
import { readTrouble } from '../trouble.ts';
import { fork, launch } from './launch.ts';
import { personalSignals } from './personal-signals.ts';
import { composePlugin } from './plugin.ts';
import { readScreen } from './screen.ts';
import { readSignal } from './signals.ts';
import { locateTranscript, query, readRow } from './transcript.ts';

const recorded = new URL('fixtures/1.18.33-2026-11-29-', import.meta.url);
const conversation = 'ses_ddb56ca54ffe6xpmftbyyoUvu5';

const order = {
  prompt: 'go',
  env: { A: '1' },
  programs: { node: '/n', baton: '/b', signal: '/s', runbook: '/r.cjs', view: '/v.cjs' },
  cwd: '/w',
  conversation: '00000000-0000-4000-8000-000000000001',
  filesFolder: '/f o',
  permissions: 'bypass',
} as const;

test('opencode starts with a plugin of ours, named by the environment beside what that names already (runtimes 42)', () => {
  const { argv, env, files, isPromptPasted } = launch({ ...order, resume: 'ses_1', model: 'a/b' });
  assert.deepEqual(argv, ['opencode', '--auto', '--model', 'a/b', '--session', 'ses_1']);
  assert.equal(isPromptPasted, true, 'it would pass a prompt by');
  assert.deepEqual(launch(order).argv, ['opencode', '--auto', '--prompt', 'go']);
  assert.deepEqual(JSON.parse(env.OPENCODE_CONFIG_CONTENT ?? ''), { plugin: ['file:///f%20o/baton.js'] });
  assert.equal(files[0]?.path, '/f o/baton.js');
  const set = launch({ ...order, env: { OPENCODE_CONFIG_CONTENT: '{"theme":"x","plugin":["p"]}' } }).env.OPENCODE_CONFIG_CONTENT ?? '';
  assert.deepEqual(JSON.parse(set), { theme: 'x', plugin: ['p', 'file:///f%20o/baton.js'] });
});

test('opencode talks to a copy of a conversation, or answers one question with it (runtimes 42)', () => {
  const asked = { ...order, copy: 'x', transcript: undefined, conversation: 'ses_1', question: 'why?' };
  assert.deepEqual(fork(asked).argv, ['opencode', 'run', '--session', 'ses_1', '--fork', '--', 'why?']);
  assert.deepEqual(fork({ ...asked, question: undefined }).argv, ['opencode', '--session', 'ses_1', '--fork']);
});

function database(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  db.exec(readFileSync(new URL(`${recorded.href}rows.sql`), 'utf8'));
  return db;
}

const rowsOf = (db: DatabaseSync, changed = -1) => db.prepare(query).all(conversation, changed);

test('a recorded conversation is read from its rows: words, turns, a failure, a compaction (runtimes 42)', () => {
  const readings = rowsOf(database()).map((row) => readRow(row));
  assert.ok(readings.every((reading) => reading !== undefined));
  const entries = readings.flatMap((reading) => reading?.entries ?? []);
  assert.deepEqual(
    entries.map(({ kind, text }) => `${kind}: ${text}`),
    [
      'user: line one\nline two; $(no)',
      'assistant: ECHO line one\nline two; $(no)',
      'user: half a line',
      'assistant: slow one',
      'user: now 401',
      'user: now 429',
      'assistant: after 429',
      'summary: a short title',
    ],
  );
  assert.deepEqual(
    readings.flatMap((reading) => reading?.failure ?? []),
    ['APIError 401 invalid x-api-key (scripted)'],
  );
  const turns = readings.flatMap((reading) => reading?.usage ?? []);
  assert.deepEqual(
    turns.map(({ contextTokens }) => contextTokens),
    [1020, 1020, 1020, 0],
    'a turn that failed cost nothing, a compaction says nothing of what is left',
  );
  assert.deepEqual(
    readings.flatMap((reading) => reading?.change ?? []),
    [{ kind: 'compacted' }],
  );
  assert.equal(entries[1]?.at, 1795911433258);
});

test('rows come in the order in which they changed, and reading goes on from any of them (runtimes 42)', () => {
  const db = database();
  const changed = rowsOf(db).map((row) => Number(row.changed));
  assert.deepEqual(
    changed,
    changed.toSorted((a, b) => a - b),
  );
  const middle = changed[10] ?? 0;
  assert.deepEqual(
    rowsOf(db, middle),
    rowsOf(db).filter((row) => Number(row.changed) >= middle),
  );
});

test("a sub-agent's words are its own, a tool's call and result are one part, and what a compaction kept is named (runtimes 42)", () => {
  const db = database();
  const child = 'ses_ddb5a8d26ffe8fxCHhrKHQbKgx';
  assert.ok(rowsOf(db).every((row) => row.subagent === null));
  db.prepare("insert into session values ('ses_between', 'global', ?, '/home/p/work', 'a sub-agent with one of its own', 1, 1, null)").run(conversation);
  db.prepare('update session set parent_id = ? where id = ?').run('ses_between', child);
  const entries = rowsOf(db).flatMap((row) => readRow(row)?.entries ?? []);
  const own = entries.filter(({ subagent }) => subagent === child);
  assert.deepEqual(own.map(({ kind, text }) => `${kind}: ${text}`).slice(1, 3), ['tool-call: echo hi > oc.txt', 'tool-result: (no output)']);
  assert.deepEqual(own[1]?.tool, own[2]?.tool);
  assert.ok(
    rowsOf(db)
      .flatMap((row) => readRow(row)?.usage ?? [])
      .some(({ subagent }) => subagent === child),
  );
  const [kept] = db.prepare("select message_id as message, id from part where json_extract(data, '$.text') = 'now 429'").all();
  db.prepare(`update part set data = json_set(data, '$.tail_start_id', ?) where json_extract(data, '$.type') = 'compaction'`).run(String(kept?.message));
  const change = rowsOf(db).flatMap((row) => readRow(row)?.change ?? [])[0];
  assert.deepEqual(change, { kind: 'compacted', keepFrom: kept?.id });
});

test('what a person took back is told from the first part on that the model would see, of a message or of a part of it (runtimes 42)', () => {
  const db = database();
  const changesWith = (revert: object | null) => {
    db.prepare('update session set revert = ?, time_updated = 1795911600000 where id = ?').run(revert === null ? null : JSON.stringify(revert), conversation);
    return rowsOf(db)
      .map((row) => readRow(row))
      .filter((reading) => reading?.change?.kind === 'rewound');
  };
  assert.deepEqual(changesWith(null), []);
  const [reading, ...others] = changesWith({ messageID: 'msg_224ab03060018UPqv537MVXBPN', snapshot: 's' });
  assert.equal(others.length, 0);
  assert.deepEqual(reading, {
    entries: [{ kind: 'system', text: '', id: conversation, at: 1795911600000 }],
    change: { kind: 'rewound', to: 'prt_224ab0307001Gm5Bfm6g5AR2Ae' },
  });
  const [partly] = changesWith({ messageID: 'msg_224ab03330018aiak4ITWZmCny', partID: 'prt_224ab1e840016e91HAGi3ow9vS' });
  assert.deepEqual(partly?.change, { kind: 'rewound', to: 'prt_224ab1eb5001PrEn71tExlsCLG' });
  assert.deepEqual(changesWith({ messageID: 'msg_zzz' }), [], 'nothing lies behind it');
});

test('parts of other kinds and states are read for what they are (runtimes 42)', () => {
  const part = (data: object, about: object = { role: 'assistant' }) =>
    readRow({ id: 'p', kind: 'part', data: JSON.stringify(data), about: JSON.stringify(about) });
  const tool = { type: 'tool', tool: 'read', callID: 'c' };
  assert.deepEqual(part({ ...tool, state: { status: 'running', input: { path: 'a' } } })?.entries, [
    { kind: 'tool-call', text: '{"path":"a"}', id: 'p', tool: { name: 'read', call: 'c' } },
  ]);
  assert.equal(part({ ...tool, state: { status: 'error', error: 'gone' } })?.entries[1]?.tool?.isError, true);
  assert.equal(part({ type: 'text', text: 't', synthetic: true }, { role: 'user' })?.entries[0]?.kind, 'system');
  for (const data of [{ type: 'text', text: 't', ignored: true }, { type: 'reasoning', text: 't' }, { type: 'step-start' }])
    assert.deepEqual(part(data), { entries: [] });
  const aborted = { id: 'm', kind: 'message', data: '{"role":"assistant","error":{"name":"MessageAbortedError","data":{"message":"x"}}}', about: null };
  assert.deepEqual(readRow(aborted), { entries: [] });
  assert.equal(readRow({ id: 'p', kind: 'part', data: 'torn', about: '{}' }), undefined);
});

test('the database lies where the environment says (runtimes 42)', () => {
  const find = (env: Record<string, string>) => locateTranscript({ env });
  assert.deepEqual(find({ HOME: '/home/p' }), [{ folder: '/home/p/.local/share/opencode', pattern: 'opencode.db' }]);
  assert.deepEqual(find({ HOME: '/home/p', XDG_DATA_HOME: '/d', OPENCODE_DB: 'x.db' }), [{ folder: '/d/opencode', pattern: 'x.db' }]);
  assert.deepEqual(find({}), []);
});

test('recorded screens tell of the prompt and of trouble, beside a column of facts too (runtimes 42)', () => {
  const folder = new URL(`${recorded.href}screens/`);
  const screen = (name: string) => readFileSync(new URL(name, folder), 'utf8');
  const seen = Object.fromEntries(readdirSync(folder).map((name) => [name, readScreen(screen(name)).prompt]));
  assert.deepEqual(seen, {
    '401.txt': 'empty',
    '429.txt': 'busy',
    'busy.txt': 'busy',
    'compact.txt': 'empty',
    'idle.txt': 'empty',
    'typed.txt': 'typed',
    'wide.txt': 'empty',
  });
  assert.equal(readTrouble(screen('401.txt'), { at: 0, zoneOffsetMs: 0 })?.kind, 'auth');
  assert.equal(readTrouble(screen('429.txt'), { at: 0, zoneOffsetMs: 0 })?.kind, 'rate-limit');
});

/** A file that the test wrote, as opencode would import it. */
const loadPlugin = createRequire(import.meta.url) as (path: string) => { Baton(given: object): Promise<Plugged['hooks']> };

interface Plugged {
  readonly hooks: Record<string, (input: unknown, output?: unknown) => Promise<void>>;
  /** What was told: signals with their JSON, in order. */
  readonly told: () => { signal: string; [name: string]: unknown }[];
  readonly prompted: unknown[];
}

/** The plugin in this process, as opencode loads it, with a `signal` that answers what a file of the signal's name holds. */
async function plug(t: Cleanup, answers: Readonly<Record<string, string>>): Promise<Plugged> {
  const dir = tempDir(t);
  const signal = join(dir, 'signal');
  writeFileSync(signal, `#!/bin/sh\n{ printf '%s ' "$1"; cat; echo; } >> ${dir}/told\ncat ${dir}/answer-"$1" 2> /dev/null\nexit 0\n`);
  chmodSync(signal, 0o755);
  for (const [name, text] of Object.entries(answers)) writeFileSync(join(dir, `answer-${name}`), text);
  writeFileSync(join(dir, 'baton.mjs'), composePlugin({ command: [signal] }));
  const { Baton } = loadPlugin(join(dir, 'baton.mjs'));
  const prompted: unknown[] = [];
  const client = { session: { promptAsync: async (request: unknown) => void prompted.push(request) } };
  const told = () =>
    readFileSync(join(dir, 'told'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => ({ signal: line.slice(0, line.indexOf(' ')), ...JSON.parse(line.slice(line.indexOf(' '))) }));
  return { hooks: await Baton({ client, directory: '/w' }), told, prompted };
}

const event = (type: string, properties: object) => ({ event: { type, properties } });
const say = (text: string) => ({
  message: { id: 'msg_1' },
  parts: [{ id: 'prt_1', type: 'text', text }] as { id: string; type: string; text: string; synthetic?: boolean; sessionID?: string; messageID?: string }[],
});

test('the plugin tells a start with the first prompt and brings its answer as a part that the screen does not show (runtimes 42)', async (t) => {
  const { hooks, told } = await plug(t, { start: 'the prime', prompt: 'a nudge' });
  await hooks.event?.(event('session.created', { sessionID: 'ses_1', info: { id: 'ses_1' } }));
  await hooks.event?.(event('session.created', { sessionID: 'ses_2', info: { id: 'ses_2', parentID: 'ses_1' } }));
  const output = say('go');
  await hooks['chat.message']?.({ sessionID: 'ses_1' }, output);
  assert.deepEqual(output.parts.at(-1), { id: 'prt_2', sessionID: 'ses_1', messageID: 'msg_1', type: 'text', text: 'the prime\n\na nudge', synthetic: true });
  await hooks['chat.message']?.({ sessionID: 'ses_2' }, say('a sub-agent'));
  await hooks['chat.message']?.({ sessionID: 'ses_1' }, say('more'));
  assert.deepEqual(
    told().map(({ signal, session_id, source, prompt }) => [signal, session_id, source ?? prompt]),
    [
      ['start', 'ses_1', 'startup'],
      ['prompt', 'ses_1', 'go'],
      ['prompt', 'ses_1', 'more'],
    ],
  );
  const [, first] = told();
  assert.deepEqual(readSignal('prompt', JSON.stringify(first)), { conversation: 'ses_1', cwd: '/w', prompt: 'go' });
});

test('the plugin obeys at a stop and before a tool, and tells why a turn failed without going on (runtimes 42)', async (t) => {
  const { hooks, told, prompted } = await plug(t, {
    stop: '{"decision":"block","reason":"hand off"}',
    'pre-tool': '{"hookSpecificOutput":{"permissionDecision":"deny","permissionDecisionReason":"ruled out"}}',
    'post-tool': 'read this',
  });
  await hooks['chat.message']?.({ sessionID: 'ses_1' }, say('go'));
  await hooks.event?.(event('session.idle', { sessionID: 'ses_1' }));
  assert.deepEqual(prompted, [{ path: { id: 'ses_1' }, body: { parts: [{ type: 'text', text: 'hand off', synthetic: true }] } }]);
  await assert.rejects(async () => hooks['tool.execute.before']?.({ tool: 'bash', callID: 'c' }, { args: { command: 'ls' } }), /^Error: ruled out$/);
  const result = { output: 'seen' };
  await hooks['tool.execute.after']?.({ tool: 'bash', callID: 'c', args: { command: 'ls' } }, result);
  assert.equal(result.output, 'seen\n\nread this');
  await hooks.event?.(event('session.error', { sessionID: 'ses_1', error: { name: 'APIError', data: { statusCode: 401, message: 'no' } } }));
  await hooks.event?.(event('session.idle', { sessionID: 'ses_1' }));
  assert.equal(prompted.length, 1);
  const stops = told().filter(({ signal }) => signal === 'stop');
  assert.deepEqual(
    stops.map(({ stop_hook_active, failure }) => [stop_hook_active, failure]),
    [
      [false, undefined],
      [true, 'APIError 401 no'],
    ],
  );
  assert.equal(readSignal('stop', JSON.stringify(stops[1])).failure, 'APIError 401 no');
  assert.equal(told().find(({ signal }) => signal === 'start')?.source, 'resume', 'a conversation that was not made here');
});

test('after a compaction the short prime stands before every request until the next prompt holds it (runtimes 42)', async (t) => {
  const { hooks, told } = await plug(t, { start: 'short prime' });
  await hooks['chat.message']?.({ sessionID: 'ses_1' }, say('go'));
  await hooks['experimental.session.compacting']?.({ sessionID: 'ses_1' });
  await hooks.event?.(event('session.compacted', { sessionID: 'ses_1' }));
  const request = { system: ['s'] };
  await hooks['experimental.chat.system.transform']?.({ sessionID: 'ses_1' }, request);
  assert.deepEqual(request.system, ['s', 'short prime']);
  const output = say('more');
  await hooks['chat.message']?.({ sessionID: 'ses_1' }, output);
  assert.equal(output.parts.at(-1)?.text, 'short prime');
  assert.deepEqual(
    told().map(({ signal }) => signal),
    ['start', 'prompt', 'pre-compact', 'start', 'prompt'],
  );
});

test('a signal program that is not there, or answers nothing, changes nothing (runtimes 42)', async (t) => {
  const dir = tempDir(t);
  writeFileSync(join(dir, 'baton.mjs'), composePlugin({ command: [join(dir, 'none')] }));
  const { Baton } = loadPlugin(join(dir, 'baton.mjs'));
  const hooks = await Baton({ client: {}, directory: '/w' });
  const output = say('go');
  await hooks['chat.message']?.({ sessionID: 'ses_1' }, output);
  await hooks.event?.(event('session.idle', { sessionID: 'ses_1' }));
  assert.equal(output.parts.length, 1);
});

test("a person's plugin is a file of ours, which keeps silent in our own sessions and is nobody else's (runtimes 43)", async (t) => {
  const { path, add, remove } = personalSignals({ env: { HOME: '/home/p' }, baton: '/b' });
  assert.equal(path, '/home/p/.config/opencode/plugins/baton-signals.js');
  const text = add(undefined);
  assert.ok(text.includes('const command = ["/b","signal"];'));
  assert.deepEqual([add(text), remove(text), remove('mine')], [text, '', 'mine']);
  assert.throws(() => add('mine'), { kind: 'invalid' });
  assert.throws(() => personalSignals({ env: {}, baton: '/b' }), { kind: 'invalid' });
  const file = join(tempDir(t), 'baton.mjs');
  writeFileSync(file, composePlugin({ command: ['/none'], guard: 'PATH' }));
  const { Baton } = loadPlugin(file);
  assert.deepEqual(await Baton({ client: {}, directory: '/w' }), {});
});

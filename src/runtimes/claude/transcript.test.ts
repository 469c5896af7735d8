import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Entry, LineReading } from '../contract.ts';
import { locateTranscript, readLine } from './transcript.ts';

const recorded = new URL('fixtures/2.1.329-2026-11-29-', import.meta.url);

function readings(name: string): LineReading[] {
  const lines = readFileSync(new URL(`${recorded.href}${name}.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const reading = readLine(line);
    assert.ok(reading !== undefined, `no bad line: ${line.slice(0, 80)}`);
    return reading;
  });
}

const entriesOf = (all: readonly LineReading[]) => all.flatMap(({ entries }) => entries);
const said = (entries: readonly Entry[]) => entries.filter(({ kind }) => kind !== 'system').map(({ kind, text }) => `${kind}: ${text.slice(0, 40)}`);

test('a recorded conversation is read: who said what, with tools joined, queued words, and the summary apart (runtimes 10)', () => {
  const entries = entriesOf(readings('compacted'));
  assert.deepEqual(said(entries), [
    'user: BASH:echo alpha',
    'assistant: I run it.',
    'tool-call: echo alpha',
    'tool-result: alpha',
    'user: second [[usage:60000]]',
    'assistant: DONE alpha',
    'user: third [[usage:120000]]',
    'assistant: ECHO third [[usage:120000]]',
    'user: fourth',
    'summary: This session is being continued from a p',
    'assistant: ECHO fourth',
  ]);
  const call = entries.find(({ kind }) => kind === 'tool-call');
  assert.deepEqual(call?.tool, { name: 'Bash', call: entries.find(({ kind }) => kind === 'tool-result')?.tool?.call });
  assert.equal(entries[0]?.at, Date.UTC(2026, 10, 29, 0, 8, 53, 27));
});

test('every record that others follow has an entry with its id, so that the tree holds together (runtimes 10)', () => {
  for (const name of ['compacted', 'notified', 'subagent']) {
    const entries = entriesOf(readings(name));
    const ids = new Set(entries.map(({ id }) => id));
    for (const { parent } of entries) assert.ok(parent === null || parent === undefined || ids.has(parent), `${name}: ${parent}`);
  }
});

test('a boundary tells what is left of the context, and what it preserves (runtimes 10)', () => {
  const all = readings('compacted');
  const change = all.find((reading) => reading.change !== undefined)?.change;
  assert.ok(change?.kind === 'compacted');
  assert.equal(change.tokens, 2837);
  const ids = entriesOf(all).map(({ id }) => id);
  assert.equal(change.kept?.length, 4);
  for (const id of change.kept ?? []) assert.ok(ids.includes(id));
  assert.deepEqual(readLine('{"type":"system","subtype":"compact_boundary","uuid":"b","parentUuid":null}')?.change, { kind: 'compacted' });
});

test('the blocks of one answer tell one usage, with what came from the cache and went into it (runtimes 10)', () => {
  const usages = readings('compacted').flatMap(({ usage }) => usage ?? []);
  assert.deepEqual(
    usages.map(({ id, inputTokens }) => [id, inputTokens]),
    [
      ['msg_000030', 1000],
      ['msg_000030', 1000],
      ['msg_000031', 1000],
      ['msg_000032', 120_000],
      ['msg_000034', 1000],
    ],
  );
  const line = { type: 'assistant', uuid: 'u', timestamp: '2026-11-29T00:00:00.250Z', message: { id: 'm', model: 'claude-opus-5-5', content: [] } };
  const usage = { input_tokens: 3, cache_creation_input_tokens: 40, cache_read_input_tokens: 500, output_tokens: 6 };
  assert.deepEqual(readLine(JSON.stringify({ ...line, message: { ...line.message, usage } }))?.usage, {
    ...{ id: 'm', inputTokens: 543, outputTokens: 6, contextTokens: 549, cachedTokens: 500, cacheWriteTokens: 40 },
    ...{ model: 'claude-opus-5-5', at: Date.UTC(2026, 10, 29) + 250 },
  });
});

test("a sub-agent's words and tokens are marked as its own, in a file of its own or in between (runtimes 10)", () => {
  const all = readings('subagent');
  assert.ok(entriesOf(all).every(({ subagent }) => subagent === 'aa063479af0c4eccf'));
  assert.ok(all.every(({ usage, windowTokens }) => (usage === undefined || usage.subagent === 'aa063479af0c4eccf') && windowTokens === undefined));
  const inline = readLine('{"type":"assistant","isSidechain":true,"message":{"id":"m","content":[],"usage":{"input_tokens":9,"output_tokens":1}}}');
  assert.equal(inline?.usage?.subagent, 'subagent');
});

test('what no person said is not put into a mouth: notifications, feedback of signals, interruptions, marked notes (runtimes 10)', () => {
  const notified = entriesOf(readings('notified'));
  assert.equal(
    notified.filter(({ kind }) => kind === 'user').some(({ text }) => text.includes('<task-notification>')),
    false,
  );
  const stopped = entriesOf(readings('stopped')).filter(({ text }) => text.includes('GO-ON-BECAUSE-OF-US'));
  assert.ok(stopped.length > 0 && stopped.every(({ kind }) => kind === 'system' || kind === 'assistant'));
  const kindOf = (message: object) => readLine(JSON.stringify({ type: 'user', uuid: 'u', ...message }))?.entries[0]?.kind;
  assert.equal(kindOf({ message: { content: [{ type: 'text', text: '[Request interrupted by user for tool use]' }] } }), 'system');
  assert.equal(kindOf({ isMeta: true, message: { content: 'Caveat' } }), 'system');
  assert.equal(kindOf({ message: { content: '<local-command-stdout>x</local-command-stdout>' } }), 'system');
  assert.equal(kindOf({ message: { content: 'really' } }), 'user');
});

test('an error of the provider is what the program says, cost nothing, and is a failure (runtimes 10)', () => {
  const failed = readings('errors').filter(({ failure }) => failure !== undefined);
  assert.ok(
    failed.every(({ usage, windowTokens, entries }) => usage === undefined && windowTokens === undefined && entries.every(({ kind }) => kind === 'system')),
  );
  const words = failed.map(({ failure }) => failure);
  assert.ok(words.includes('authentication_failed\nInvalid API key · Fix external API key'));
  assert.ok(words.includes('invalid_request\nPrompt is too long'));
});

test('the window is told by the name of the model that was asked for (runtimes 10)', () => {
  const windowOf = (fields: object, model: string) => readLine(JSON.stringify({ type: 'assistant', ...fields, message: { model, content: [] } }))?.windowTokens;
  assert.equal(windowOf({}, 'claude-opus-5-5'), 1_000_000);
  assert.equal(windowOf({}, 'claude-sonnet-4-5'), 200_000);
  assert.equal(windowOf({}, 'claude-3-7-sonnet-20250219'), 200_000);
  assert.equal(windowOf({ requestedModel: 'claude-sonnet-4-5[1m]' }, 'claude-sonnet-4-5'), 1_000_000);
  assert.equal(windowOf({}, 'scripted'), undefined);
});

test('what a later version adds is no bad line; what is no record is one (runtimes 10)', () => {
  assert.deepEqual(readLine('{"type":"from-the-future"}'), { entries: [] });
  assert.deepEqual(readLine('{"type":"api-request-blob","message":{"role":"user","content":"said before"}}'), { entries: [] });
  assert.equal(readLine('{"type":"api-request-blob","message":{"ro'), undefined, 'a torn copy is torn');
  for (const bad of ['', '{"type":"user"', '[]', '{"no":"type"}', 'text']) assert.equal(readLine(bad), undefined);
});

test('a transcript lies below the folder of its account, by folder and conversation (runtimes 10)', () => {
  const about = { conversation: 'c', cwd: '/town/my app/polecats/Toast', env: { HOME: '/home/me' } };
  const folder = '/home/me/.claude/projects';
  assert.deepEqual(locateTranscript(about), [
    { folder, pattern: '-town-my-app-polecats-Toast/c.jsonl' },
    { folder, pattern: '*/c.jsonl' },
  ]);
  assert.deepEqual(locateTranscript({ ...about, env: { CLAUDE_CONFIG_DIR: '/a' } })[1], { folder: '/a/projects', pattern: '*/c.jsonl' });
  assert.deepEqual(locateTranscript({ ...about, env: {} }), []);
});

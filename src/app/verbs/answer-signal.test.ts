import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '#config';
import { transferSession } from '#handoff';
import { checkMail, listNudges, queueNudgeRow, sendMailRow } from '#mail';
import { readSessionMeter } from '#prime';
import { readAnswer } from '#runtimes';
import { findHandoff, getSession, planSuccessor } from '#sessions';
import { givenStarted, writerOf } from '#sessions/testing';
import { appTown } from '../testing.ts';
import { dropTold, isBetweenTools, sayAtTools } from '../told.ts';
import { noteUnprimed } from '../unprimed.ts';
import { answerSignal } from './answer-signal.ts';

test('a tool is followed by what the daemon has to say, and the last one is not begun (app 34)', async (t) => {
  const town = await appTown(t);
  const session = await givenStarted(town, 'mayor');
  const env = { ...town.env, BATON_RUNTIME: 'runbook' };
  const say = async (signal: 'pre-tool' | 'post-tool') =>
    readAnswer(signal, (await answerSignal({ ...town, env, by: writerOf(session) }, signal, '{}')).stdout);

  assert.deepEqual([await say('pre-tool'), await say('post-tool')], [{ kind: 'none' }, { kind: 'none' }]);
  sayAtTools(town, session.id, { text: 'come to an end', isLast: false });
  assert.deepEqual([await say('pre-tool'), await say('post-tool')], [{ kind: 'none' }, { kind: 'context', text: 'come to an end' }]);
  assert.equal(isBetweenTools(town, session.id), false);
  sayAtTools(town, session.id, { text: 'it is full', isLast: true });
  assert.deepEqual(
    [await say('pre-tool'), await say('post-tool')],
    [
      { kind: 'deny', reason: 'it is full' },
      { kind: 'context', text: 'it is full' },
    ],
  );
  assert.equal(isBetweenTools(town, session.id), true);
  dropTold(town, session.id);
  assert.deepEqual([await say('pre-tool'), isBetweenTools(town, session.id)], [{ kind: 'none' }, false]);
  assert.equal(readdirSync(town.paths.spoolNew).length, 7, 'every one is a sign of progress');
});

test('a signal that can carry no words takes none along: nudges and mail wait (app 72)', async (t) => {
  const town = await appTown(t);
  const settings = readSettings({ town: '[runtimes.mute]\ncommand = ["mute"]\n', rigs: {} });
  const session = await givenStarted(town, 'mayor', { runtime: 'mute' });
  await town.store.change({ actor: 'overseer' }, (tx, at) =>
    queueNudgeRow(tx, at, { agent: 'mayor', reason: 'person', body: 'hello', chance: town.chance, by: { actor: 'overseer' } }),
  );
  await town.store.change({ actor: 'overseer' }, (tx, at) =>
    sendMailRow(tx, at, { to: 'mayor', subject: 'Hello', chance: town.chance, by: { actor: 'overseer' } }),
  );
  for (const signal of ['prompt', 'stop'] as const)
    await answerSignal({ ...town, settings, by: writerOf(session) }, signal, '{}').then(async ({ written }) => written?.());
  assert.equal((await checkMail(town.store.db, { address: 'mayor', session: session.id })).mails[0]?.deliveredAt, null);
  const [nudge] = await listNudges(town.store.db, { agent: 'mayor', limit: 1 });
  // The runbook's form, which a program of the settings has, goes on at a stop.
  assert.equal(nudge?.channel, 'stop');
});

test('a runtime that takes nothing in with its start signal is primed with its next prompt, once (app 35)', async (t) => {
  const town = await appTown(t);
  const session = await givenStarted(town, 'mayor', { runtime: 'kimi' });
  const say = async (signal: 'start' | 'prompt', fields: object) =>
    (await answerSignal({ ...town, by: writerOf(session) }, signal, JSON.stringify({ session_id: 'c1', ...fields }))).stdout;
  const prompt = { prompt: [{ type: 'text', text: 'go' }] };
  assert.equal(await say('start', { source: 'startup' }), '');
  const { primedAt, conversation } = await getSession(town.store.db, session.id);
  assert.deepEqual([primedAt, conversation], [undefined, 'c1'], 'it is not primed by a signal that nobody hears');
  assert.match(await say('prompt', prompt), /You are mayor/);
  assert.ok((await getSession(town.store.db, session.id)).primedAt !== undefined);
  assert.doesNotMatch(await say('prompt', prompt), /You are mayor/);
  assert.equal(await say('start', { source: 'compact' }), '');
  assert.match(await say('prompt', prompt), /Context compacted/, 'and again after a compaction, shortly');
});

test('the first prompt brings the prime also where it comes before the start signal, which brings no second one (app 35)', async (t) => {
  const town = await appTown(t);
  const session = await givenStarted(town, 'mayor', { runtime: 'gemini' });
  const say = async (signal: 'start' | 'prompt', fields: object) =>
    (await answerSignal({ ...town, by: writerOf(session) }, signal, JSON.stringify({ session_id: 'c1', ...fields }))).stdout;
  noteUnprimed(town, session.id, 'startup');
  assert.match(await say('prompt', { prompt: 'go' }), /You are mayor/);
  assert.equal(await say('start', { source: 'startup' }), '');
  assert.doesNotMatch(await say('prompt', { prompt: 'go on' }), /You are mayor/);
});

test('a turn that failed says why at once, and has received nothing that was told to it (app 36)', async (t) => {
  const town = await appTown(t);
  const [source, target] = [await givenStarted(town, 'mayor'), await givenStarted(town, 'deacon', { runtime: 'claude' })];
  const { handoff } = await transferSession(town, { session: source.id, into: target.id, goal: 'watch the rain' });
  const say = (signal: 'prompt' | 'stop', fields: object) =>
    answerSignal({ ...town, by: writerOf(target) }, signal, JSON.stringify({ session_id: 'c1', ...fields }));
  const fail = (error: string, words: string) => say('stop', { hook_event_name: 'StopFailure', error, error_details: words, last_assistant_message: words });
  const conditionOf = async () => (await getSession(town.store.db, target.id)).condition?.kind;
  for (const [error, words, kind] of [
    ['rate_limit', 'API Error: Request rejected (429) · rate limited', 'rate-limit'],
    ['authentication_failed', 'Invalid API key · Fix external API key', 'auth'],
    ['invalid_request', 'Prompt is too long', 'overflow'],
    ['server_error', 'API Error: 500 internal error', 'no-service'],
    ['unknown', 'Something new', undefined],
  ] as const) {
    await say('prompt', { prompt: 'go' });
    assert.equal(await conditionOf(), undefined);
    assert.equal((await fail(error, words)).stdout, '', 'nobody hears an answer');
    assert.equal(await conditionOf(), kind, words);
  }
  assert.equal((await findHandoff(town.store.db, handoff))?.consumedAt, undefined);
  await say('prompt', { prompt: 'go' });
  await say('stop', { hook_event_name: 'Stop' });
  assert.ok((await findHandoff(town.store.db, handoff))?.consumedAt !== undefined);
});

test("what the environment says of the context at the start is what the meter goes by, and is not the successor's (app 42)", async (t) => {
  const town = await appTown(t);
  const session = await givenStarted(town, 'mayor', { runtime: 'claude' });
  const transcript = join(town.dir, 'transcript.jsonl');
  const usage = { input_tokens: 100_000, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 };
  const message = { id: 'm', role: 'assistant', model: 'claude-opus-5-5', content: [{ type: 'text', text: 'I look.' }], usage };
  writeFileSync(transcript, `${JSON.stringify({ type: 'assistant', uuid: 'u', parentUuid: null, message })}\n`);
  const startIn = async (more: Record<string, string>) => {
    const deps = { ...town, env: { ...town.env, ...more }, by: writerOf(session) };
    const input = { session_id: 'c', source: 'startup', transcript_path: transcript, hook_event_name: 'SessionStart' };
    await answerSignal(deps, 'start', JSON.stringify(input)).then(async ({ written }) => written?.());
    const now = await getSession(town.store.db, session.id);
    return { window: (await readSessionMeter(town, now))?.window, now };
  };
  assert.equal((await startIn({})).window, 1_000_000);
  const { window, now } = await startIn({ CLAUDE_CODE_DISABLE_1M_CONTEXT: '1' });
  assert.equal(window, 200_000);
  assert.equal(planSuccessor(now, {}, { topic: 'handoff', sender: 'self' }).launch.limits, undefined);
});

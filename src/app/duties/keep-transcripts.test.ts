import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeSource } from '#git/testing';
import { recordConversationRow, type Session } from '#sessions';
import { givenEnd, givenStarted } from '#sessions/testing';
import { lastSeq, readEvents } from '#store';
import { addCrew, addRig } from '#town';
import { isFaultWith } from '#town/testing';
import { archiveFolder, archiveRoot } from '#transcripts';
import { readSpending } from '#usage';
import { createBead, hookBead } from '#work';
import { appTown, type Deps } from '../testing.ts';
import { pastVerbs } from '../verbs/past.ts';
import { sessionVerbs } from '../verbs/sessions.ts';
import { keepTranscripts } from './keep-transcripts.ts';

const max = 'app/crew/max';

function record(text: string, tokens?: number): string {
  const usage = tokens === undefined ? {} : { usage: { input_tokens: tokens, output_tokens: 10 } };
  return `${JSON.stringify({ type: tokens === undefined ? 'user' : 'assistant', uuid: text, at: Date.now(), message: { content: text }, ...usage })}\n`;
}

async function givenTalk(t: TestContext, runtime = 'runbook') {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'code')), cwd: town.dir });
  await addCrew(town, { rig: 'app', name: 'max' });
  const session = await givenStarted(town, max, { host: town.host.id, runtime });
  const transcript = join(town.dir, 'talk.jsonl');
  await talkIn(town, session, 'talk', transcript);
  const told: string[] = [];
  const logOf = async (id: string, query = {}) => {
    const texts: string[] = [];
    for await (const { text } of pastVerbs(town).log(id, query)) texts.push(text);
    return texts;
  };
  return { ...town, session, transcript, told, makeDuty: () => keepTranscripts(town, (line) => told.push(line)), logOf };
}

async function talkIn({ store }: Deps, { id, agent }: Session, conversation: string, transcript: string): Promise<void> {
  await store.change({ actor: agent, session: id }, async (tx, at) => ({
    answer: undefined,
    events: await recordConversationRow(tx, at, { session: id, agent, conversation, transcript }),
  }));
}

function archived(town: Deps, conversation: string): string[] {
  const folder = archiveFolder(archiveRoot(town.env), { runtime: 'runbook', conversation });
  return existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')) : [];
}

test('a transcript is archived and its turns are recorded as it grows, by whichever daemon, and looked at no more when all is kept (app 38)', async (t) => {
  const town = await givenTalk(t);
  const { session, transcript, store } = town;
  const bead = await createBead(town, { title: 'Mend the roof', rig: 'app' });
  await hookBead(town, { bead: bead.id, agent: max });
  const duty = town.makeDuty();
  await duty.round();
  assert.deepEqual(archived(town, 'talk'), [], 'nothing is there yet');
  writeFileSync(transcript, record('do it') + record('done', 100));
  await duty.round();
  assert.deepEqual(archived(town, 'talk'), [readFileSync(transcript, 'utf8')]);
  assert.deepEqual(await readSpending(store.db, session.id), { turns: 1, inputTokens: 100, outputTokens: 10, cachedTokens: 0, cacheWriteTokens: 0 });
  assert.equal((await store.db.selectFrom('usage').select('bead').executeTakeFirst())?.bead, bead.id);
  const seq = await lastSeq(store.db);
  await duty.round();
  await town.makeDuty().round();
  assert.equal(await lastSeq(store.db), seq, 'an idle session costs no event');
  appendFileSync(transcript, record('more', 200));
  await givenEnd(town, session, 'stopped');
  await town.makeDuty().round();
  assert.equal((await readSpending(store.db, session.id)).turns, 2);
  assert.equal((await readEvents(store.db, { types: ['conversation_archived'] })).length, 1);
  appendFileSync(transcript, record('after the end', 900));
  await town.makeDuty().round();
  assert.equal((await readSpending(store.db, session.id)).turns, 2);
  assert.deepEqual(town.told, []);
});

test('a session whose transcript was deleted still shows what it said; an earlier conversation of it too (app 38)', async (t) => {
  const town = await givenTalk(t);
  const { session, transcript } = town;
  await assert.rejects(town.logOf(session.id), isFaultWith('not-found', session.id));
  writeFileSync(transcript, record('do it') + record('done', 100));
  assert.deepEqual(await town.logOf(session.id), ['do it', 'done'], 'what is not archived yet');
  await town.makeDuty().round();
  const next = join(town.dir, 'next.jsonl');
  await talkIn(town, session, 'next', next);
  writeFileSync(next, record('and now?') + record('rest', 20));
  await town.makeDuty().round();
  rmSync(transcript);
  rmSync(next);
  await town.makeDuty().round();
  assert.deepEqual(await town.logOf(session.id.slice(0, 9)), ['do it', 'done', 'and now?', 'rest']);
  assert.deepEqual(await town.logOf(session.id, { last: 3 }), ['done', 'and now?', 'rest']);
  assert.deepEqual(await town.logOf(session.id, { isActive: true }), ['and now?', 'rest']);
});

test("a sub-agent's file is archived and its turns are its session's, also where it alone grows, and after the end (app 38)", async (t) => {
  const town = await givenTalk(t, 'claude');
  const { session, store } = town;
  const id = '7ee22baa-2435-437b-ba1d-003799fc3eeb';
  const transcript = join(town.dir, `${id}.jsonl`);
  const subagents = join(town.dir, id, 'subagents');
  await talkIn(town, session, id, transcript);
  const turn = (message: string, tokens: number, more = {}) =>
    `${JSON.stringify({ type: 'assistant', uuid: message, sessionId: id, ...more, message: { id: message, content: [{ type: 'text', text: message }], usage: { input_tokens: tokens, output_tokens: 1 } } })}\n`;
  const theirs = (message: string, tokens: number) => turn(message, tokens, { isSidechain: true, agentId: 'a1' });
  writeFileSync(transcript, turn('own', 100));
  const duty = town.makeDuty();
  await duty.round();
  mkdirSync(subagents, { recursive: true });
  const path = join(subagents, 'agent-a1.jsonl');
  writeFileSync(path, theirs('one', 1000));
  appendFileSync(transcript, turn('own 2', 200));
  await duty.round();
  assert.equal((await readSpending(store.db, session.id)).inputTokens, 1300);
  appendFileSync(path, theirs('two', 2000));
  await duty.round();
  assert.equal((await readSpending(store.db, session.id)).inputTokens, 3300, 'while the conversation waits');
  writeFileSync(join(subagents, 'agent-a2.jsonl'), theirs('three', 4000).replace('"agentId":"a1"', '"agentId":"a2"'));
  await givenEnd(town, session, 'stopped');
  await duty.round();
  await town.makeDuty().round();
  assert.equal((await readSpending(store.db, session.id)).inputTokens, 7300);
  const rows = await store.db.selectFrom('usage').select(['turn', 'is_subagent']).orderBy('turn').execute();
  assert.deepEqual(
    rows.map(({ turn: told, is_subagent }) => `${told} ${is_subagent}`),
    ['one 1', 'own 0', 'own 2 0', 'three 1', 'two 1'],
  );
  const folder = archiveFolder(archiveRoot(town.env), { runtime: 'claude', conversation: id, subagent: 'a1' });
  assert.deepEqual(readFileSync(join(folder, '0001.jsonl'), 'utf8'), readFileSync(path, 'utf8'));
  rmSync(transcript);
  rmSync(subagents, { recursive: true });
  assert.deepEqual(await town.logOf(session.id), ['own', 'own 2', 'one', 'two', 'three'], 'records without a moment come last');
  assert.deepEqual(await town.logOf(session.id, { isActive: true }), ['own', 'own 2']);
});

test("a copy's turns are its own, however much it repeats before it says so (app 38)", async (t) => {
  const town = await givenTalk(t, 'kimi');
  const { session, transcript, store } = town;
  const used = (time: number, tokens: number) => `${JSON.stringify({ type: 'usage.record', time, usage: { inputOther: tokens, output: 1 } })}\n`;
  const long = `${JSON.stringify({ type: 'context.append_message', time: 2, message: { role: 'user', content: 'x'.repeat(33 * 1024 * 1024) } })}\n`;
  writeFileSync(transcript, used(1, 1000) + long + used(3, 2000) + `${JSON.stringify({ type: 'forked', time: 4 })}\n`);
  const duty = town.makeDuty();
  assert.equal((await duty.round()) < 1000, true, 'there is more');
  await duty.round();
  assert.equal((await readSpending(store.db, session.id)).turns, 0);
  appendFileSync(transcript, used(5, 500));
  await duty.round();
  assert.equal((await readSpending(store.db, session.id)).inputTokens, 500);
});

test('one transcript that cannot be read holds up no other and is told once; one that was deleted unseen is let go (app 38)', async (t) => {
  const town = await givenTalk(t);
  await addCrew(town, { rig: 'app', name: 'ana' });
  const other = await givenStarted(town, 'app/crew/ana', { host: town.host.id });
  const unreadable = join(town.dir, 'folder');
  await talkIn(town, other, 'other', join(unreadable, 'x.jsonl'));
  writeFileSync(unreadable, 'no folder');
  writeFileSync(town.transcript, record('a', 5));
  await town.makeDuty().round();
  assert.deepEqual(town.told, [], 'a path through a file is a transcript that is missing');
  rmSync(unreadable);
  await talkIn(town, other, 'other', town.dir);
  const duty = town.makeDuty();
  await duty.round();
  await duty.round();
  assert.equal(town.told.length, 1);
  assert.match(town.told[0] ?? '', /app\/crew\/ana: the transcript of sess_\w+ could not be kept/);
  assert.equal(archived(town, 'talk').length, 1);
  rmSync(town.transcript);
  await givenEnd(town, town.session, 'stopped');
  await town.makeDuty().round();
  const events = await readEvents(town.store.db, { types: ['conversation_archived'] });
  assert.deepEqual(
    events.map(({ payload }) => payload.isMissing),
    [true],
  );
});

test("what Baton's own runtimes write is in the town, and is not copied (app 38)", async (t) => {
  const town = await givenTalk(t);
  const own = join(town.paths.transcripts, 'own.jsonl');
  mkdirSync(town.paths.transcripts, { recursive: true });
  await talkIn(town, town.session, 'own', own);
  await town.makeDuty().round();
  writeFileSync(own, record('a', 5));
  await town.makeDuty().round();
  assert.deepEqual([archived(town, 'own'), (await readSpending(town.store.db, town.session.id)).turns], [[], 1]);
});

test('a live session is shown with its whole meter and what it spent (app 38)', async (t) => {
  const town = await givenTalk(t);
  writeFileSync(town.transcript, record('a', 500) + record('b', 800));
  await town.makeDuty().round();
  const { context, spent } = await sessionVerbs(town).show(town.session.id);
  assert.deepEqual([context?.tokens, context?.isMeasured, context?.turns, context?.burnTokensPerTurn, spent.turns], [810, true, 2, 300, 2]);
  assert.ok((context?.window ?? 0) >= (context?.usable ?? 0) && (context?.turnsLeft ?? -1) >= 0);
});

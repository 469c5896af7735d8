import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { makeSettings } from '#config/model';
import { tempDir } from '#host/testing';
import { getRuntime } from '#runtimes';
import { emptyUsage, type Position, readActive, readTurns, readUsage } from './index.ts';
import { type FakeRecord, fakeLine, fakeLines } from './testing.ts';

const settings = makeSettings({ town: {}, rigs: {} });
const fixtures = join(import.meta.dirname, '../runtimes');

/** Copies that the real programs made of a conversation, with one turn of their own: what that turn read, and what the copy still knows. */
const recorded = [
  ['claude', 'claude/fixtures/2.1.329-2026-11-29-fork.jsonl', 10_005, 'MAINTASK please'],
  ['codex', 'codex/fixtures/rollout-repeating-fork-0.169.0-2026-11-29.jsonl', 10_001, 'MAINTASK please'],
  ['codex', 'codex/fixtures/rollout-fork-0.169.0-2026-11-29.jsonl', 1000, 'question of the fork'],
  ['gemini', 'gemini/fixtures/0.61.0-2026-11-29-fork.jsonl', 10_001, 'MAINTASK please'],
  ['kimi', 'kimi/fixtures/2.1.0-2026-11-29-fork.jsonl', 10_004, 'MAINTASK please'],
  ['pi', 'pi/fixtures/session-fork-0.87.1-2026-11-29.jsonl', 10_001, 'MAINTASK please'],
] as const;

for (const [runtime, fixture, inputTokens, known] of recorded) {
  test(`a copy of a conversation of ${runtime} costs its own turns alone (${fixture}) (transcripts 15, runtimes 28)`, async () => {
    const source = { path: join(fixtures, fixture), format: getRuntime(runtime, settings).transcript };
    const turns = await readTurns(source);
    assert.deepEqual(turns.kind === 'read' && turns.turns.map((turn) => turn.inputTokens), [inputTokens]);
    const { totals, last, contextTokens } = await readUsage(source);
    assert.deepEqual([totals.inputTokens, last?.inputTokens, last?.contextTokens], [inputTokens, inputTokens, contextTokens]);
    const active = await readActive(source);
    assert.ok(
      active.some(({ text }) => text === known),
      'the model holds what was copied',
    );
  });
}

test('a copy of a conversation of opencode costs its own turns alone (transcripts 15, runtimes 28)', async (t) => {
  const path = join(tempDir(t), 'o.db');
  const database = new DatabaseSync(path);
  database.exec(readFileSync(join(fixtures, 'opencode/fixtures/1.18.33-2026-11-29-rows.sql'), 'utf8'));
  const format = getRuntime('opencode', settings).transcript;
  const conversation = 'ses_ddb5a8d26ffe8fxCHhrKHQbKgx';
  const read = async () => {
    const turns = await readTurns({ path, format, conversation });
    return turns.kind === 'read' ? turns.turns.map(({ id }) => id) : [];
  };
  const [first, second] = await read();
  // As `run --fork` makes it: the messages with their moments, in a session that begins between the two.
  const at = database.prepare("select max(json_extract(data, '$.time.created')) as at from message where session_id = ?").get(conversation)?.at;
  database.prepare('update session set time_created = ? where id = ?').run(Number(at), conversation);
  assert.ok(first !== undefined);
  assert.deepEqual(await read(), [second]);
  database.close();
});

function givenTurns(t: TestContext, ...records: FakeRecord[]) {
  const path = join(tempDir(t), 't.jsonl');
  writeFileSync(path, records.map(fakeLine).join(''));
  const readAll = async (bytesMax: number) => {
    const told: string[] = [];
    let position: Position | undefined;
    for (let isAtEnd = false; !isAtEnd; ) {
      const read = await readTurns({ path, format: fakeLines, position, bytesMax });
      assert.ok(read.kind === 'read');
      if (read.wasCopied) told.length = 0;
      told.push(...read.turns.map(({ id }) => id));
      ({ position, isAtEnd } = read);
    }
    return { told, position };
  };
  return { path, readAll };
}

const turn = (id: string, at: number): FakeRecord => ({ text: id, usage: { id, at, inputTokens: 10, outputTokens: 1, contextTokens: 11 } });

test('what a copy tells before it says that it is one is forgotten, also where that was read in an earlier call (transcripts 15)', async (t) => {
  const { path, readAll } = givenTurns(t, turn('a', 1), turn('b', 2), { copiedUntil: 5 }, turn('late', 4), turn('own', 6));
  for (const bytesMax of [1, 1e6]) assert.deepEqual((await readAll(bytesMax)).told, ['own']);
  const { totals, turnCount } = await readUsage({ path, format: fakeLines });
  assert.deepEqual([totals.inputTokens, turnCount], [10, 4], 'they are in its context all the same');
});

test('copied records that were dated anew are known by when their turn began (transcripts 15)', async (t) => {
  const header = { copiedUntil: 5 };
  const { readAll } = givenTurns(t, header, { turnAt: 2 }, turn('a', 7), turn('b', 7), { turnAt: 8 }, turn('own', 9));
  for (const bytesMax of [1, 1e6]) assert.deepEqual((await readAll(bytesMax)).told, ['own']);
});

test('a transcript that takes the place of a copy is none (transcripts 15)', async (t) => {
  const { path, readAll } = givenTurns(t, { copiedUntil: 500 }, turn('a', 7));
  const { position } = await readAll(1e6);
  const usage = await readUsage({ path, format: fakeLines });
  writeFileSync(path, `${fakeLine(turn('b', 8))}`);
  const anew = await readTurns({ path, format: fakeLines, position });
  assert.deepEqual(anew.kind === 'read' && anew.turns.map(({ id }) => id), ['b']);
  assert.equal((await readUsage({ path, format: fakeLines, from: usage })).totals.inputTokens, 10);
  appendFileSync(path, fakeLine(turn('c', 9)));
  assert.equal((await readUsage({ path, format: fakeLines, from: emptyUsage })).totals.inputTokens, 20);
});

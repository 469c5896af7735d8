import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { makeSettings } from '#config/model';
import { tempDir } from '#host/testing';
import { getRuntime } from '#runtimes';
import { archiveTranscript, type PlacedEntry, readActive, readArchived, readArchivedActive } from './index.ts';

const settings = makeSettings({ town: {}, rigs: {} });
const fixtures = join(import.meta.dirname, '../runtimes');
const textsOf = (entries: readonly PlacedEntry[]) => entries.map(({ text }) => text).filter((text) => text !== '');

test('what a person took back of a conversation of opencode is not active, and stays in the archive when it is deleted (transcripts 16)', async (t) => {
  const folder = tempDir(t);
  const path = join(folder, 'o.db');
  const database = new DatabaseSync(path);
  database.exec(readFileSync(join(fixtures, 'opencode/fixtures/1.18.33-2026-11-29-rows.sql'), 'utf8'));
  const conversation = 'ses_ddb5a8d26ffe8fxCHhrKHQbKgx';
  const talk = { archive: join(folder, 'archive'), runtime: 'opencode', conversation, path, format: getRuntime('opencode', settings).transcript };
  const active = async () => textsOf(await readArchivedActive(talk));
  const archived = async () => {
    const texts: string[] = [];
    for await (const page of readArchived(talk)) texts.push(...textsOf(page));
    return texts;
  };
  await archiveTranscript(talk);
  const whole = await active();
  assert.deepEqual(whole.at(-1), 'ECHO "BASH:echo hi > oc.txt"');
  const [answer] = database.prepare("select message_id as id from part where session_id = ? and json_extract(data, '$.text') like 'ECHO%'").all(conversation);
  const revert = database.prepare('update session set revert = ?, time_updated = ? where id = ?');
  revert.run(JSON.stringify({ messageID: answer?.id, snapshot: 's' }), 1795911200000, conversation);
  assert.deepEqual(await active(), whole.slice(0, -1));
  revert.run(null, 1795911200001, conversation);
  assert.deepEqual(await active(), whole, 'brought back before it was seen');
  revert.run(JSON.stringify({ messageID: answer?.id, snapshot: 's' }), 1795911200002, conversation);
  await archiveTranscript(talk);
  // The next prompt: what was taken back is deleted, and the talk goes on.
  database.prepare('delete from part where message_id = ?').run(String(answer?.id));
  database.prepare('delete from message where id = ?').run(String(answer?.id));
  revert.run(null, 1795911200003, conversation);
  const message = JSON.stringify({ role: 'user', time: { created: 1795911200004 } });
  database.prepare("insert into message values ('msg_3', ?, 1795911200004, 1795911200004, ?)").run(conversation, message);
  const part = JSON.stringify({ type: 'text', text: 'otherwise' });
  database.prepare("insert into part values ('prt_3', 'msg_3', ?, 1795911200004, 1795911200004, ?)").run(conversation, part);
  assert.deepEqual(await active(), [...whole.slice(0, -1), 'otherwise']);
  await archiveTranscript(talk);
  database.close();
  rmSync(path);
  assert.deepEqual(await active(), [...whole.slice(0, -1), 'otherwise'], 'of the archive alone');
  for (const text of [...whole, 'otherwise']) assert.ok((await archived()).includes(text));
});

test('what kimi undid is not active, as its own branches have it (transcripts 16)', async (t) => {
  const path = join(tempDir(t), 'wire.jsonl');
  const format = getRuntime('kimi', settings).transcript;
  const text = readFileSync(join(fixtures, 'kimi/fixtures/2.1.0-2026-11-29-fork.jsonl'), 'utf8');
  writeFileSync(path, text);
  const before = textsOf(await readActive({ path, format }));
  assert.deepEqual([before.includes('And now?'), before.includes('said 4'), before.includes('MAINTASK please')], [true, true, true]);
  // As `switchBranch` of kimi-code 2.1.0 writes it.
  const undo = [
    { type: 'agent.switched', agentId: 'main', branch: 'b1', reason: 'undo', base: { branch: 'main', line: 38 }, turns: 1, legacyUndoLine: 60, time: 9 },
    { type: 'context.undo', agentId: 'main', count: 1, time: 9 },
    { type: 'context.undone', agentId: 'main', turns: 1, fromTurnId: 1, time: 9 },
  ];
  writeFileSync(path, text + undo.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const after = textsOf(await readActive({ path, format }));
  assert.deepEqual(
    before.filter((each) => !after.includes(each)),
    ['And now?', 'said 4'],
  );
});

test('failed tries that pi took out of its context are not active (transcripts 17)', async () => {
  const path = join(fixtures, 'pi/fixtures/session-0.87.1-2026-11-28.jsonl');
  const format = getRuntime('pi', settings).transcript;
  const active = await readActive({ path, format });
  const targets = readFileSync(path, 'utf8').match(/(?<="targetId":")[^"]+(?=","replacement":null)/g) ?? [];
  assert.ok(targets.length > 0 && active.length > 0);
  for (const target of targets) assert.ok(!active.some(({ id }) => id === target));
});

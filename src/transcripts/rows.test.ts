import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { isFault } from '#base';
import { tempDir } from '#host/testing';
import { type Position, readActive, readTranscriptEnd, readTranscriptTail, readUsage } from './index.ts';
import { type FakeRecord, fakeRows as format, makeRows, putRow } from './testing.ts';

const conversation = 'c';
const turn = (id: string, contextTokens: number) => ({ id, inputTokens: contextTokens, outputTokens: 0, contextTokens });

async function readAll(path: string, position?: Position, bytesMax?: number) {
  const tail = await readTranscriptTail({ path, format, conversation, position, ...(bytesMax === undefined ? {} : { bytesMax }) });
  assert.ok(tail.kind === 'read');
  return { ...tail, texts: tail.entries.map(({ text }) => text) };
}

/** A program with its database open, in a process of its own: a lock of ours would be let go by its own closing in the same one. */
async function startWriter(t: TestContext, path: string) {
  const writer: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/write-rows.ts'), path], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => writer.kill('SIGKILL'));
  await once(writer.stdout as NodeJS.ReadableStream, 'data');
  return {
    write: async (changed: number, record: FakeRecord) => {
      writer.stdin?.write(`${JSON.stringify([changed, record])}\n`);
      await once(writer.stdout as NodeJS.ReadableStream, 'data');
    },
    kill: async () => {
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    },
  };
}

/** Every file of a folder, byte for byte, with when it was written. */
function look(folder: string) {
  return readdirSync(folder).map((name) => {
    const path = join(folder, name);
    const { size, mtimeMs, ino } = statSync(path);
    return [name, size, mtimeMs, ino, createHash('sha256').update(readFileSync(path)).digest('hex')];
  });
}

test('rows of one conversation are read on by when they changed, also those that share a moment (transcripts 8)', async (t) => {
  const path = join(tempDir(t), 'rows.db');
  const database = makeRows(path);
  putRow(database, 1, { id: 'a', text: 'a' });
  putRow(database, 2, { id: 'b', text: 'b' });
  putRow(database, 2, { id: 'other', text: 'other' }, 'another');
  const first = await readAll(path);
  assert.deepEqual(first.texts, ['a', 'b']);
  assert.deepEqual(first.entries[1]?.place, { path, changed: 2 });
  putRow(database, 2, { id: 'c', text: 'c' });
  putRow(database, 3, { id: 'a', text: 'a anew' });
  const second = await readAll(path, JSON.parse(JSON.stringify(first.position)) as Position);
  assert.deepEqual(second.texts, ['c', 'a anew']);
  assert.deepEqual((await readAll(path, second.position)).texts, []);
  assert.deepEqual(
    (await readActive({ path, format, conversation })).map(({ text }) => text),
    ['b', 'c', 'a anew'],
    'without moments, as they changed',
  );
  database.close();
});

test('what the model holds of rows is in the order in which it was said, whatever changed since (transcripts 11)', async (t) => {
  const path = join(tempDir(t), 'rows.db');
  const database = makeRows(path);
  putRow(database, 9, { id: 'a', at: 1, text: 'a, taken out later' });
  putRow(database, 2, { id: 'b', at: 2, text: 'b' });
  putRow(database, 3, { id: 's', at: 3, kind: 'summary', text: 's', change: { kind: 'compacted', keepFrom: 'b' } });
  putRow(database, 4, { id: 'c', at: 4, text: 'c' });
  assert.deepEqual(
    (await readActive({ path, format, conversation })).map(({ text }) => text),
    ['s', 'b', 'c'],
  );
  database.close();
});

test('a conversation of rows is read in bounded calls, in whatever pieces, with the same outcome (transcripts 8)', async (t) => {
  const folder = tempDir(t);
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(5), fc.nat(9)), { maxLength: 25 }), fc.integer({ min: 1, max: 300 }), async (puts, bytesMax) => {
      n += 1;
      const path = join(folder, `${n}.db`);
      const database = makeRows(path);
      let changed = 0;
      for (const [later, id] of puts) {
        changed += later;
        putRow(database, changed, { id: `${id}`, text: `${id} at ${changed}` });
      }
      const whole = await readAll(path);
      const pieces: string[] = [];
      let position: Position | undefined;
      for (let isAtEnd = false; !isAtEnd; ) {
        const piece = await readAll(path, position, bytesMax);
        pieces.push(...piece.texts);
        ({ position, isAtEnd } = piece);
      }
      database.close();
      assert.deepEqual(pieces, whole.texts);
    }),
    { numRuns: 25 },
  );
});

test('a database whose program writes is read without a byte written beside it, also after the program died or closed it (transcripts 5)', async (t) => {
  const folder = tempDir(t);
  const path = join(folder, 'rows.db');
  const writer = await startWriter(t, path);
  await writer.write(1, { id: 'a', text: 'a' });
  const live = look(folder);
  assert.equal(live.length, 3, 'the program has a log');
  const first = await readAll(path);
  assert.deepEqual(first.texts, ['a']);
  assert.deepEqual(look(folder), live);
  await writer.write(2, { id: 'b', text: 'b' });
  assert.deepEqual((await readAll(path, first.position)).texts, ['b']);
  await writer.kill();
  const dead = look(folder);
  assert.deepEqual((await readAll(path)).texts, ['a', 'b']);
  assert.deepEqual(look(folder), dead);
  makeRows(path).close();
  const closed = look(folder);
  assert.equal(closed.length, 1);
  assert.deepEqual((await readAll(path)).texts, ['a', 'b']);
  assert.deepEqual(look(folder), closed);
});

test('a database that is missing is missing, one that was made anew is read from its beginning, and what is none is a fault (transcripts 8)', async (t) => {
  const path = join(tempDir(t), 'rows.db');
  assert.deepEqual(await readTranscriptTail({ path, format, conversation }), { kind: 'missing' });
  const one = makeRows(path);
  putRow(one, 5, { id: 'a', text: 'a' });
  const first = await readAll(path);
  one.close();
  const old = `${path}.old`;
  const two = makeRows(old);
  putRow(two, 1, { id: 'z', text: 'z' });
  two.close();
  const anew = await readTranscriptTail({ path: old, format, conversation, position: first.position });
  assert.ok(anew.kind === 'read' && anew.isRewritten);
  assert.deepEqual(
    anew.entries.map(({ text }) => text),
    ['z'],
  );
  rmSync(path);
  writeFileSync(path, 'no database, but long enough to be asked for one'.repeat(40));
  await assert.rejects(readTranscriptTail({ path, format, conversation }), (error) => isFault(error, 'unavailable'));
  assert.deepEqual((await readTranscriptEnd({ path, format, conversation, bytesMax: 100 })).entries, []);
});

test('usage of rows: one that comes again is one, and a compaction counts once however often its row changes (transcripts 6)', async (t) => {
  const path = join(tempDir(t), 'rows.db');
  const database = makeRows(path);
  putRow(database, 1, { id: 'a', text: 'x'.repeat(40), usage: turn('a', 100) });
  const first = await readUsage({ path, format, conversation });
  assert.deepEqual([first.contextTokens, first.turnCount], [100, 1]);
  putRow(database, 2, { id: 'a', text: 'x'.repeat(40), usage: turn('a', 120) });
  putRow(database, 3, { id: 's', kind: 'summary', text: 'y'.repeat(80), change: { kind: 'compacted' } });
  const second = await readUsage({ path, format, conversation, from: first });
  assert.deepEqual([second.contextTokens, second.trailingTokens, second.turnCount, second.totals.inputTokens, second.isMeasured], [20, 0, 1, 120, false]);
  putRow(database, 4, { id: 'b', text: 'z'.repeat(8) });
  putRow(database, 5, { id: 's', kind: 'summary', text: 'y'.repeat(80), change: { kind: 'compacted' } });
  const third = await readUsage({ path, format, conversation, from: second });
  assert.deepEqual([third.contextTokens, third.trailingTokens], [20, 2]);
  const { entries, usage } = await readTranscriptEnd({ path, format, conversation, bytesMax: 90 });
  assert.deepEqual([entries.map(({ id }) => id), usage.turnCount], [['b', 's'], 1]);
  database.close();
});

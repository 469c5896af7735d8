import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { tempDir } from '#host/testing';
import type { TranscriptFormat } from '#runtimes/model';
import { archiveFolder, archiveRoot, archiveTranscript, type PlacedEntry, readArchivedActive, scanConversation } from './index.ts';
import { fakeLine, fakeLines, fakeRows, makeRows, putRow } from './testing.ts';

const key = { runtime: 'fake', conversation: 'c' };
const line = (text: string) => fakeLine({ id: text, text });

function archiving(archive: string, path: string, format: TranscriptFormat = fakeLines) {
  return {
    copy: (bytesMax = 1e9) => archiveTranscript({ ...key, archive, path, format, bytesMax }),
    parts: () => listParts(archive).map((part) => readFileSync(part, 'utf8')),
    texts: async (isThere = true) => {
      const entries: PlacedEntry[] = [];
      await scanConversation({ ...key, archive, path: isThere ? path : undefined, format }, (record, place) => {
        for (const entry of record.entries) entries.push({ ...entry, place });
      });
      return entries.map(({ text }) => text);
    },
  };
}

function listParts(archive: string): string[] {
  const folder = archiveFolder(archive, key);
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name));
}

test('what a transcript held is copied once, byte for byte, and stays when the file is gone (transcripts 12)', async (t) => {
  const folder = tempDir(t);
  const archive = join(folder, 'data/archive');
  const path = join(folder, 't.jsonl');
  const { copy, parts, texts } = archiving(archive, path);
  assert.deepEqual(await copy(), { kind: 'missing' });
  writeFileSync(path, `${line('a')}{"torn`);
  assert.deepEqual(await copy(), { kind: 'copied', bytes: statSync(path).size, isAtEnd: true });
  appendFileSync(path, `":1}\n${line('b')}`);
  await copy();
  assert.deepEqual(await copy(), { kind: 'copied', bytes: 0, isAtEnd: true });
  assert.deepEqual(parts(), [readFileSync(path, 'utf8')]);
  assert.deepEqual([statSync(listParts(archive)[0] ?? '').mode & 0o777, statSync(archiveFolder(archive, key)).mode & 0o777], [0o600, 0o700]);
  appendFileSync(path, line('c'));
  assert.deepEqual(await texts(), ['a', 'b', 'c'], 'what is not archived yet is read from the file');
  rmSync(path);
  assert.deepEqual(await copy(), { kind: 'missing' });
  assert.deepEqual(await texts(), ['a', 'b']);
  assert.deepEqual(await texts(false), ['a', 'b']);
  const active = await readArchivedActive({ ...key, archive, path, format: fakeLines });
  assert.deepEqual(
    active.map(({ text }) => text),
    ['a', 'b'],
  );
});

test('a file that was rotated, truncated, or written anew keeps what was archived before, and is not copied twice (transcripts 13)', async (t) => {
  const folder = tempDir(t);
  const path = join(folder, 't.jsonl');
  const { copy, parts, texts } = archiving(join(folder, 'archive'), path);
  writeFileSync(path, line('a') + line('b'));
  await copy();
  renameSync(path, join(folder, 't_1.jsonl'));
  writeFileSync(path, line('c'));
  await copy();
  assert.deepEqual(parts(), [line('a') + line('b'), line('c')]);
  truncateSync(path, 0);
  await copy();
  appendFileSync(path, line('d'));
  await copy();
  assert.deepEqual(parts(), [line('a') + line('b'), line('c'), line('d')]);
  const draft = join(folder, 'draft');
  writeFileSync(draft, line('d') + line('e'));
  renameSync(draft, path);
  await copy();
  assert.deepEqual(parts(), [line('a') + line('b'), line('c'), line('d') + line('e')], 'whose beginning is archived goes on in its part');
  assert.deepEqual(await texts(), ['a', 'b', 'c', 'd', 'e']);
});

test('a copy goes on in bounded pieces (transcripts 12)', async (t) => {
  const folder = tempDir(t);
  const path = join(folder, 't.jsonl');
  const { copy, parts } = archiving(join(folder, 'archive'), path);
  writeFileSync(path, Array.from({ length: 3000 }, (_, i) => line(`${i} ${'x'.repeat(1000)}`)).join(''));
  const first = await copy(100_000);
  assert.ok(first.kind === 'copied' && !first.isAtEnd);
  for (let isAtEnd = false; !isAtEnd; ) {
    const copied = await copy(100_000);
    isAtEnd = copied.kind === 'copied' && copied.isAtEnd;
  }
  assert.deepEqual(parts(), [readFileSync(path, 'utf8')]);
});

test('rows are archived as lines, each version once, and read back as rows (transcripts 12)', async (t) => {
  const folder = tempDir(t);
  const path = join(folder, 'rows.db');
  const { copy, parts, texts } = archiving(join(folder, 'archive'), path, fakeRows);
  assert.deepEqual(await copy(), { kind: 'missing' });
  const database = makeRows(path);
  assert.deepEqual(await copy(), { kind: 'copied', bytes: 0, isAtEnd: true });
  putRow(database, 1, { id: 'a', text: 'a' });
  putRow(database, 1, { id: 'b', text: 'b' });
  await copy();
  assert.deepEqual(await copy(), { kind: 'copied', bytes: 0, isAtEnd: true });
  putRow(database, 2, { id: 'a', text: 'a anew' });
  await copy();
  putRow(database, 3, { id: 'c', text: 'c' });
  assert.deepEqual(await texts(), ['a', 'b', 'a anew', 'c']);
  database.close();
  assert.deepEqual(await texts(false), ['a', 'b', 'a anew']);
  assert.deepEqual(
    parts()
      .join('')
      .split('\n')
      .filter((each) => each.includes('"blob":{"$base64":"AQL/"}')).length,
    3,
  );
  const active = await readArchivedActive({ ...key, archive: join(folder, 'archive'), path: undefined, format: fakeRows });
  assert.deepEqual(
    active.map(({ text }) => text),
    ['a anew', 'b'],
  );
});

for (const [kind, points] of [
  ['lines', ['archive.part.before', 'archive.copy.before', 'archive.copy.after']],
  ['rows', ['archive.rows.before', 'archive.rows.appended']],
] as const) {
  for (const point of points) {
    test(`killed at ${point}, the next copy goes on: nothing is lost, and nothing is there twice (transcripts 12)`, async (t) => {
      const folder = tempDir(t);
      const archive = join(folder, 'archive');
      const path = join(folder, kind === 'rows' ? 'rows.db' : 't.jsonl');
      const program = [join(import.meta.dirname, 'fixtures/archive.ts'), archive, path, kind];
      const run = (env: Record<string, string>) => spawnSync(process.execPath, program, { env: { ...process.env, ...env }, encoding: 'utf8' });
      const write = (nth: number) => {
        if (kind === 'lines') return appendFileSync(path, line(`${nth}`));
        const database = makeRows(path);
        putRow(database, nth, { id: `${nth}`, text: `${nth}` });
        database.close();
      };
      write(1);
      assert.equal(run({ BATON_FAULT: `${point}=kill` }).signal, 'SIGKILL');
      write(2);
      run({ BATON_FAULT: `${point}=kill` });
      write(3);
      assert.equal(run({}).status, 0);
      const { texts } = archiving(archive, path, kind === 'rows' ? fakeRows : fakeLines);
      assert.deepEqual(await texts(false), ['1', '2', '3']);
      assert.deepEqual(await texts(), ['1', '2', '3']);
    });
  }
}

test('a copy of rows that was cut off within a line goes on behind it (transcripts 12)', async (t) => {
  const folder = tempDir(t);
  const archive = join(folder, 'archive');
  const path = join(folder, 'rows.db');
  const { copy, texts } = archiving(archive, path, fakeRows);
  const database = makeRows(path);
  putRow(database, 1, { id: 'a', text: 'a' });
  await copy();
  const [part = ''] = listParts(archive);
  appendFileSync(part, '{"id":"b","da');
  putRow(database, 2, { id: 'b', text: 'b' });
  await copy();
  database.close();
  assert.deepEqual(await texts(false), ['a', 'b']);
});

test('names of conversations stay in their folder, and are never two of the same (transcripts 12)', (t) => {
  const root = archiveRoot({ XDG_DATA_HOME: tempDir(t) });
  mkdirSync(root, { recursive: true });
  const folders = ['..', '.', '', '%', 'a/b', 'a%2Fb', '../../x', 'x'.repeat(300), `${'x'.repeat(299)}y`, 'ü'].map((conversation) =>
    archiveFolder(root, { runtime: 'r', conversation }),
  );
  assert.equal(new Set(folders).size, folders.length);
  for (const folder of folders) assert.equal(join(folder, '..'), join(root, 'r'));
  fc.assert(fc.property(fc.string(), (conversation) => join(archiveFolder(root, { runtime: 'r', conversation }), '..') === join(root, 'r')));
});

import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, renameSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeSettings } from '#config/model';
import { tempDir } from '#host/testing';
import { getRuntime } from '#runtimes';
import { emptyUsage, type Position, readTranscriptEnd, readTranscriptTail, readUsage, type Tail } from './index.ts';
import { type Line, LineSplitter } from './split-lines.ts';

const format = getRuntime('runbook', makeSettings({ town: {}, rigs: {} })).transcript;

function record(text: string, usage?: { input: number; output: number }, uuid = text): string {
  const tokens = usage === undefined ? {} : { usage: { input_tokens: usage.input, output_tokens: usage.output } };
  return `${JSON.stringify({ type: usage === undefined ? 'tool-result' : 'assistant', uuid, at: 1, message: { role: 'tool', content: text }, ...tokens })}\n`;
}

function texts(tail: Tail): string[] {
  assert.equal(tail.kind, 'read');
  return tail.kind === 'read' ? tail.entries.map((entry) => entry.text) : [];
}

function positionOf(tail: Tail): Position {
  assert.ok(tail.kind === 'read');
  return tail.position;
}

test('a transcript that is not there yet is missing, and measures nothing (transcripts 1)', async (t) => {
  const path = join(tempDir(t), 'none.jsonl');
  assert.deepEqual(await readTranscriptTail({ path, format }), { kind: 'missing' });
  assert.deepEqual(await readUsage({ path, format }), emptyUsage);
});

test('reading on gives what was added, each with its place (transcripts 1)', async (t) => {
  const path = join(tempDir(t), 't.jsonl');
  writeFileSync(path, record('a') + record('b'));
  const first = await readTranscriptTail({ path, format });
  assert.deepEqual(texts(first), ['a', 'b']);
  appendFileSync(path, record('c'));
  const second = await readTranscriptTail({ path, format, position: positionOf(first) });
  assert.ok(second.kind === 'read' && second.isAtEnd && !second.isRewritten);
  assert.deepEqual(texts(second), ['c']);
  assert.deepEqual(second.entries[0]?.place, { path, offset: record('a').length + record('b').length });
  assert.deepEqual(texts(await readTranscriptTail({ path, format, position: second.position })), []);
});

test('a torn last line waits for its end (transcripts 2)', async (t) => {
  const path = join(tempDir(t), 't.jsonl');
  const whole = record('b');
  writeFileSync(path, record('a') + whole.slice(0, 20));
  const first = await readTranscriptTail({ path, format });
  assert.deepEqual(texts(first), ['a']);
  assert.ok(first.kind === 'read' && first.badLineCount === 0);
  appendFileSync(path, whole.slice(20));
  assert.deepEqual(texts(await readTranscriptTail({ path, format, position: first.position })), ['b']);
});

test('bad lines are counted and passed by; empty ones, CRLF and a byte order mark are none (transcripts 2)', async (t) => {
  const path = join(tempDir(t), 't.jsonl');
  writeFileSync(path, `\uFEFF${record('a').replace('\n', '\r\n')}\n\n{"torn\nnonsense\n${record('b')}`);
  const tail = await readTranscriptTail({ path, format });
  assert.deepEqual(texts(tail), ['a', 'b']);
  assert.ok(tail.kind === 'read' && tail.badLineCount === 2);
});

for (const [how, change] of [
  ['truncated', (path: string) => truncateSync(path, 0)],
  ['replaced by another file', (path: string) => renameSync(path, `${path}.1`)],
  [
    'written anew and longer than before',
    (path: string) => writeFileSync(path, `${JSON.stringify({ type: 'system', message: { content: 'x'.repeat(500) } })}\n`),
  ],
] as const) {
  test(`a file that was ${how} is read from its beginning (transcripts 3)`, async (t) => {
    const path = join(tempDir(t), 't.jsonl');
    writeFileSync(path, record('a', { input: 50, output: 5 }) + record('b', { input: 60, output: 6 }));
    const first = await readTranscriptTail({ path, format });
    const usage = await readUsage({ path, format });
    change(path);
    appendFileSync(path, record('new', { input: 7, output: 1 }));
    const second = await readTranscriptTail({ path, format, position: positionOf(first) });
    assert.ok(second.kind === 'read' && second.isRewritten);
    assert.equal(texts(second).at(-1), 'new');
    const again = await readUsage({ path, format, from: usage });
    assert.deepEqual(again, await readUsage({ path, format }));
    assert.equal(again.turnCount, 1);
  });
}

test('one call reads about as much as it was asked to, and says that there is more (transcripts 4)', async (t) => {
  const path = join(tempDir(t), 't.jsonl');
  const all = Array.from({ length: 2000 }, (_, i) => `${i} ${'x'.repeat(1000)}`);
  writeFileSync(path, all.map((text) => record(text)).join(''));
  const got: string[] = [];
  let position: Position | undefined;
  for (let isAtEnd = false; !isAtEnd; ) {
    const tail = await readTranscriptTail({ path, format, position, bytesMax: 300_000 });
    assert.ok(tail.kind === 'read' && tail.entries.length < 1000);
    got.push(...texts(tail));
    ({ position, isAtEnd } = tail);
  }
  assert.deepEqual(got, all);
});

test('a line that is too long to hold is passed by and counted (transcripts 4)', async (t) => {
  const path = join(tempDir(t), 't.jsonl');
  writeFileSync(path, record('a') + record('x'.repeat(600_000)) + record('b'));
  const tail = await readTranscriptTail({ path, format, lineBytesMax: 100_000 });
  assert.deepEqual(texts(tail), ['a', 'b']);
  assert.ok(tail.kind === 'read' && tail.badLineCount === 1);
});

test('reading changes nothing about the file (transcripts 5)', async (t) => {
  const path = join(tempDir(t), 't.jsonl');
  writeFileSync(path, record('a'));
  utimesSync(path, 1000, 1000);
  chmodSync(path, 0o400);
  await readTranscriptTail({ path, format });
  assert.equal(statSync(path).mtimeMs, 1_000_000);
  assert.equal(statSync(path).size, record('a').length);
});

test('reading in any pieces gives the same lines (transcripts 1)', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (lines, sizes) => {
      const bytes = Buffer.from(lines.map((line) => `${line.replaceAll('\n', '')}\n`).join(''));
      const whole: Line[] = [];
      new LineSplitter(0, 1e9).split(bytes, (line) => whole.push(line));
      const splitter = new LineSplitter(0, 1e9);
      const pieces: Line[] = [];
      for (let at = 0, i = 0; at < bytes.length; i += 1) {
        const size = sizes[i % sizes.length] ?? 1;
        splitter.split(bytes.subarray(at, at + size), (line) => pieces.push(line));
        at += size;
      }
      assert.deepEqual(pieces, whole);
      assert.equal(splitter.offset, bytes.length);
    }),
  );
});

test('usage is that of the newest turn, the totals of all; a repeated id counts once (transcripts 6)', async (t) => {
  const path = join(tempDir(t), 't.jsonl');
  writeFileSync(
    path,
    record('prime') +
      record('a', { input: 100, output: 10 }) +
      record('b', { input: 200, output: 20 }, 'same') +
      record('b', { input: 210, output: 25 }, 'same') +
      record('x'.repeat(40)),
  );
  const usage = await readUsage({ path, format });
  assert.equal(usage.last?.contextTokens, 235);
  assert.equal(usage.turnCount, 2);
  assert.deepEqual(usage.totals, { inputTokens: 310, outputTokens: 35, cachedTokens: 0, cacheWriteTokens: 0 });
  assert.deepEqual(usage.recentContextTokens, [110, 235]);
  assert.equal(usage.trailingTokens, 10);
});

test('reading usage on from any point gives what reading it whole gives (transcripts 6)', async (t) => {
  const folder = tempDir(t);
  const line = fc.oneof(
    fc.string().map((text) => record(text)),
    fc.tuple(fc.nat(9), fc.nat(999), fc.nat(99)).map(([id, input, output]) => record('t', { input, output }, `id${id}`)),
  );
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), fc.nat(20), async (lines, cut) => {
      n += 1;
      const path = join(folder, `${n}.jsonl`);
      writeFileSync(path, lines.slice(0, cut).join(''));
      const from = JSON.parse(JSON.stringify(await readUsage({ path, format }))) as typeof emptyUsage;
      appendFileSync(path, lines.slice(cut).join(''));
      const asKept = (reading: typeof emptyUsage): unknown => JSON.parse(JSON.stringify(reading));
      assert.deepEqual(asKept(await readUsage({ path, format, from })), asKept(await readUsage({ path, format })));
    }),
    { numRuns: 60 },
  );
});

test('the end of a transcript is read without what comes before it (transcripts 7)', async (t) => {
  const path = join(tempDir(t), 't.jsonl');
  const lines = [record('a'), record('b', { input: 10, output: 1 }), record('c', { input: 20, output: 2 }), record('d')];
  writeFileSync(path, lines.join(''));
  const endOf = async (bytesMax: number) => {
    const { entries, usage } = await readTranscriptEnd({ path, format, bytesMax });
    return [entries.map((entry) => entry.text).join(''), usage.last?.contextTokens];
  };
  assert.deepEqual(await endOf(10_000), ['abcd', 22]);
  const lastTwo = (lines[2]?.length ?? 0) + (lines[3]?.length ?? 0);
  assert.deepEqual(await endOf(lastTwo + 1), ['cd', 22]);
  assert.deepEqual(await endOf(lastTwo - 1), ['d', undefined]);
  assert.deepEqual(await endOf(10), ['', undefined], 'not even its last line lies whole in it');
  const { entries } = await readTranscriptEnd({ path, format, bytesMax: lastTwo + 1 });
  assert.deepEqual(entries[0]?.place, { path, offset: (lines[0]?.length ?? 0) + (lines[1]?.length ?? 0) });
  appendFileSync(path, '{"torn');
  assert.deepEqual(await endOf(10_000), ['abcd', 22]);
  assert.deepEqual(await readTranscriptEnd({ path: `${path}.gone`, format, bytesMax: 9 }), { entries: [], usage: emptyUsage });
});

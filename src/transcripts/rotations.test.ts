import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { tempDir } from '#host/testing';
import { emptyUsage, type Position, readTranscriptEnd, readTranscriptTail, readUsage } from './index.ts';
import { type FakeRecord, fakeLine, fakeLines as format } from './testing.ts';

const line = (text: string) => fakeLine({ id: text, text });

async function read(path: string, position?: Position, bytesMax = 1e9) {
  const tail = await readTranscriptTail({ path, format, position, bytesMax });
  assert.ok(tail.kind === 'read');
  return { ...tail, texts: tail.entries.map(({ text }) => text) };
}

test('what a transcript was rotated to is read first, oldest first, and each file once (transcripts 9)', async (t) => {
  const folder = tempDir(t);
  const path = join(folder, 't.jsonl');
  for (const [name, text] of Object.entries({ 't_10.jsonl': 'c', 't_1.jsonl': 'a', 't_2.jsonl': 'b', 't.jsonl': 'd', 'tx_1.jsonl': 'not ours' }))
    writeFileSync(join(folder, name), line(text));
  const all = await read(path);
  assert.deepEqual(all.texts, ['a', 'b', 'c', 'd']);
  assert.deepEqual(all.entries[0]?.place, { path: join(folder, 't_1.jsonl'), offset: 0 });
  assert.deepEqual((await read(path, all.position)).texts, []);
});

test('a transcript that is rotated while it is read goes on where it was, under its other name (transcripts 9)', async (t) => {
  const folder = tempDir(t);
  const path = join(folder, 't.jsonl');
  writeFileSync(path, line('a'));
  const first = await read(path);
  appendFileSync(path, `${line('b')}{"id":"torn","text":"torn"}`);
  renameSync(path, join(folder, 't_1.jsonl'));
  const between = await read(path, first.position);
  assert.ok(!between.isRewritten);
  writeFileSync(path, line('c'));
  const second = await read(path, first.position);
  assert.ok(!second.isRewritten);
  assert.deepEqual(second.texts, ['b', 'torn', 'c'], 'what is torn in a file that was rotated away gets no end any more');
  assert.deepEqual((await read(path, second.position)).texts, []);
  const { entries } = await readTranscriptEnd({ path, format, bytesMax: line('c').length + 30 });
  assert.deepEqual(
    entries.map(({ text }) => text),
    ['torn', 'c'],
  );
});

test('rotations and reading in any pieces give what reading once gives (transcripts 1, 9)', async (t) => {
  const folder = tempDir(t);
  const step = fc.oneof(fc.record({ write: fc.nat(4) }), fc.constant('rotate' as const), fc.record({ read: fc.integer({ min: 1, max: 200 }) }));
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      n += 1;
      const path = join(folder, `r${n}.jsonl`);
      writeFileSync(path, '');
      let rotations = 0;
      let written = 0;
      let position: Position | undefined;
      const pieces: string[] = [];
      const readOn = async (bytesMax: number) => {
        const piece = await read(path, position, bytesMax);
        assert.ok(!piece.isRewritten);
        pieces.push(...piece.texts);
        ({ position } = piece);
        return piece.isAtEnd;
      };
      for (const each of steps) {
        if (each === 'rotate') {
          rotations += 1;
          renameSync(path, join(folder, `r${n}_${rotations}.jsonl`));
          writeFileSync(path, '');
        } else if ('write' in each) {
          for (let i = 0; i < each.write; i += 1) {
            written += 1;
            appendFileSync(path, line(`${written}`));
          }
        } else await readOn(each.read);
      }
      while (!(await readOn(40)));
      const whole = await read(path);
      assert.deepEqual(pieces, whole.texts);
      assert.equal(whole.texts.length, written);
    }),
    { numRuns: 40 },
  );
});

test('a file that was written anew is known by the bytes before the position, also where a line ends there (transcripts 3)', async (t) => {
  const path = join(tempDir(t), 't.jsonl');
  writeFileSync(path, line('a'));
  const first = await read(path);
  writeFileSync(path, line('b') + line('c'));
  const second = await read(path, first.position);
  assert.ok(second.isRewritten);
  assert.deepEqual(second.texts, ['b', 'c']);
});

test('a line of 21 MB is one entry (transcripts 4)', async (t) => {
  const path = join(tempDir(t), 't.jsonl');
  writeFileSync(path, line('a') + fakeLine({ id: 'large', text: 'x'.repeat(21 * 1024 * 1024) }) + line('b'));
  assert.deepEqual(
    (await read(path)).texts.map((text) => text.length),
    [1, 21 * 1024 * 1024, 1],
  );
  assert.equal(readFileSync(path).length > 21 * 1024 * 1024, true);
});

/** Records of every kind that counts, with ids that come again. */
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const anyRecord: fc.Arbitrary<FakeRecord> = fc.record(
  {
    id,
    text: fc.string({ maxLength: 40 }),
    usage: fc.record({ id, at: fc.nat(20), inputTokens: fc.nat(999), outputTokens: fc.nat(99), contextTokens: fc.nat(999) }),
    copiedUntil: fc.nat(20),
    turnAt: fc.nat(20),
    undo: fc.record({ kind: fc.constantFrom('prompt' as const, 'lasting' as const), of: id }),
    windowTokens: fc.constantFrom(1000, 2000),
    subagent: fc.constant('s'),
    change: fc.oneof(
      fc.record({ kind: fc.constant('compacted' as const), keepFrom: id, tokens: fc.nat(500) }, { requiredKeys: ['kind'] }),
      fc.record({ kind: fc.constant('rewound' as const), to: id }),
      fc.constant({ kind: 'replaced' as const }),
      fc.record({ kind: fc.constant('undone' as const), prompts: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('edited' as const), target: id }),
      fc.constant({ kind: 'same' as const }),
    ),
  },
  { requiredKeys: [] },
);

test('usage read on from any point is usage read whole, whatever changes the context, and never below 0 (transcripts 6, 10, 15, 16, 17)', async (t) => {
  const folder = tempDir(t);
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { maxLength: 25 }), fc.array(fc.nat(25), { maxLength: 3 }), async (records, cuts) => {
      n += 1;
      const path = join(folder, `u${n}.jsonl`);
      const lines = records.map(fakeLine);
      let from = emptyUsage;
      let at = 0;
      for (const cut of [...cuts.sort((a, b) => a - b), lines.length]) {
        appendFileSync(path, lines.slice(at, cut).join(''));
        at = Math.max(at, cut);
        from = JSON.parse(JSON.stringify(await readUsage({ path, format, from }))) as typeof emptyUsage;
        assert.ok(from.contextTokens + from.trailingTokens >= 0);
      }
      for (const tokens of Object.values(from.totals)) assert.ok(tokens >= 0);
      assert.deepEqual(from, JSON.parse(JSON.stringify(await readUsage({ path, format }))));
    }),
    { numRuns: 150 },
  );
});

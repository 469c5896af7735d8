import assert from 'node:assert/strict';
import { appendFileSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeSettings } from '#config/model';
import { tempDir } from '#host/testing';
import { findRuntime } from '#runtimes';
import type { LinesFormat } from '#runtimes/model';
import { emptyUsage, type PlacedEntry, type Position, readActive, readTranscriptTail, readUsage } from './index.ts';

const settings = makeSettings({ town: {}, rigs: {} });

interface Recorded {
  readonly name: string;
  readonly text: string;
  readonly format: LinesFormat;
}

/** What real programs wrote, as the adapters' fixtures hold it; files that are no transcripts are left out. */
function listRecorded(): Recorded[] {
  return globSync(join(import.meta.dirname, '../runtimes/*/fixtures/**/*.jsonl')).flatMap((path) => {
    const runtime = basename(path.slice(0, path.indexOf('/fixtures/')));
    const format = findRuntime(runtime, settings)?.transcript;
    const text = readFileSync(path, 'utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    if (format?.kind !== 'lines' || lines.filter((line) => format.readLine(line) !== undefined).length < lines.length / 2) return [];
    return [{ name: `${runtime} ${basename(path)}`, text, format }];
  });
}

async function readPieces(path: string, format: LinesFormat, bytesMax: number, position?: Position) {
  const entries: PlacedEntry[] = [];
  for (let at = position; ; ) {
    const tail = await readTranscriptTail({ path, format, position: at, bytesMax });
    assert.ok(tail.kind === 'read' && !tail.isRewritten);
    entries.push(...tail.entries);
    at = tail.position;
    if (tail.isAtEnd) return { entries, position: at };
  }
}

for (const { name, text, format } of listRecorded()) {
  test(`what ${name} holds is the same in whatever pieces it is written and read, its usage too (transcripts 1, 6)`, async (t) => {
    const folder = tempDir(t);
    const bytes = Buffer.from(text);
    const path = join(folder, 'whole.jsonl');
    writeFileSync(path, bytes);
    const whole = await readPieces(path, format, 1e9);
    const usage = await readUsage({ path, format });
    assert.ok(whole.entries.length > 0);
    let n = 0;
    const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 4 }).map((all) => [...all.sort((a, b) => a - b), bytes.length]);
    await fc.assert(
      fc.asyncProperty(cuts, fc.integer({ min: 1, max: 5000 }), async (ends, bytesMax) => {
        n += 1;
        const grown = join(folder, `${n}.jsonl`);
        writeFileSync(grown, '');
        const got: PlacedEntry[] = [];
        let position: Position | undefined;
        let reading = emptyUsage;
        let from = 0;
        for (const end of ends) {
          appendFileSync(grown, bytes.subarray(from, end));
          from = end;
          const read = await readPieces(grown, format, bytesMax, position);
          got.push(...read.entries);
          ({ position } = read);
          reading = await readUsage({ path: grown, format, from: reading });
        }
        const placeless = (entries: readonly PlacedEntry[]) => entries.map(({ place: _, ...entry }) => entry);
        assert.deepEqual(placeless(got), placeless(whole.entries));
        assert.deepEqual({ ...reading, position: 0 }, { ...usage, position: 0 });
      }),
      { numRuns: 10 },
    );
  });

  test(`what the model holds of ${name} are entries of it, and no sub-agent's (transcripts 11)`, async (t) => {
    const path = join(tempDir(t), 't.jsonl');
    writeFileSync(path, text);
    const { entries } = await readPieces(path, format, 1e9);
    const keyOf = (entry: PlacedEntry) => JSON.stringify(entry);
    const all = new Set(entries.map(keyOf));
    const active = await readActive({ path, format });
    for (const entry of active) assert.ok(all.has(keyOf(entry)) && entry.subagent === undefined);
    const last = entries.findLast(({ subagent, text: words, kind }) => subagent === undefined && words !== '' && kind !== 'system');
    if (last !== undefined)
      assert.ok(
        active.some((entry) => keyOf(entry) === keyOf(last)),
        'what was said last is held',
      );
  });
}

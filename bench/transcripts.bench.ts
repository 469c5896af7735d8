import { appendFileSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { makeSettings } from '#config/model';
import { findRuntime } from '#runtimes';
import type { LineReading, TranscriptFormat } from '#runtimes/model';
import { archiveTranscript, readUsage, scanTranscript } from '#transcripts';
import { fakeRows, makeRows, putRow } from '#transcripts/testing';
import { isQuick } from './harness.ts';
import { inMb, judgeBudget, printTable } from './print.ts';

/**
 * Reads 1 GB of transcripts in every format that there is, with all that the meter counts, and copies them into an archive. What is read was recorded of
 * real programs, over and over, with the long texts made as long as tool output is; a share of it is lines of 21 MB.
 */
const bytesInAll = isQuick ? 12_000_000 : 1_000_000_000;
/** Texts from this length on are tool output and the like, and are made so many times as long: recorded sessions are small. */
const longText = 80;
const longerTimes = 12;
const noSettings = makeSettings({ town: {}, rigs: {} });
const largeLineBytes = isQuick ? 1_000_000 : 21_000_000;

interface Source {
  readonly name: string;
  readonly path: string;
  readonly format: TranscriptFormat;
}

const dir = mkdtempSync('/tmp/bb-');
try {
  const recorded = listRecorded();
  const names = [...recorded.keys(), 'runbook', 'large lines', 'rows'];
  const rows = [];
  for (const name of names) rows.push(await measure(makeSource(name, bytesInAll / names.length)));
  printTable(
    `${inMb(bytesInAll)} of transcripts, each file read by one process with one core`,
    ['format', 'size', 'records', 'MB a CPU second', 'archived MB a CPU second', 'peak memory so far'],
    rows.map((row) => [row.name, inMb(row.bytes), String(row.records), row.readSpeed.toFixed(0), row.copySpeed.toFixed(0), inMb(row.peakBytes)]),
  );
  const cpuSeconds = rows.reduce((sum, { readSeconds }) => sum + readSeconds, 0);
  const speed = rows.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6 / cpuSeconds;
  judgeBudget({
    what: 'CPU for each 100 MB',
    figure: 100 / speed,
    told: `${(100 / speed).toFixed(2)} s (${speed.toFixed(0)} MB/s)`,
    budget: 1,
    toldBudget: '1 s',
  });
  const peak = Math.max(...rows.map(({ peakBytes }) => peakBytes));
  judgeBudget({ what: 'peak memory', figure: peak, told: inMb(peak), budget: 500e6, toldBudget: '500 MB' });

  /** Recorded lines by runtime; files that are no transcripts are left out. */
  function listRecorded(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const path of globSync(join(import.meta.dirname, '../src/runtimes/*/fixtures/**/*.jsonl'))) {
      const name = basename(path.slice(0, path.indexOf('/fixtures/')));
      const format = findRuntime(name, noSettings)?.transcript;
      const lines = readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      if (format?.kind !== 'lines' || !isTranscript(lines.map(format.readLine))) continue;
      found.set(name, [...(found.get(name) ?? []), ...lines.map(lengthen)]);
    }
    return found;
  }

  /** Most lines are records, and some hold something. */
  function isTranscript(readings: readonly (LineReading | undefined)[]): boolean {
    const known = readings.filter((reading) => reading !== undefined);
    return known.length > readings.length / 2 && known.some(({ entries }) => entries.length > 0);
  }

  function makeSource(name: string, bytes: number): Source {
    const path = join(dir, `${name.replace(' ', '-')}.jsonl`);
    if (name === 'rows') return { name, path: fillRows(path, bytes), format: fakeRows };
    const format = findRuntime(recorded.has(name) ? name : 'runbook', noSettings)?.transcript;
    if (format === undefined) throw new Error('the runbook has a format');
    const lines = recorded.get(name) ?? (name === 'runbook' ? runbookLines() : [runbookLine('large', 'x'.repeat(largeLineBytes))]);
    const block = lines
      .map((line) => `${line}\n`)
      .join('')
      .repeat(Math.max(1, Math.floor(4e6 / lines.join('\n').length)));
    for (let written = 0; written < bytes; written += Buffer.byteLength(block)) appendFileSync(path, block);
    return { name, path, format };
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

async function measure({ name, path, format }: Source) {
  const bytes = statSync(path).size;
  let records = 0;
  for (let position: Awaited<ReturnType<typeof readUsage>>['position'], isAtEnd = false; !isAtEnd; ) {
    const scanned = await scanTranscript({ path, format, conversation: 'c', position }, () => {
      records += 1;
    });
    if (scanned.kind === 'missing') throw new Error(`"${path}" is missing`);
    ({ position, isAtEnd } = scanned);
  }
  const readSeconds = await cpuOf(() => readUsage({ path, format, conversation: 'c' }));
  const archive = join(dir, 'archive');
  const copySeconds = await cpuOf(async () => {
    for (let isAtEnd = false; !isAtEnd; ) {
      const copied = await archiveTranscript({ archive, runtime: name, conversation: 'c', path, format });
      isAtEnd = copied.kind === 'missing' || copied.isAtEnd;
    }
  });
  for (const each of [path, `${path}-wal`, `${path}-shm`, archive]) rmSync(each, { recursive: true, force: true });
  const speed = (seconds: number) => bytes / 1e6 / seconds;
  // In KB, as the kernel counts it: the most that this process ever held.
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { name, bytes, records, readSeconds, readSpeed: speed(readSeconds), copySpeed: speed(copySeconds), peakBytes };
}

/** CPU, not time: others use this machine too. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** A recorded line with its long texts as long as they are at work. */
function lengthen(line: string): string {
  try {
    return JSON.stringify(JSON.parse(line, (_, value: unknown) => (typeof value === 'string' && value.length >= longText ? value.repeat(longerTimes) : value)));
  } catch {
    return line;
  }
}

function runbookLines(): string[] {
  return Array.from({ length: 500 }, (_, i) =>
    runbookLine(`${i}`, `line ${i} of a "quoted" file\n\tindented, with ünïcode ✓\n`.repeat(1 + ((i * 37) % 90)), i),
  );
}

function runbookLine(uuid: string, content: string, tokens = 1): string {
  const usage = tokens % 5 === 0 ? { usage: { input_tokens: tokens * 100, output_tokens: 10 } } : {};
  return JSON.stringify({ type: tokens % 5 === 0 ? 'assistant' : 'tool-result', uuid, at: 1, session_id: 'c', message: { role: 'tool', content }, ...usage });
}

function fillRows(path: string, bytes: number): string {
  const database = makeRows(path);
  database.exec('pragma synchronous = off; begin');
  const texts = runbookLines();
  for (let written = 0, i = 0; written < bytes; i += 1) {
    const text = texts[i % texts.length] ?? '';
    putRow(database, i, { id: `${i}`, text });
    written += text.length;
    if (i % 500 === 0) database.exec('commit; begin');
  }
  database.exec('commit');
  database.close();
  return path;
}

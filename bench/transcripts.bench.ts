import { appendFileSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeSettings } from '#config/model';
import { findRuntime } from '#runtimes';
import type { LineReading, TranscriptFormat } from '#runtimes/model';
import { archiveTranscript, readUsage, scanTranscript } from '#transcripts';
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

const fixtures = join(import.meta.dirname, '../src/runtimes');

const dir = mkdtempSync('/tmp/bb-');
try {
  const recorded = listRecorded();
  const names = [...recorded.keys(), 'runbook', 'large lines', 'opencode'];
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
    for (const path of globSync(join(fixtures, '*/fixtures/**/*.jsonl'))) {
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
    const format = findRuntime(name === 'opencode' || recorded.has(name) ? name : 'runbook', noSettings)?.transcript;
    if (format?.kind === 'rows') return { name, path: fillRows(path, bytes), format };
    if (format === undefined) throw new Error(`"${name}" has no format`);
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

/** Texts as tools put them out, some short and some long. */
function listTexts(): string[] {
  return Array.from({ length: 500 }, (_, i) => `line ${i} of a "quoted" file\n\tindented, with ünïcode ✓\n`.repeat(1 + ((i * 37) % 90)));
}

function runbookLines(): string[] {
  return listTexts().map((text, i) => runbookLine(`${i}`, text, i));
}

/** A recorded part of opencode's with a text as it is at work, where it has one. */
function fillPart(data: string, text: string): string {
  return JSON.stringify(JSON.parse(data, (key, value: unknown) => ((key === 'text' || key === 'output') && typeof value === 'string' ? text : value)));
}

function runbookLine(uuid: string, content: string, tokens = 1): string {
  const usage = tokens % 5 === 0 ? { usage: { input_tokens: tokens * 100, output_tokens: 10 } } : {};
  return JSON.stringify({ type: tokens % 5 === 0 ? 'assistant' : 'tool-result', uuid, at: 1, session_id: 'c', message: { role: 'tool', content }, ...usage });
}

/** A conversation of opencode's: what was recorded of one, over and over, with ids and moments that go on. */
function fillRows(path: string, bytes: number): string {
  const database = new DatabaseSync(path);
  database.exec(
    `pragma journal_mode = wal; pragma synchronous = off; ${readFileSync(join(fixtures, 'opencode/fixtures/1.18.33-2026-11-29-rows.sql'), 'utf8')}`,
  );
  // As opencode 1.18.33 makes them.
  database.exec('create index part_message_id_id_idx on part (message_id, id); create index part_session_idx on part (session_id)');
  database.exec('create index message_session_time_created_id_idx on message (session_id, time_created, id)');
  const [recordedOne] = database.prepare('select session_id as id from part group by session_id order by count(*) desc limit 1').all();
  const messages = database.prepare('select * from message where session_id = ? order by id').all(String(recordedOne?.id));
  const parts = database.prepare('select * from part where session_id = ? order by id').all(String(recordedOne?.id));
  database.exec("insert into session (id, project_id, directory, title, time_created, time_updated) values ('c', 'global', '/', 'long', 1, 1); begin");
  const putMessage = database.prepare("insert into message values (?, 'c', ?, ?, ?)");
  const putPart = database.prepare("insert into part values (?, ?, 'c', ?, ?, ?)");
  const texts = listTexts();
  let written = 0;
  for (let round = 0; written < bytes; round += 1) {
    const nth = String(round).padStart(8, '0');
    const at = (moment: unknown) => Number(moment) + round * 1_000_000;
    for (const { id, time_created: created, time_updated: updated, data } of messages) {
      putMessage.run(`${id}${nth}`, at(created), at(updated), String(data));
      written += String(data).length;
    }
    for (const [part, { id, message_id: message, time_created: created, time_updated: updated, data }] of parts.entries()) {
      const text = fillPart(String(data), texts[(round * parts.length + part) % texts.length] ?? '');
      putPart.run(`${id}${nth}`, `${message}${nth}`, at(created), at(updated), text);
      written += text.length;
    }
    if (round % 100 === 0) database.exec('commit; begin');
  }
  database.exec('commit');
  database.close();
  return path;
}

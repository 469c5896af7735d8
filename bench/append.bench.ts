import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { systemClock } from '#host';
import { createStore } from '#store';
import type { Written } from './append-writer.ts';
import { isQuick } from './harness.ts';
import { seqNow } from './journal.ts';
import { inMs, judgeBudget, median, printTable, quantile } from './print.ts';

/** Changes with one event each, from one process and from eight at once, each on the disk before it counts (`synchronous = full`). */
const spanMs = isQuick ? 500 : 5000;

const rows = [await measure(1), await measure(8)];
const [one, eight] = rows;
printTable(
  `Appends to the journal over ${spanMs / 1000} s`,
  ['writers', 'changes a second', 'median', 'p95', 'slowest', 'failures'],
  rows.map((row) => [
    String(row.writers),
    row.perSecond.toFixed(0),
    inMs(median(row.times)),
    inMs(quantile(row.times, 0.95)),
    inMs(Math.max(...row.times)),
    String(row.failures.length),
  ]),
);
console.log(`eight writers do ${((eight?.perSecond ?? Number.NaN) / (one?.perSecond ?? Number.NaN)).toFixed(2)} × the changes of one`);
for (const failure of new Set(rows.flatMap(({ failures }) => failures))) console.log(`failure: ${failure}`);
judgeBudget({
  what: 'failures of eight writers',
  figure: eight?.failures.length ?? Number.NaN,
  told: String(eight?.failures.length),
  budget: 0,
  toldBudget: '0',
});

async function measure(writers: number) {
  const dir = mkdtempSync('/tmp/bb-');
  const path = join(dir, 'town.db');
  // Open meanwhile, as a daemon's is, and to see that no change got lost.
  const store = await createStore({ clock: systemClock }, path);
  try {
    const before = await seqNow({ store });
    const ready = await Promise.all(Array.from({ length: writers }, () => startWriter(path)));
    const written = await Promise.all(ready.map((begin) => begin()));
    const times = written.flatMap((one) => one.times);
    const kept = (await seqNow({ store })) - before;
    if (kept !== times.length) throw new Error(`${times.length} changes were answered, and ${kept} are in the journal`);
    return { writers, times, failures: written.flatMap((one) => one.failures), perSecond: (times.length * 1000) / spanMs };
  } finally {
    await store.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Starts a writer; answers, when it is ready, what makes it begin and tells what it did. */
async function startWriter(path: string): Promise<() => Promise<Written>> {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'append-writer.ts'), path, String(spanMs)], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(writer.stdout, 'data');
  return async () => {
    writer.stdin.end('begin\n');
    return JSON.parse(await text(writer.stdout)) as Written;
  };
}

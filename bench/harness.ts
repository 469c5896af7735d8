import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** A whole process to measure. NODE_EXTRA_CA_CERTS is taken out of its environment, because reading certificates slows every start of Node. */
export interface Measured {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export interface Comparison {
  readonly name: string;
  readonly aMs: number;
  readonly bMs: number;
  /** The median over pairs of b / a: both of a pair ran one after the other, so that a slow moment of the machine weighs on both. */
  readonly ratio: number;
  readonly runs: number;
}

/** Runs a b a b …, each pair in turn, after one of each that is not counted; prints and answers medians. A run that fails ends the bench. */
export function compare({ name, runs, a, b }: { readonly name: string; readonly runs: number; readonly a: Measured; readonly b: Measured }): Comparison {
  timeOf(a);
  timeOf(b);
  const pairs = Array.from({ length: runs }, () => ({ aMs: timeOf(a), bMs: timeOf(b) }));
  const comparison = {
    name,
    aMs: median(pairs.map(({ aMs }) => aMs)),
    bMs: median(pairs.map(({ bMs }) => bMs)),
    ratio: median(pairs.map(({ aMs, bMs }) => bMs / aMs)),
    runs,
  };
  printTable(
    name,
    ['', 'median', 'p90', 'ratio'],
    [
      [
        a.name,
        inMs(comparison.aMs),
        inMs(
          quantile(
            pairs.map(({ aMs }) => aMs),
            0.9,
          ),
        ),
        '1.00',
      ],
      [
        b.name,
        inMs(comparison.bMs),
        inMs(
          quantile(
            pairs.map(({ bMs }) => bMs),
            0.9,
          ),
        ),
        comparison.ratio.toFixed(2),
      ],
    ],
  );
  return comparison;
}

function timeOf({ name, command, env, input }: Measured): number {
  const { NODE_EXTRA_CA_CERTS: _certificates, ...inherited } = process.env;
  const [program, ...args] = command;
  const startedAt = performance.now();
  const ended = spawnSync(program, args, { env: { ...inherited, ...env }, input: input ?? '', stdio: ['pipe', 'ignore', 'pipe'] });
  const ms = performance.now() - startedAt;
  if (ended.status !== 0) throw new Error(`"${name}" ended with ${ended.status ?? ended.signal ?? ended.error?.message}: ${ended.stderr}`);
  return ms;
}

export interface Rate {
  readonly name: string;
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** Calls `work` again and again for `durationMs` after a tenth of that to warm up; prints and answers the rate and the times of single calls. */
export async function measureRate({
  name,
  durationMs,
  work,
}: {
  readonly name: string;
  readonly durationMs: number;
  readonly work: () => unknown;
}): Promise<Rate> {
  await callFor(durationMs / 10, work);
  const startedAt = performance.now();
  const times = await callFor(durationMs, work);
  const perSecond = (times.length * 1000) / (performance.now() - startedAt);
  const rate = { name, perSecond, medianMs: median(times), p95Ms: quantile(times, 0.95) };
  printTable(name, ['per second', 'median', 'p95', 'calls'], [[perSecond.toFixed(0), inMs(rate.medianMs), inMs(rate.p95Ms), String(times.length)]]);
  return rate;
}

async function callFor(durationMs: number, work: () => unknown): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + durationMs;
  while (performance.now() < end) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** The middle of the values. */
function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that the given share of the values does not exceed. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** A table for people: a title, the names of the columns, the rows. */
function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
  console.log([`\n${title}`, line(head), ...rows.map(line)].join('\n'));
}

function inMs(ms: number): string {
  return ms >= 100 ? `${ms.toFixed(0)} ms` : ms >= 1 ? `${ms.toFixed(1)} ms` : `${(ms * 1000).toFixed(1)} µs`;
}

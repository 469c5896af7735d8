import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { median, quantile } from './print.ts';

/** A whole process to measure. NODE_EXTRA_CA_CERTS is taken out of its environment, because reading certificates slows every start of Node. */
export interface Measured {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
}

export interface Comparison {
  readonly name: string;
  readonly aMs: number;
  readonly bMs: number;
  readonly bP90Ms: number;
  /** The median over pairs of b / a: both of a pair ran one after the other, so that a slow moment of the machine weighs on both. */
  readonly ratio: number;
  readonly runs: number;
}

/** With `--quick` a bench does as little as shows that it works; its figures say nothing. */
export const isQuick = process.argv.includes('--quick');

/** How often something is done: `full` times, or few with `--quick`. */
export function countOf(full: number, quick = 3): number {
  return isQuick ? quick : full;
}

/** Runs a b a b …, each pair in turn, after one of each that is not counted. A run that fails ends the bench. */
export function comparePairs({ name, runs, a, b }: { readonly name: string; readonly runs: number; readonly a: Measured; readonly b: Measured }): Comparison {
  runOnce(a);
  runOnce(b);
  const pairs = Array.from({ length: runs }, () => ({ aMs: runOnce(a).ms, bMs: runOnce(b).ms }));
  const bTimes = pairs.map(({ bMs }) => bMs);
  return {
    name,
    aMs: median(pairs.map(({ aMs }) => aMs)),
    bMs: median(bTimes),
    bP90Ms: quantile(bTimes, 0.9),
    ratio: median(pairs.map(({ aMs, bMs }) => bMs / aMs)),
    runs,
  };
}

/** Runs a process to its end; answers how long it took and what it printed. An exit code other than 0 ends the bench. */
export function runOnce({ name, command, env, cwd, input }: Measured): { ms: number; stdout: string } {
  const [program, ...args] = command;
  const request = { env: withoutCertificates(env), input: input ?? '', encoding: 'utf8', ...(cwd === undefined ? {} : { cwd }) } as const;
  const startedAt = performance.now();
  const ended = spawnSync(program, args, request);
  const ms = performance.now() - startedAt;
  if (ended.status !== 0) throw new Error(`"${name}" ended with ${ended.status ?? ended.signal ?? ended.error?.message}: ${ended.stderr}`);
  return { ms, stdout: ended.stdout };
}

function withoutCertificates(env: Measured['env']): Record<string, string | undefined> {
  const { NODE_EXTRA_CA_CERTS: _certificates, ...rest } = env ?? process.env;
  return rest;
}

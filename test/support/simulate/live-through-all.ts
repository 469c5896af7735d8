import assert from 'node:assert/strict';
import type { Cleanup } from '#host/testing';
import { liveApart } from './live-apart.ts';
import type { TownOutcome } from './live-through.ts';
import { makeTownTemplate, type TownTemplate } from './town-template.ts';

const traceShown = 40;

/**
 * The towns of `count` seeds from the first one on, or of these only the one that `BATON_SIM_SEED` names. The first that fails is told with how to see it
 * again.
 */
export async function liveThroughAll({ first, count }: { first: number; count: number }): Promise<void> {
  const only = Number(process.env.BATON_SIM_SEED ?? first);
  if (process.env.BATON_SIM_SEED !== undefined && (only < first || only >= first + count)) return;
  const asked = process.env.BATON_SIM_SEED === undefined ? { first, count } : { first: only, count: 1 };
  const { failed, lives } = await liveApart(asked);
  if (failed !== undefined) assert.fail(describeFailure(failed));
  assert.ok(asked.count === 1 || lives > count, `only ${lives} lives in ${count} towns`);
}

/** The first of so many seeds in whose town a broken rule is found; undefined where it is in none. */
export async function findBroken(mutation: string, seedsMax: number): Promise<TownOutcome | undefined> {
  return (await liveApart({ first: 1, count: seedsMax, mutation })).failed;
}

/** A store that a test has to itself. */
export async function templateFor(test: Cleanup): Promise<TownTemplate> {
  const template = await makeTownTemplate();
  test.after(() => template.store.store.close());
  return template;
}

function describeFailure({ seed, failure, turns, trace }: TownOutcome): string {
  const shown = trace.slice(-traceShown).map((line) => `  ${line}`);
  return [
    `seed ${seed}, of ${turns} turns: ${failure}`,
    `what led to it (the last ${shown.length} of ${trace.length}):`,
    ...shown,
    `again: BATON_SIM_SEED=${seed} npm test -- test/${seed > 1000 ? 'long' : 'scenarios'}/simulation.test.ts`,
  ].join('\n');
}

import { minute, second } from '#base';
import { comeToRest } from './come-to-rest.ts';
import type { Mutation } from './mutations.ts';
import { giveOrder } from './persons.ts';
import { makeSimulation } from './simulation.ts';
import { strike } from './strike.ts';
import { careFor, type Town } from './town.ts';
import type { TownTemplate } from './town-template.ts';

/** How a town went: `failure` is the first thing that did not hold, `trace` what led to it. */
export interface TownOutcome {
  readonly seed: number;
  readonly failure: string | undefined;
  readonly turns: number;
  readonly lives: number;
  readonly trace: readonly string[];
}

/** Turns of trouble. A town of so many takes some 20 ms, and more turns find little that more towns do not. */
const turnsMin = 30;
const turnsSpread = 90;
/** Orders that are under way when the daemon first looks. */
const ordersAtFirstMax = 5;

/** One town from its seed: a while in which everything goes wrong, then peace, in which all of it must come right. */
export async function liveThrough(template: TownTemplate, seed: number, mutation: Mutation = {}): Promise<TownOutcome> {
  template.store.goBack();
  template.clock.restart();
  const sim = makeSimulation(template, seed, mutation);
  const { chance, ledger } = sim;
  const town: Town = { sim, daemon: undefined, daemonCount: 0 };
  const turns = turnsMin + chance.below(turnsSpread);
  try {
    for (let orders = chance.below(ordersAtFirstMax + 1); orders > 0; orders -= 1) giveOrder(sim);
    for (let turn = 0; turn < turns && ledger.failure === undefined; turn += 1) await takeTurn(town);
    if (ledger.failure === undefined) await comeToRest(town);
    if (ledger.failure === undefined) ledger.judgeWhole();
  } catch (error) {
    ledger.fail(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  template.between.beforeTurn = async () => {};
  const lives = template.store.look<{ count: number }>('select count(*) as count from sessions')[0]?.count ?? 0;
  return { seed, failure: ledger.failure, turns, lives, trace: sim.trace };
}

/** Time passes, something may befall the town, and whoever waits goes on. */
async function takeTurn(town: Town): Promise<void> {
  const { chance, scheduler, template } = town.sim;
  template.clock.advance(chance.isLikely(0.05) ? chance.below(10 * minute) : chance.below(2 * second));
  const lot = chance.fraction();
  if (lot < 0.07) giveOrder(town.sim);
  else if (lot < 0.12) strike(town);
  else if (lot < 0.25) careFor(town).beginRound();
  await scheduler.step();
}

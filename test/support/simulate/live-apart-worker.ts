import { parentPort, workerData } from 'node:worker_threads';
import { known } from '#base';
import type { TownsAnswer, TownsAsked } from './live-apart.ts';
import { liveThrough } from './live-through.ts';
import { mutations } from './mutations.ts';
import { makeTownTemplate } from './town-template.ts';

/** The thread of `liveApart`. */
async function liveThroughSeeds({ first, count, mutation }: TownsAsked): Promise<TownsAnswer> {
  const template = await makeTownTemplate();
  let lives = 0;
  try {
    for (let seed = first; seed < first + count; seed += 1) {
      const outcome = await liveThrough(template, seed, mutation === undefined ? {} : known(mutations[mutation], 'the mutation'));
      lives += outcome.lives;
      if (outcome.failure !== undefined) return { failed: outcome, lives };
    }
    return { failed: undefined, lives };
  } finally {
    await template.store.store.close();
  }
}

parentPort?.postMessage(await liveThroughSeeds(workerData as TownsAsked));

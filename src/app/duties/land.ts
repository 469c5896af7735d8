import { describeError, second } from '#base';
import { buildEnvironment } from '#host';
import { type LandAnswer, landNext, listRigsToLand } from '#landing';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { makeRests, type Rests } from './rests.ts';

/** Lands what is handed in, one request at a time in each rig (DESIGN.md section 13, the plain case). What is in the way of a rig's holds up no other rig. */
export function land(deps: Deps, tell: (line: string) => void): Duty {
  const busy = new Map<string, Promise<void>>();
  const rests = makeRests(deps);
  let stop = new AbortController();
  return {
    name: 'land',
    round: async () => {
      for (const rig of await listRigsToLand(deps.store.db)) {
        if (busy.has(rig) || rests.isResting(rig)) continue;
        busy.set(
          rig,
          landAll({ ...deps, signal: stop.signal }, rig, rests, tell).finally(() => busy.delete(rig)),
        );
      }
      return busy.size > 0 ? second : 5 * second;
    },
    rest: async () => {
      stop.abort();
      await Promise.allSettled(busy.values());
      stop = new AbortController();
    },
    // A gate may take half an hour: it is cut off, and the next daemon begins it again.
    drain: async () => {
      stop.abort();
      await Promise.allSettled(busy.values());
    },
  };
}

async function landAll(deps: Deps & { signal: AbortSignal }, rig: string, rests: Rests, tell: (line: string) => void): Promise<void> {
  const env = buildEnvironment(deps.env, { pass: deps.settings.get('env.pass', { rig }) });
  try {
    for (;;) {
      const answer = await landNext({ ...deps, env, by: { actor: `${rig}/refinery` } }, { rig });
      if (answer.kind === 'nothing') return rests.clear(rig);
      tell(describe(answer));
      if (answer.kind === 'later') return rests.rest(rig);
      rests.clear(rig);
    }
  } catch (error) {
    rests.rest(rig);
    tell(`landing in ${rig} failed: ${describeError(error)}`);
  }
}

function describe(answer: Exclude<LandAnswer, { kind: 'nothing' }>): string {
  const { merge } = answer;
  switch (answer.kind) {
    case 'landed':
      return `landed ${merge.branch} on ${merge.target} as ${answer.commit.slice(0, 10)}`;
    case 'refused':
      return `refused ${merge.branch}: ${answer.failure.split('\n')[0] ?? ''}`;
    case 'again':
      return `${merge.branch} goes round again: ${answer.detail}`;
    case 'later':
      return `${merge.branch} waits: ${answer.detail}`;
  }
}

import { second } from '#base';
import { buildEnvironment } from '#host';
import { type LandAnswer, landNext, listRigsToLand } from '#landing';
import type { Deps } from '../deps.ts';
import type { Service } from './service.ts';

/** Lands what is handed in, one request at a time in each rig (DESIGN.md section 13, the plain case). */
export function landingService(deps: Deps, tell: (line: string) => void): Service {
  const busy = new Map<string, Promise<void>>();
  return {
    name: 'landing',
    round: async () => {
      for (const rig of await listRigsToLand(deps.store.db)) {
        if (busy.has(rig)) continue;
        const work = landAll(deps, rig, tell).finally(() => busy.delete(rig));
        busy.set(rig, work);
        work.catch((error: unknown) => tell(`landing in ${rig}: ${String(error)}`));
      }
      return busy.size > 0 ? second : 5 * second;
    },
    drain: async () => {
      await Promise.allSettled(busy.values());
    },
  };
}

async function landAll(deps: Deps, rig: string, tell: (line: string) => void): Promise<void> {
  const env = buildEnvironment(deps.env, { pass: deps.settings.get('env.pass', { rig }) });
  for (;;) {
    const answer = await landNext({ ...deps, env, by: { actor: `${rig}/refinery` } }, { rig });
    if (answer.kind === 'nothing') return;
    tell(describe(answer));
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
  }
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { second } from '#base';
import { isAlive } from '#host';
import { findRuntime } from '#runtimes';
import { listUnready, recordReady, type Session } from '#sessions';
import { readAddress } from '#town/model';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { firstPromptName, launchFolder } from './launch-folder.ts';
import { planReady } from './rules.ts';

/** While nobody is about to become ready, it is looked only so often who was started. */
const roundMs = second;

/** Counts programs that give no start signal as ready once they have survived for a while, proven by pid and start time (L1). */
export function ready(deps: Deps): Duty {
  return {
    name: 'ready',
    round: async () => {
      const now = deps.clock.now();
      const silent = (await listUnready(deps.store.db, deps.host.id)).filter((session) => isSilent(deps, session));
      return Math.min(roundMs, ...(await Promise.all(silent.map((session) => look(deps, session, now)))));
    },
  };
}

/** Answers in how many ms this session is to be looked at again. */
async function look(deps: Deps, session: Session, now: number): Promise<number> {
  const settingMs = deps.settings.get(`runtimes.${session.runtime}.ready_s`, aboutOf(session)) * second;
  const plan = planReady(session, session.launch.readyDelayMs ?? settingMs, now);
  if (plan.kind === 'nothing') return roundMs;
  if (plan.kind === 'wait') return plan.forMs;
  if (session.process !== undefined && isAlive(session.process)) await recordReady(deps, { session: session.id, agent: session.agent, ...plan });
  return roundMs;
}

/** One that its first prompt is pasted into is not ready before it has it, and none while a dialog of its waits for a person. */
function isSilent({ settings, paths }: Deps, session: Session): boolean {
  if (session.condition?.kind === 'waiting') return false;
  const descriptor = findRuntime(session.runtime, settings, aboutOf(session))?.descriptor;
  return descriptor?.startSignal.kind === 'none' && !(descriptor.prompt.kind === 'paste' && existsSync(join(launchFolder(paths, session.id), firstPromptName)));
}

function aboutOf({ agent }: Session): { rig: string | null } {
  return { rig: readAddress(agent)?.rig ?? null };
}

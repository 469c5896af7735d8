import { isFault } from '#base';
import { stopServer } from '#tmux';
import { listAgentsForNow } from '#town';
import type { Agent } from '#town/model';
import type { Deps } from '../deps.ts';
import { openTownTmux } from '../tmux.ts';
import { askForDocuments } from './ask-for-documents.ts';
import { stopDaemon } from './daemon.ts';
import { endAgents, type StopOutcome, type StopWish } from './stop-agents.ts';
import { groupForStop } from './who-runs.ts';

export interface DownAnswer {
  readonly agents: readonly StopOutcome[];
  readonly daemon: 'stopped' | 'not-running';
}

/**
 * Stops every agent with its work kept, asked for what it knows all at once, who works first and Boot before Deacon (L7), then the daemon, then the
 * empty tmux server. What is on hooks stays there. Who does not end in time holds up nobody but the daemon, which goes on with it.
 */
export async function bringDown(deps: Deps, wish: Pick<StopWish, 'isAtOnce' | 'tell'>): Promise<DownAnswer> {
  const outcomes: StopOutcome[] = [];
  const late: unknown[] = [];
  const running = await listRunning(deps);
  if (wish.isAtOnce !== true) await askForDocuments(deps, running, { before: { kind: 'stop' }, tell: wish.tell ?? (() => {}) });
  for (const group of groupForStop(running)) {
    try {
      outcomes.push(...(await endAgents(deps, group, wish)));
    } catch (error) {
      if (!isFault(error, 'timeout')) throw error;
      late.push(error);
    }
  }
  if (late.length > 0) throw late[0];
  const daemon = await stopDaemon(deps);
  await stopServer(openTownTmux(deps));
  return { agents: outcomes, daemon: daemon.kind };
}

/** Who is to run for now, or has processes. What is wanted of a rig that is parked stays as it is. */
async function listRunning({ store }: Deps): Promise<Agent[]> {
  const live = new Set((await store.db.selectFrom('sessions').select('agent').where('gone_at', 'is', null).execute()).map((row) => row.agent));
  return (await listAgentsForNow(store.db)).filter((agent) => agent.desired === 'running' || live.has(agent.address));
}

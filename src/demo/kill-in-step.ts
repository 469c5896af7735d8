import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '#app';
import { isAlive } from '#host';

/** The agent that was killed, where there was one. */
export interface Killed {
  readonly agent: string;
  readonly session: string;
  readonly step: string;
  readonly pid: number;
}

/** A program that was stopped has its calls of `baton` still under way; this is many times what one takes. */
const settleMs = 500;

/**
 * Waits for a step of a session that has closed one before, and ends its program with SIGKILL while the step runs: no word of goodbye, as a crash
 * has none. The program is stopped first, so that the step is proven to be open when it is killed; one that was closed meanwhile goes on, and the
 * next step is tried. Undefined where every bead was done before that came.
 */
export async function killInStep(app: App, signal: AbortSignal, tell: (line: string) => void): Promise<Killed | undefined> {
  const hasClosed = new Set<string>();
  for await (const event of app.journal.read({ after: 0, last: 0, types: ['step_done', 'step_started'], isFollowing: true }, signal)) {
    if (event.session === null || event.bead === null) continue;
    if (event.type === 'step_done') hasClosed.add(event.session);
    else if (hasClosed.has(event.session)) {
      const killed = await tryKill(app, event.session, event.bead, String(event.payload.step));
      if (killed === undefined) continue;
      tell(`kill -9 ${killed.pid}: ${killed.agent} in the middle of step ${killed.step}`);
      return killed;
    }
  }
  return undefined;
}

async function tryKill(app: App, id: string, bead: string, step: string): Promise<Killed | undefined> {
  const { process: program, agent } = await app.sessions.get(id);
  if (program === undefined || !(await isOpen(app, bead, step)) || !isAlive(program)) return undefined;
  process.kill(program.pid, 'SIGSTOP');
  await sleep(settleMs);
  const isInStep = (await isOpen(app, bead, step)) && (await app.sessions.get(id)).endedAt === undefined && isAlive(program);
  if (isAlive(program)) process.kill(program.pid, isInStep ? 'SIGKILL' : 'SIGCONT');
  return isInStep ? { agent, session: id, step, pid: program.pid } : undefined;
}

async function isOpen(app: App, bead: string, step: string): Promise<boolean> {
  const { molecule } = await app.beads.show(bead);
  return molecule?.steps.find((one) => one.id === step)?.status === 'active';
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '#app';
import { isAlive, isOver, listProcesses } from '#host';
import { isEvent } from '#store/model';

/** The agent that was killed, where there was one. */
export interface Killed {
  readonly agent: string;
  readonly session: string;
  readonly step: string;
  readonly pid: number;
}

const lookMs = 10;

/**
 * Waits for a step of a session that has closed one before, and ends its program with SIGKILL while the step runs: no word of goodbye, as a crash
 * has none. The program is stopped first and looked at, so that it is proven to be in the step's command when it is killed; one that is not goes
 * on, and the next moment or step is tried. Undefined where every bead was done before that came.
 */
export async function killInStep(app: App, signal: AbortSignal, tell: (line: string) => void): Promise<Killed | undefined> {
  const hasClosed = new Set<string>();
  for await (const event of app.journal.read({ after: 0, last: 0, types: ['step_done', 'step_started'], isFollowing: true }, signal)) {
    if (!isEvent(event) || event.session === null || event.bead === null) continue;
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
  if (program === undefined) return undefined;
  while (isAlive(program) && (await isOpen(app, bead, step))) {
    process.kill(program.pid, 'SIGSTOP');
    const isInCommand = runsCommand(program.pid);
    process.kill(program.pid, isInCommand ? 'SIGKILL' : 'SIGCONT');
    if (isInCommand) return { agent, session: id, step, pid: program.pid };
    await sleep(lookMs);
  }
  return undefined;
}

/** True while its child is the step's command; while it is a call of `baton`, the step may be closed by it. A stopped program begins neither. */
function runsCommand(pid: number): boolean {
  return listProcesses().some((entry) => entry.ppid === pid && entry.command === 'sh' && !isOver(entry));
}

async function isOpen(app: App, bead: string, step: string): Promise<boolean> {
  const { molecule } = await app.beads.show(bead);
  return molecule?.steps.find((one) => one.id === step)?.status === 'active';
}

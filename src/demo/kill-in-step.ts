import type { App } from '#app';

/** The agent that was killed, where there was one. */
export interface Killed {
  readonly agent: string;
  readonly session: string;
  readonly step: string;
  readonly pid: number;
}

/**
 * Waits for a step of a session that has closed one before, and ends its program with SIGKILL while the step runs: no word of goodbye, as a crash
 * has none. Undefined where every bead was done before that came.
 */
export async function killInStep(app: App, signal: AbortSignal, tell: (line: string) => void): Promise<Killed | undefined> {
  const hasClosed = new Set<string>();
  for await (const event of app.journal.read({ after: 0, last: 0, types: ['step_done', 'step_started'], isFollowing: true }, signal)) {
    if (event.session === null) continue;
    if (event.type === 'step_done') hasClosed.add(event.session);
    else if (hasClosed.has(event.session)) {
      const session = await app.sessions.get(event.session);
      if (session.process === undefined || session.endedAt !== undefined) continue;
      process.kill(session.process.pid, 'SIGKILL');
      const step = String(event.payload.step);
      tell(`kill -9 ${session.process.pid}: ${session.agent} in the middle of step ${step}`);
      return { agent: session.agent, session: session.id, step, pid: session.process.pid };
    }
  }
  return undefined;
}

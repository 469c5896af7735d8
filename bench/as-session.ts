import { type ChildProcess, spawn } from 'node:child_process';
import { hostIdentity, markOf, systemChance } from '#host';
import { getSession, openSessionRow, recordStarted, sessionEnvironment } from '#sessions';
import { getAgent, setDesiredRow } from '#town';
import type { BenchTown } from './bench-town.ts';

/** A session that does nothing of its own: its environment, for commands that are measured as its own. */
export interface StillSession {
  readonly id: string;
  readonly agent: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  end(): void;
}

/**
 * A real, unended session of an agent, whose program is one that sleeps: the daemon sees it alive and leaves it alone, and nothing but what is
 * measured writes in its name.
 */
export async function openStillSession(town: BenchTown, address: string): Promise<StillSession> {
  const { store, root, env } = town;
  const agent = await getAgent(store.db, address);
  const program = spawn('sleep', ['86400'], { stdio: 'ignore', env });
  const id = await store.change({ actor: 'overseer', point: 'bench.open' }, async (tx, at) => {
    const opened = await openSessionRow({ chance: systemChance }, tx, at, {
      agent: address,
      runtime: 'runbook',
      host: hostIdentity().id,
      launch: { topic: 'cold-start', sender: 'overseer' },
      why: { kind: 'bench' },
    });
    return { answer: opened.id, events: [...opened.events, ...(await setDesiredRow(tx, at, { agent: address, desired: 'running' }))] };
  });
  await recordStarted(town, { session: id, agent: address, paneId: '%0', ...markOfProgram(program), isAdopted: false });
  const session = await getSession(store.db, id);
  const binDir = `${root}/.baton/bin`;
  const own = sessionEnvironment({ root, agent, session, processNames: ['runbook'], binDir, path: env.PATH ?? '', gitEmail: 'baton@localhost' });
  // What only benches and tests say reaches no session.
  const { BATON_TEST_DIST: _dist, ...passed } = env;
  return { id, agent: address, env: { ...passed, ...own }, cwd: agent.worktree ?? root, end: () => void program.kill('SIGKILL') };
}

function markOfProgram({ pid = 0 }: ChildProcess): { pid: number; start: string } {
  const mark = markOf(pid);
  if (mark === undefined) throw new Error('the program of the still session does not run');
  return { pid: mark.pid, start: mark.start };
}

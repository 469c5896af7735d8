import { isFault, second } from '#base';
import { chooseRuntime, type SlingRequest, type Slung, slingBead, unslingBead } from '#dispatch';
import { buildEnvironment } from '#host';
import { type EndRequest, endAssignment, getMerge, listMerges, type MergeStatus, retryMerge } from '#landing';
import { getRuntime } from '#runtimes';
import { findAgent, findRig } from '#town';
import { admitAccount } from '../account-environment.ts';
import type { Deps } from '../deps.ts';
import { admitProgram } from '../find-runtime-program.ts';
import { followJournal } from '../follow-journal.ts';
import { refuseWithoutDaemon, rouseDaemon } from '../reach-daemon.ts';
import { agentHere, rigOf } from './places.ts';
import { startFault } from './start-agents.ts';

export type AssignmentVerbs = ReturnType<typeof assignmentVerbs>;

/** An idle agent without signals may look at its hook only once a minute. */
const turnMsMin = 90 * second;

/** Giving work to agents, taking it back, handing it in, and landing it. */
export function assignmentVerbs(deps: Deps) {
  const { db } = deps.store;
  return {
    sling: (request: SlingRequest) => sling(deps, request),
    unsling: async (bead: string) => {
      const answer = await unslingBead(deps, { bead });
      if (answer.isStopping) await rouseDaemon(deps);
      return answer;
    },
    done: async (request: Omit<EndRequest, 'agent'>) => {
      const agent = await agentHere(db, deps);
      const answer = await endAssignment(deps, { ...request, agent: agent.address });
      await rouseDaemon(deps);
      return answer;
    },
    merges: async ({ rig, ...query }: { rig?: string | undefined; bead?: string | undefined; statuses?: readonly MergeStatus[] | undefined }) =>
      listMerges(db, { ...query, rig: (await rigOf(db, rig))?.name }),
    merge: (id: string) => getMerge(db, id),
    retryMerge: async (id: string) => {
      const answer = await retryMerge(deps, { id });
      await rouseDaemon(deps);
      return answer;
    },
  };
}

/**
 * Writes the order, then follows it until a turn began with the bead, or until a program that reports nothing has become ready, asked for its prime, or
 * ended its work. A program that dies before is taken back with all that was made for it.
 */
async function sling(deps: Deps, request: SlingRequest): Promise<Slung & { session: string }> {
  await refuseWithoutDaemon(deps);
  const { isSilent } = await admitPlayer(deps, request);
  const begins = ['turn_started', ...(isSilent ? ['session_ready', 'session_primed', 'session_end'] : [])];
  const env = buildEnvironment(deps.env, { pass: deps.settings.get('env.pass') });
  const slung = await slingBead({ ...deps, env }, request);
  await rouseDaemon(deps);
  const agent = await findAgent(deps.store.db, slung.agent);
  const timeoutMs = Math.max(turnMsMin, deps.settings.get('start.grace_s', { rig: agent.rig }) * second);
  const event = await followJournal(deps, {
    after: slung.seq,
    timeoutMs,
    what: `${slung.agent} to begin with ${slung.bead}`,
    judge: (seen) => (seen.agent === slung.agent && (begins.includes(seen.type) || seen.type === 'session_death') ? seen : undefined),
  });
  if (event.type !== 'session_death') return { ...slung, session: event.session ?? String(event.payload.session) };
  await takeBack(deps, slung.bead);
  throw startFault(slung.agent, event);
}

/** Program and account of whoever would play the target: an agent, or a polecat that is made for it; answers whether that reports no signals. */
async function admitPlayer(deps: Deps, { target, runtime, account }: SlingRequest): Promise<{ isSilent: boolean }> {
  const rig = await findRig(deps.store.db, target);
  const agent = rig === undefined ? await findAgent(deps.store.db, target) : { role: 'polecat' as const, rig: rig.name };
  const chosen = chooseRuntime(deps.settings, agent, runtime).runtime;
  admitProgram(deps, agent, chosen);
  await admitAccount(deps, { agent, runtime: chosen, account });
  return { isSilent: getRuntime(chosen, deps.settings, { rig: agent.rig }).descriptor.startSignal.kind === 'none' };
}

/** Whoever took the bead back meanwhile was first; that is no second failure. */
async function takeBack(deps: Deps, bead: string): Promise<void> {
  try {
    await unslingBead(deps, { bead });
    await rouseDaemon(deps);
  } catch (error) {
    if (!isFault(error, 'conflict')) throw error;
  }
}

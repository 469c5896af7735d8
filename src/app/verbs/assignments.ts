import { isFault, second } from '#base';
import { chooseRuntime, type SlingRequest, type Slung, slingBead, unslingBead } from '#dispatch';
import { buildEnvironment } from '#host';
import { type EndRequest, endAssignment, getMerge, listMerges, type MergeStatus, retryMerge } from '#landing';
import { findRuntime, getRuntime } from '#runtimes';
import { findLiveSession, judgeState } from '#sessions';
import { type Agent, findAgent, findRig } from '#town';
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

/** A bead that was given to an agent, and the session that works on it. */
export interface SlungWork extends Slung {
  readonly session: string;
  /** How it gets to a running program that reports nothing, so that nobody can see it begin: typed into its prompt, or when it asks for it itself. */
  readonly reaches?: 'typed' | 'asked';
}

/**
 * Writes the order, then follows it until a turn began with the bead, or until a program that reports nothing has become ready, asked for its prime, or
 * ended its work. Of one that is ready already nothing would be seen: it is not waited for. A program that dies before is taken back with all that was
 * made for it.
 */
async function sling(deps: Deps, request: SlingRequest): Promise<SlungWork> {
  await refuseWithoutDaemon(deps);
  const { isSilent, unseen } = await admitPlayer(deps, request);
  const begins = ['turn_started', ...(isSilent ? ['session_ready', 'session_primed', 'session_end'] : [])];
  const env = buildEnvironment(deps.env, { pass: deps.settings.get('env.pass') });
  const slung = await slingBead({ ...deps, env }, request);
  await rouseDaemon(deps);
  if (unseen !== undefined) return { ...slung, ...unseen };
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

/** The session of an agent whose program runs and reports nothing, and how work reaches it. */
async function findUnseen({ store, settings }: Deps, { address, rig }: Agent): Promise<Unseen | undefined> {
  const session = await findLiveSession(store.db, address);
  if (session === undefined || judgeState(session) !== 'ready') return undefined;
  const runtime = findRuntime(session.runtime, settings, { rig });
  if (runtime?.descriptor.signals.kind !== 'none') return undefined;
  return { session: session.id, reaches: runtime.readScreen === undefined ? 'asked' : 'typed' };
}

/**
 * Program and account of whoever would play the target: an agent, or a polecat that is made for it; answers whether that reports no signals, and whether
 * such a one runs already.
 */
async function admitPlayer(deps: Deps, { target, runtime, account }: SlingRequest): Promise<{ isSilent: boolean; unseen: Unseen | undefined }> {
  const rig = await findRig(deps.store.db, target);
  const agent = rig === undefined ? await findAgent(deps.store.db, target) : { role: 'polecat' as const, rig: rig.name };
  const chosen = chooseRuntime(deps.settings, agent, runtime).runtime;
  admitProgram(deps, agent, chosen);
  await admitAccount(deps, { agent, runtime: chosen, account });
  const isSilent = getRuntime(chosen, deps.settings, { rig: agent.rig }).descriptor.startSignal.kind === 'none';
  return { isSilent, unseen: 'address' in agent ? await findUnseen(deps, agent) : undefined };
}

type Unseen = Required<Pick<SlungWork, 'session' | 'reaches'>>;

/** Whoever took the bead back meanwhile was first; that is no second failure. */
async function takeBack(deps: Deps, bead: string): Promise<void> {
  try {
    await unslingBead(deps, { bead });
    await rouseDaemon(deps);
  } catch (error) {
    if (!isFault(error, 'conflict')) throw error;
  }
}

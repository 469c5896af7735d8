import { Fault, type FaultKind, formatDuration, isFault, second } from '#base';
import { admitStart, chooseRuntime } from '#dispatch';
import { handOff } from '#handoff';
import { isAlive } from '#host';
import { findLiveSession, getSession, type Session } from '#sessions';
import { lastSeq } from '#store';
import type { JournalEvent } from '#store/model';
import { getAgent } from '#town';
import type { Agent } from '#town/model';
import { admitAccount } from '../account-environment.ts';
import type { Deps } from '../deps.ts';
import { admitProgram } from '../find-runtime-program.ts';
import { followJournal } from '../follow-journal.ts';
import { refuseWithoutDaemon, rouseDaemon } from '../reach-daemon.ts';
import { askForHandoff } from './handoffs.ts';
import { orderStart, orderSuccessor, type StartRequest } from './order-start.ts';
import { endAgents } from './stop-agents.ts';

/** `already-running` is a conflict for `start` and as good as started for `at`, `attach`, `up` (L3). */
export interface StartOutcome {
  readonly agent: string;
  readonly kind: 'started' | 'already-running';
  readonly session: string;
  readonly generation: number;
  /** It runs, and waits for something before its first turn: a dialog that asks a person, a login, a limit. */
  readonly waits?: string;
}

/** True where an agent runs now, started or not. */
export function isRunning(outcome: { readonly kind: string }): outcome is StartOutcome {
  return outcome.kind === 'started' || outcome.kind === 'already-running';
}

/** A start that failed, beside others that did not. */
export interface StartFailure {
  readonly agent: string;
  readonly kind: 'failed';
  readonly fault: FaultKind;
  readonly reason: string;
  readonly hint: string | undefined;
}

/** What is waited for, and what a start does with what is there. */
export interface StartWish extends StartRequest {
  /** The program runs (its process is recorded), or it is ready: primed, or survived where it gives no signal. */
  readonly until?: 'started' | 'ready';
  /** One that is not ready in time is stopped again, and the start fails. */
  readonly isWaitFatal?: boolean;
  /** A live session is handed off first, as by a restart. */
  readonly isReplacing?: boolean;
  /** For a restart: without a handoff. */
  readonly isFresh?: boolean;
  /** Who is handed off first is not asked for a document. */
  readonly isAtOnce?: boolean;
  /** Told while one is asked for. */
  readonly tell?: (line: string) => void;
}

/** An order that was written: its outcome stands in the journal after `after`, in a session that is not `former`. */
interface Waiting {
  readonly kind: 'waiting';
  readonly agent: Agent;
  readonly after: number;
  readonly former: string | undefined;
  readonly isFirst: boolean;
}

type Begun = StartOutcome | Waiting;
type Begin = (deps: Deps, agent: Agent, wish: StartWish) => Promise<Begun>;

/** A dead program that its row still calls alive is buried by the daemon's next look. */
const buryMsMax = 20 * second;

/** Starts one agent (L1): refusals, the order, and the wait for its outcome. Faults as `admitStart`; `unavailable` where its program died; `timeout`. */
export async function startAgent(deps: Deps, agent: Agent, wish: StartWish): Promise<StartOutcome> {
  return single(await startAgents(deps, [agent], wish, { isThrowing: true }));
}

/** A restart is a handoff (X3); `isFresh` ends and starts without one. What does not run is started. */
export async function restartAgent(deps: Deps, agent: Agent, wish: StartWish): Promise<StartOutcome> {
  return single(await restartAgents(deps, [agent], wish, { isThrowing: true }));
}

/** Starts agents at once. Each fails for itself, and its outcome stands beside the others'. */
export function startAgents(deps: Deps, agents: readonly Agent[], wish: StartWish, how: { isThrowing?: boolean } = {}) {
  return beginAndAwait(deps, agents, wish, beginStart, how);
}

/** Restarts agents at once, each for itself. */
export function restartAgents(deps: Deps, agents: readonly Agent[], wish: StartWish, how: { isThrowing?: boolean } = {}) {
  return beginAndAwait(deps, agents, wish, beginRestart, how);
}

/** Writes the orders of starts and waits for none: who was ordered now, who runs already, who could not be ordered. */
export async function orderStarts(
  deps: Deps,
  agents: readonly Agent[],
  wish: StartWish,
): Promise<({ readonly agent: string; readonly kind: 'ordered' } | StartOutcome | StartFailure)[]> {
  const begun = await Promise.all(agents.map((agent) => told(agent, beginStart(deps, agent, wish))));
  if (begun.some(isWaiting)) await rouseDaemon(deps);
  return begun.map((one) => (isWaiting(one) ? { agent: one.agent.address, kind: 'ordered' } : one));
}

/** All orders are written before the daemon is waked, and it is waked once; then each is waited for. */
async function beginAndAwait(
  deps: Deps,
  agents: readonly Agent[],
  wish: StartWish,
  begin: Begin,
  { isThrowing = false }: { isThrowing?: boolean },
): Promise<(StartOutcome | StartFailure)[]> {
  const tell = isThrowing ? <A>(_agent: Agent, outcome: Promise<A>): Promise<A | StartFailure> => outcome : told;
  const begun = await Promise.all(agents.map((agent) => tell(agent, begin(deps, agent, wish))));
  if (begun.some(isWaiting)) await rouseDaemon(deps);
  return Promise.all(begun.map((one) => (isWaiting(one) ? tell(one.agent, awaitStart(deps, one, wish)) : one)));
}

function isWaiting(begun: Begun | StartFailure): begun is Waiting {
  return begun.kind === 'waiting';
}

async function told<A>(agent: Agent, outcome: Promise<A>): Promise<A | StartFailure> {
  try {
    return await outcome;
  } catch (error) {
    if (!isFault(error)) throw error;
    return { agent: agent.address, kind: 'failed', fault: error.kind, reason: error.message, hint: error.hint };
  }
}

function single([outcome]: readonly (StartOutcome | StartFailure)[]): StartOutcome {
  if (outcome === undefined || outcome.kind === 'failed') throw new Fault('internal', 'a start had no outcome');
  return outcome;
}

async function beginStart(deps: Deps, agent: Agent, wish: StartWish): Promise<Begun> {
  const after = await lastSeq(deps.store.db);
  const live = await findLiveSession(deps.store.db, agent.address);
  const isDead = live !== undefined && isDeadHere(deps, live);
  const isLive = live?.startedAt !== undefined && !isDead;
  if (isLive && wish.isReplacing === true) return beginRestart(deps, agent, wish);
  if (isLive && agent.desired === 'running') return alreadyRunning(agent, live);
  await admit(deps, agent, wish);
  if (live !== undefined && isDead) await awaitBurial(deps, live, after);
  const isFirst = await orderStart(deps, agent, toRequest(wish));
  // It was to stop and is to run again: it lives on, and no start of it will be told.
  if (isLive) return alreadyRunning(agent, live);
  return { kind: 'waiting', agent, after, former: isDead ? live?.id : undefined, isFirst };
}

async function beginRestart(deps: Deps, agent: Agent, wish: StartWish): Promise<Begun> {
  const live = await findLiveSession(deps.store.db, agent.address);
  if (live?.startedAt === undefined || isDeadHere(deps, live)) return beginStart(deps, agent, { ...wish, isReplacing: false });
  await admit(deps, agent, wish);
  if (wish.isFresh === true) {
    await endAgents(deps, [agent]);
    return beginStart(deps, await getAgent(deps.store.db, agent.address), { ...wish, isReplacing: false });
  }
  const after = await lastSeq(deps.store.db);
  await orderSuccessor(deps, agent, live.id, toRequest(wish));
  const request = { agent: agent.address, subject: '', notes: '', reason: `restart by ${deps.by.actor}`, isOrdered: true };
  const session = await askForHandoff(deps, agent, request, wish);
  await handOff(deps, { ...request, session });
  return { kind: 'waiting', agent, after, former: live.id, isFirst: true };
}

/** What would keep an agent from starting is told before an order is written (L1). */
async function admit(deps: Deps, agent: Agent, { runtime, account, command }: StartWish): Promise<void> {
  await admitStart(deps, { agent, runtime });
  const chosen = chooseRuntime(deps.settings, agent, runtime).runtime;
  if (command === undefined) admitProgram(deps, agent, chosen);
  await admitAccount(deps, { agent, runtime: chosen, account });
  await refuseWithoutDaemon(deps);
}

/** Only this host's processes can be looked at. */
function isDeadHere({ host }: Deps, session: Session): boolean {
  return session.host === host.id && session.process !== undefined && !isAlive(session.process);
}

async function awaitBurial(deps: Deps, { id, agent }: Session, after: number): Promise<void> {
  await rouseDaemon(deps);
  await followJournal(deps, {
    after,
    timeoutMs: buryMsMax,
    what: `the dead session ${id} of ${agent} to be cleared away`,
    judge: ({ type, payload }) => (payload.session === id && (type === 'session_death' || type === 'session_end') ? true : undefined),
  });
}

function alreadyRunning({ address }: Agent, { id, generation }: Session): StartOutcome {
  return { agent: address, kind: 'already-running', session: id, generation };
}

function toRequest(wish: StartWish): StartRequest {
  const { until: _until, isWaitFatal: _isWaitFatal, isReplacing: _isReplacing, isFresh: _isFresh, isAtOnce: _isAtOnce, tell: _tell, ...request } = wish;
  return request;
}

/** What says that a session's life is over. */
const ends: readonly string[] = ['session_death', 'session_end'];
/** What says that a start came to its end. */
const outcomes: Readonly<Record<'started' | 'ready', readonly string[]>> = {
  started: ['session_start', ...ends],
  ready: ['session_primed', 'session_ready', ...ends],
};

/** Waits until the agent's session is ready, or waits for a person. A program that dies instead fails the start, with its exit and last words (L4). */
async function awaitStart(deps: Deps, waiting: Waiting, { until = 'ready', isWaitFatal = false }: StartWish): Promise<StartOutcome> {
  const { agent, after, former, isFirst } = waiting;
  const types = outcomes[until];
  const isWanted = (seen: JournalEvent) => types.includes(seen.type) || (until === 'ready' && !isWaitFatal && whatItWaitsFor(seen) !== undefined);
  const timeoutMs = deps.settings.get('start.grace_s', { rig: agent.rig }) * second;
  const isOutcome = (seen: JournalEvent) => seen.agent === agent.address && isWanted(seen) && seen.payload.session !== former;
  const follow = { after, timeoutMs, what: `${agent.address} to start`, judge: (seen: JournalEvent) => (isOutcome(seen) ? seen : undefined) };
  const event = await followJournal(deps, follow).catch((error) =>
    isWaitFatal ? giveUp(deps, agent, timeoutMs, error) : tellWhatItWaitsFor(deps, agent, error),
  );
  if (ends.includes(event.type)) throw startFault(agent.address, event);
  const { id, generation } = await getSession(deps.store.db, String(event.payload.session));
  const waits = whatItWaitsFor(event);
  return { agent: agent.address, kind: isFirst ? 'started' : 'already-running', session: id, generation, ...(waits === undefined ? {} : { waits }) };
}

/** What keeps a program from being ready by itself: what the daemon saw on its screen, or its own word that it asks a person. */
function whatItWaitsFor({ type, payload }: JournalEvent): string | undefined {
  if (type === 'session_condition') return String(payload.detail ?? payload.kind);
  return type === 'session_progress' && payload.isWaiting === true ? 'it asks a person' : undefined;
}

/** A program that waits for a person at its start is no riddle: the fault says for what. */
async function tellWhatItWaitsFor(deps: Deps, { address }: Agent, error: unknown): Promise<never> {
  const condition = isFault(error, 'timeout') ? (await findLiveSession(deps.store.db, address))?.condition : undefined;
  if (condition?.kind !== 'waiting') throw error;
  throw new Fault('timeout', `${address} runs, and is not ready: ${condition.detail}; the order stands`, {
    hint: `answer it: \`baton attach ${address}\``,
    cause: error,
  });
}

async function giveUp(deps: Deps, agent: Agent, timeoutMs: number, error: unknown): Promise<never> {
  if (!isFault(error, 'timeout')) throw error;
  await endAgents(deps, [agent]);
  throw new Fault('timeout', `"${agent.address}" was not ready within ${formatDuration(timeoutMs)} and was stopped again`, {
    hint: '`baton sessions list` names its session; raise `start.grace_s` where it only needs longer',
    cause: error,
  });
}

/** A start that failed, in the program's own words. */
export function startFault(agent: string, death: JournalEvent): Fault {
  const evidence = (death.payload.evidence ?? {}) as { exitCode?: number | null; signal?: string | null; screen?: string };
  if (death.payload.reason === 'stopped')
    return new Fault('unavailable', `"${agent}" was stopped before its first turn`, { hint: '`baton events` tells by whom' });
  const end = typeof evidence.signal === 'string' ? `by ${evidence.signal}` : `with exit code ${evidence.exitCode ?? 'unknown'}`;
  const screen = (evidence.screen ?? '').trim();
  return new Fault('unavailable', `the program of "${agent}" ended ${end} before its first turn`, {
    hint: screen === '' ? '`baton logs` tells more' : `it showed last: ${screen}`,
    details: { evidence },
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, second } from '#base';
import { refuseFullDisk } from '#dispatch';
import { handOff } from '#handoff';
import { readSessionMeter } from '#prime';
import { getRuntime } from '#runtimes';
import { findCheckpoint, findEndOf, findLiveSession, getSession, listSessions, readLateNotes, readLineage, type Session } from '#sessions';
import { lastSeq } from '#store';
import type { JournalEvent } from '#store/model';
import { attachArgv, isInside, switchArgv } from '#tmux';
import { findAgent, getAgent, getRig, setDesiredRow, setStartOrderRow } from '#town';
import type { Agent, StartOrder } from '#town/model';
import type { Deps } from '../deps.ts';
import { resolveRuntime } from '../duties/prepare-launch.ts';
import { followJournal } from '../follow-journal.ts';
import { refuseWithoutTmux, rouseDaemon } from '../reach-daemon.ts';
import { openTownTmux } from '../tmux.ts';
import { rigMeant } from './places.ts';

export type SessionVerbs = ReturnType<typeof sessionVerbs>;

/** How a start is ordered; what is left out comes from the settings (L1). */
export interface StartRequest {
  readonly runtime?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly topic?: string | undefined;
}

/** `already-running` is a conflict for `start` and as good as started for `at`, `attach`, `up` (L3). */
export type StartOutcome = { readonly agent: string; readonly kind: 'started' | 'already-running'; readonly session: string; readonly generation: number };

export type StopOutcome = { readonly agent: string; readonly kind: 'stopped' | 'not-running'; readonly session: string | undefined };

/** Sessions, and the orders that start and end them. Every order is rows first, then the daemon is waked, then the journal followed (O1). */
export function sessionVerbs(deps: Deps) {
  return {
    list: (query: { agent?: string | undefined; limit?: number | undefined }) => listSessions(deps.store.db, query),
    get: (id: string) => getSession(deps.store.db, id),
    show: (id: string) => showSession(deps, id),
    meter: async (id: string) => readSessionMeter(deps, await getSession(deps.store.db, id)),
    lineage: async (agent: string) => readLineage(deps.store.db, (await getAgent(deps.store.db, agent)).address),
    start: (agents: readonly Agent[], request: StartRequest) => startAgents(deps, agents, request),
    stop: (agents: readonly Agent[]) => stopAgents(deps, agents),
    restart: (agent: Agent, request: StartRequest & { fresh?: boolean | undefined }) => restartAgent(deps, agent, request),
    attachArgv: (agent: Agent) => attachArgv(openTownTmux(deps), agent.pane),
    watchWay: async (agent: string, asked: WatchAsked) => chooseWatchWay(deps, await getAgent(deps.store.db, agent), asked),
    /** Crew members by name in a rig; all of them with no name. */
    crew: async ({ names, rig }: { names: readonly string[]; rig?: string | undefined }) => findCrew(deps, names, rig),
  };
}

/** Whether a person asked to see the pane, and has a terminal to see it in. */
interface WatchAsked {
  readonly isAsked: boolean;
  readonly hasTerminal: boolean;
}

/**
 * How a person comes to see an agent's pane: their client is switched where it is one of this town's server, else they attach where they asked for
 * it. A session's own command moves nobody unless it asks.
 */
function chooseWatchWay(deps: Deps, agent: Agent, { isAsked, hasTerminal }: WatchAsked): { kind: 'nothing' } | { kind: 'run'; argv: string[] } {
  const tmux = openTownTmux(deps);
  if (isInside(tmux, deps.env.TMUX))
    return isAsked || deps.by.session === undefined ? { kind: 'run', argv: switchArgv(tmux, agent.pane) } : { kind: 'nothing' };
  return isAsked && hasTerminal ? { kind: 'run', argv: attachArgv(tmux, agent.pane) } : { kind: 'nothing' };
}

async function findCrew(deps: Deps, names: readonly string[], rigName: string | undefined): Promise<Agent[]> {
  const { db } = deps.store;
  const isQualified = names.every((name) => name.includes('/'));
  const rig = isQualified && names.length > 0 ? undefined : rigName === undefined ? await rigMeant(db, deps, undefined) : await getRig(db, rigName);
  const found = await Promise.all(names.map((name) => findAgent(db, name.includes('/') ? name : `${rig?.name ?? ''}/crew/${name}`)));
  const stranger = found.find((agent) => agent.role !== 'crew');
  if (stranger !== undefined) throw new Fault('invalid', `"${stranger.address}" is no crew member`, { hint: `it is a ${stranger.role}` });
  return found;
}

/** A session with what it left: the document of its end, what it said after that, and its last checkpoint. */
async function showSession({ store }: Deps, id: string) {
  return store.read(async (reader) => {
    const session = await getSession(reader, id);
    const end = await findEndOf(reader, session.id);
    const lateNotes = end === undefined ? [] : await readLateNotes(reader, [end.id]);
    return { ...session, end, lateNotes: lateNotes.map(({ body }) => body), checkpoint: await findCheckpoint(reader, session.agent, session.id) };
  });
}

/** Orders agents to run and waits for each. Those that run already are told so, and nothing is changed for them. */
export async function startAgents(deps: Deps, agents: readonly Agent[], request: StartRequest): Promise<StartOutcome[]> {
  for (const { rig } of agents) if (request.runtime !== undefined) getRuntime(request.runtime, deps.settings, { rig });
  const live = await Promise.all(agents.map((agent) => findLiveSession(deps.store.db, agent.address)));
  const after = await lastSeq(deps.store.db);
  const waiting = agents.filter((agent, i) => live[i]?.startedAt === undefined || agent.desired !== 'running');
  if (waiting.length > 0) await admitStart(deps);
  for (const agent of waiting) await orderStart(deps, agent, request);
  if (waiting.length > 0) await rouseDaemon(deps);
  return Promise.all(agents.map((agent, i) => (waiting.includes(agent) ? awaitStart(deps, agent, after) : toOutcome(agent, live[i] as Session))));
}

/** What would keep every agent from starting is told before an order is written (L1). */
async function admitStart(deps: Deps): Promise<void> {
  refuseFullDisk(deps);
  await refuseWithoutTmux(deps);
}

function toOutcome(agent: Agent, session: Session): StartOutcome {
  return { agent: agent.address, kind: 'already-running', session: session.id, generation: session.generation };
}

/** Writes that an agent is to run, and how (O1). Fault `not-found` for a runtime that nobody knows. */
export async function orderStart(deps: Deps, agent: Agent, request: StartRequest): Promise<void> {
  const order: StartOrder = {
    topic: request.topic ?? 'cold-start',
    sender: deps.by.actor,
    ...(request.runtime === undefined ? {} : { runtime: request.runtime }),
    ...(request.env === undefined ? {} : { env: request.env }),
  };
  resolveRuntime(deps.settings, { ...agent, startOrder: order });
  await deps.store.change({ ...deps.by, point: 'start.order' }, async (tx, at) => {
    const events = await setStartOrderRow(tx, at, { agent: agent.address, order: { ...order, orderedAt: at } });
    events.push(...(await setDesiredRow(tx, at, { agent: agent.address, desired: 'running' })));
    return { answer: undefined, events };
  });
}

/** Waits until the agent's session has started. A program that dies instead fails the start, with its exit and last words (L4). */
async function awaitStart(deps: Deps, agent: Agent, after: number): Promise<StartOutcome> {
  const timeoutMs = deps.settings.get('start.grace_s', { rig: agent.rig }) * second;
  const event = await followJournal(deps, {
    after,
    timeoutMs,
    what: `${agent.address} to start`,
    judge: (seen) => (seen.agent === agent.address && isStartOutcome(seen) ? seen : undefined),
  });
  if (event.type === 'session_death') throw startFault(agent.address, event);
  const session = await getSession(deps.store.db, String(event.payload.session));
  return { agent: agent.address, kind: 'started', session: session.id, generation: session.generation };
}

function isStartOutcome(event: JournalEvent): boolean {
  return event.type === 'session_primed' || event.type === 'session_death';
}

/** A start that failed, in the program's own words. */
export function startFault(agent: string, death: JournalEvent): Fault {
  const evidence = (death.payload.evidence ?? {}) as { exitCode?: number | null; signal?: string | null; screen?: string };
  const end = typeof evidence.signal === 'string' ? `by ${evidence.signal}` : `with exit code ${evidence.exitCode ?? 'unknown'}`;
  const screen = (evidence.screen ?? '').trim();
  return new Fault('unavailable', `the program of "${agent}" ended ${end} before its first turn`, {
    hint: screen === '' ? '`baton logs` tells more' : `it showed last: ${screen}`,
    details: { evidence },
  });
}

/** How long a stop may take: the phases of one stop, and as many agents as the daemon ends one after another. */
const stopMsMax = 20 * second;
const stopMsMaxEach = second;
const lookMs = 20;

/** Orders agents to stop and waits until each is gone with all its processes, those of an earlier life too (X1, X2). */
export async function stopAgents(deps: Deps, agents: readonly Agent[]): Promise<StopOutcome[]> {
  const live = await Promise.all(agents.map((agent) => findLiveSession(deps.store.db, agent.address)));
  await deps.store.change({ ...deps.by, point: 'stop.order' }, async (tx, at) => {
    const events = [];
    for (const agent of agents) events.push(...(await setDesiredRow(tx, at, { agent: agent.address, desired: 'stopped' })));
    return { answer: undefined, events };
  });
  const addresses = agents.map((agent) => agent.address);
  if ((await listUngoneAgents(deps, addresses)).length > 0) {
    await rouseDaemon(deps);
    await awaitGone(deps, addresses);
  }
  return agents.map((agent, i) => ({ agent: agent.address, kind: live[i] === undefined ? 'not-running' : 'stopped', session: live[i]?.id }));
}

/** Waits until no process of these agents is left by the record. Fault `timeout`: the order stands. */
async function awaitGone(deps: Deps, addresses: readonly string[]): Promise<void> {
  const deadline = deps.clock.monotonic() + stopMsMax + addresses.length * stopMsMaxEach;
  for (;;) {
    const left = await listUngoneAgents(deps, addresses);
    if (left.length === 0) return;
    if (deps.clock.monotonic() > deadline)
      throw new Fault('timeout', `${left.join(', ')} did not end in time; the order stands`, {
        hint: '`baton status` shows how far it is, `baton logs` what the daemon says',
      });
    await sleep(lookMs);
  }
}

async function listUngoneAgents({ store }: Deps, addresses: readonly string[]): Promise<string[]> {
  if (addresses.length === 0) return [];
  const rows = await store.db
    .selectFrom('sessions')
    .select('agent')
    .distinct()
    .where('gone_at', 'is', null)
    .where('agent', 'in', [...addresses])
    .orderBy('agent')
    .execute();
  return rows.map((row) => row.agent);
}

/** A restart is a handoff (X3); `fresh` ends and starts without one. */
async function restartAgent(deps: Deps, agent: Agent, request: StartRequest & { fresh?: boolean | undefined }): Promise<StartOutcome> {
  const live = await findLiveSession(deps.store.db, agent.address);
  if (live === undefined || request.fresh === true) {
    if (live !== undefined) await stopAgents(deps, [agent]);
    const [outcome] = await startAgents(deps, [await findAgent(deps.store.db, agent.address)], request);
    return outcome as StartOutcome;
  }
  const after = await lastSeq(deps.store.db);
  // An order that names another runtime or environment is what the successor is started with (H10).
  if (request.runtime !== undefined || request.env !== undefined) await orderStart(deps, agent, request);
  await handOff(deps, { agent: agent.address, subject: '', notes: '', reason: `restart by ${deps.by.actor}` });
  await rouseDaemon(deps);
  return awaitStart(deps, agent, after);
}

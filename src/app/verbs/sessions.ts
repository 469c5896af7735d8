import { Fault } from '#base';
import { readSessionMeter } from '#prime';
import {
  findCheckpoint,
  findEndOf,
  findLiveSession,
  getSession,
  type Handoff,
  listEndsFor,
  listLeftBy,
  listSessions,
  listTransfersOf,
  readLateNotes,
  readLineage,
} from '#sessions';
import { attachArgv, isInside, switchArgv } from '#tmux';
import { findAgent, getAgent } from '#town';
import type { Agent } from '#town/model';
import { readSpending } from '#usage';
import type { Deps } from '../deps.ts';
import { readContext } from '../read-status.ts';
import { openTownTmux } from '../tmux.ts';
import { awaitEnd } from './await-end.ts';
import { addressIn, agentEver } from './places.ts';
import { restartAgent, restartAgents, type StartWish, startAgent, startAgents } from './start-agents.ts';
import { type StopWish, stopAgents } from './stop-agents.ts';

export type SessionVerbs = ReturnType<typeof sessionVerbs>;

/** Sessions, and the orders that start and end them. Every order is rows first, then the daemon is waked, then the journal followed (O1). */
export function sessionVerbs(deps: Deps) {
  return {
    list: async ({ agent, limit }: { agent?: string | undefined; limit?: number | undefined }) =>
      listSessions(deps.store.db, { limit, ...(agent === undefined ? {} : { agent: (await agentEver(deps.store.db, deps, agent)).address }) }),
    get: (id: string) => getSession(deps.store.db, id),
    show: (id: string) => showSession(deps, id),
    meter: async (id: string) => readSessionMeter(deps, await getSession(deps.store.db, id)),
    lineage: async (agent: string) => showLineage(deps, agent),
    /** One agent, whose fault is told as such; several fail each for itself. */
    start: (agent: Agent, wish: StartWish) => startAgent(deps, agent, wish),
    startEach: (agents: readonly Agent[], wish: StartWish) => startAgents(deps, agents, wish),
    stop: (agents: readonly Agent[], wish: StopWish = {}) => stopAgents(deps, agents, wish),
    restart: (agent: Agent, wish: StartWish) => restartAgent(deps, agent, wish),
    restartEach: (agents: readonly Agent[], wish: StartWish) => restartAgents(deps, agents, wish),
    /** Stays until a session has ended. */
    awaitEnd: (session: string) => awaitEnd(deps, session),
    attachArgv: (agent: Agent) => findWayIn(deps, agent),
    watchWay: async (agent: string, asked: WatchAsked) => chooseWatchWay(deps, await getAgent(deps.store.db, agent), asked),
    /** Crew members by name in a rig; all of them with no name. */
    crew: async ({ names, rig }: { names: readonly string[]; rig?: string | undefined }) => findCrew(deps, names, rig),
  };
}

/** What shows an agent's pane in a terminal. A program that somebody started by hand has none: `unsupported`. */
async function findWayIn(deps: Deps, agent: Agent): Promise<string[]> {
  const session = await findLiveSession(deps.store.db, agent.address);
  if (session?.isAdopted !== true) return attachArgv(openTownTmux(deps), agent.pane);
  throw new Fault('unsupported', `${agent.address} runs in a program that was started by hand (pid ${session.process?.pid}), and has no pane`, {
    hint: `look at the terminal of that program, or \`baton handoff ${agent.address}\` takes its work into a pane`,
  });
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
  const found = await Promise.all(names.map(async (name) => findAgent(db, await addressIn(db, deps, { role: 'crew', name, rig: rigName }))));
  const stranger = found.find((agent) => agent.role !== 'crew');
  if (stranger !== undefined) throw new Fault('invalid', `"${stranger.address}" is no crew member`, { hint: `it is a ${stranger.role}` });
  return found;
}

/**
 * A session with what it left (saves, transfers, the document of its end, what it said after that, its last checkpoint), how full its context is while it
 * lives, and what it spent.
 */
async function showSession(deps: Deps, id: string) {
  const shown = await showLeft(deps, id);
  const context = shown.endedAt === undefined ? await readContext(deps, shown) : undefined;
  return { ...shown, context, spent: await readSpending(deps.store.db, shown.id) };
}

async function showLeft({ store }: Deps, id: string) {
  return store.read(async (reader) => {
    const session = await getSession(reader, id);
    const end = await findEndOf(reader, session.id);
    const lateNotes = end === undefined ? [] : await readLateNotes(reader, [end.id]);
    const left = (await listLeftBy(reader, session.id)).filter(({ kind }) => kind === 'save');
    const transfers = await listTransfersOf(reader, session.id);
    const checkpoint = await findCheckpoint(reader, session.agent, session.id);
    return { ...session, end, saves: left, transfers, lateNotes: lateNotes.map(({ body }) => body), checkpoint };
  });
}

/** An agent's lives, first generation first, each with the document that it left to the next: the edge between them. */
async function showLineage({ store }: Deps, text: string) {
  return store.read(async (reader) => {
    const { address } = await getAgent(reader, text);
    const ends = new Map((await listEndsFor(reader, address)).map((end) => [end.sourceSession, end]));
    return (await readLineage(reader, address)).map((session) => ({ ...session, end: describeEdge(ends.get(session.id)) }));
  });
}

/** What of an end tells how it came and where it went; its text is for `sessions show`. */
function describeEdge(end: Handoff | undefined) {
  if (end === undefined) return undefined;
  const { id, reason, isPlanned, writtenBy, subject, targetSession, consumedAt } = end;
  return { id, reason, isPlanned, writtenBy, subject, targetSession, consumedAt };
}

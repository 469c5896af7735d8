import { Fault, isFault } from '#base';
import { listMerges } from '#landing';
import { listEscalations, listNudges, listWaitingNudges } from '#mail';
import { type AgentPlan, getSession, listHandoffsFrom, listSessions, listUngone, planAgent, type Session } from '#sessions';
import { listPanes } from '#tmux';
import { getAgentForNow, readEstop } from '#town';
import type { Agent } from '#town/model';
import { findBead, readHook, showBead } from '#work';
import { judgeCurrent } from '#work/model';
import type { Deps } from './deps.ts';
import { readFacts, readPolicy } from './duties/read-facts.ts';
import { makeStopwatch } from './duties/stopwatch.ts';
import { describeBead, describePlan, type Reason } from './explain-now.ts';
import { type Moment, tellMoments } from './explain-rows.ts';
import { findDaemon, isDaemonWanted } from './reach-daemon.ts';
import { openTownTmux } from './tmux.ts';
import { agentEver } from './verbs/places.ts';

/** What happened, with the evidence of each, and what Baton would do now, and why (DESIGN.md section 1). */
export interface Explanation {
  readonly about: { readonly kind: 'agent' | 'session' | 'bead'; readonly id: string };
  /** Oldest first. */
  readonly moments: readonly Moment[];
  readonly now: readonly Reason[];
}

/** So many nudges are told; older ones say nothing of what is now. */
const nudgesMax = 200;

/** Explains an agent, a session or a bead from rows alone, so that it outlives the journal's pruning. Fault `not-found`. */
export async function explain(deps: Deps, text: string): Promise<Explanation> {
  const subject = await findSubject(deps, text);
  switch (subject.kind) {
    case 'agent':
      return { about: { kind: 'agent', id: subject.agent.address }, moments: await readMoments(deps, subject), now: await judgeAgent(deps, subject.agent) };
    case 'session':
      return { about: { kind: 'session', id: subject.session.id }, moments: await readMoments(deps, subject), now: judgeSession(subject.session) };
    case 'bead':
      return { about: { kind: 'bead', id: subject.bead }, moments: await readMoments(deps, subject), now: await judgeBead(deps, subject.bead) };
  }
}

type Subject =
  | { readonly kind: 'agent'; readonly agent: Agent }
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'bead'; readonly bead: string };

/** An agent by any of its names, also one that is retired; a bead; a session. What fits none of them is told as that. */
async function findSubject(deps: Deps, text: string): Promise<Subject> {
  const { db } = deps.store;
  if (text.startsWith('sess_')) return { kind: 'session', session: await getSession(db, text) };
  const agent = await unlessMissing(agentEver(db, deps, text));
  if (agent !== undefined) return { kind: 'agent', agent };
  const bead = await findBead(db, text);
  if (bead !== undefined) return { kind: 'bead', bead: bead.id };
  const session = await unlessMissing(getSession(db, text));
  if (session !== undefined) return { kind: 'session', session };
  throw new Fault('not-found', `there is no agent, session or bead "${text}"`, {
    hint: '`baton agents`, `baton sessions list` and `baton bead list` show them',
  });
}

async function unlessMissing<A>(asked: Promise<A>): Promise<A | undefined> {
  return asked.catch((error: unknown) => {
    if (isFault(error, 'not-found')) return undefined;
    throw error;
  });
}

async function readMoments(deps: Deps, subject: Subject): Promise<Moment[]> {
  return deps.store.read(async (db) => {
    const sessions = await sessionsOf(db, subject);
    const ids = new Set(sessions.map(({ id }) => id));
    const agent = subject.kind === 'agent' ? subject.agent.address : undefined;
    const nudged = [...new Set(sessions.map((session) => session.agent))];
    const nudges = (await Promise.all(nudged.map((address) => listNudges(db, { agent: address, limit: nudgesMax })))).flat();
    const escalations = await listEscalations(db, { isOpenOnly: false });
    const merges = await listMerges(db, subject.kind === 'bead' ? { bead: subject.bead } : {});
    const isMeant = (row: { session: string | null | undefined; agent: string | null; bead: string | null }) =>
      (agent !== undefined && row.agent === agent) || (row.session != null && ids.has(row.session)) || (subject.kind === 'bead' && row.bead === subject.bead);
    return tellMoments({
      sessions,
      handoffs: await listHandoffsFrom(db, [...ids]),
      nudges: nudges.filter((nudge) => agent !== undefined || (nudge.deliveredSession !== null && ids.has(nudge.deliveredSession))),
      escalations: escalations.filter(isMeant),
      merges: merges.filter((merge) => isMeant({ session: merge.session, agent: merge.agent, bead: merge.bead })),
    });
  });
}

async function sessionsOf(db: Deps['store']['db'], subject: Subject): Promise<readonly Session[]> {
  if (subject.kind === 'session') return [subject.session];
  return listSessions(db, subject.kind === 'agent' ? { agent: subject.agent.address } : { bead: subject.bead });
}

/** The supervisor's own rule on the facts of this moment, and what stands in its way. */
async function judgeAgent(deps: Deps, agent: Agent): Promise<Reason[]> {
  const { store, clock, host } = deps;
  if (agent.retiredAt !== null) return [{ kind: 'retired', text: 'it is retired: nothing is done for it', evidence: { retiredAt: agent.retiredAt } }];
  const plan = await planFor(deps, agent);
  const hook = await readHook(store.db, agent.address);
  const current = judgeCurrent(hook);
  const waiting = await listWaitingNudges(store.db, { agent: agent.address, now: clock.now() });
  const reasons: Reason[] = [describePlan(plan, clock.now())];
  if (findDaemon(deps) === undefined)
    reasons.unshift({ kind: 'no-daemon', text: 'no daemon runs, so nothing is done', evidence: { isWanted: await isDaemonWanted(deps), host: host.id } });
  if (current.kind === 'blocked' && hook.molecule !== undefined)
    reasons.push({ kind: 'blocked', text: `${current.bead} cannot go on: ${current.reason}`, evidence: {} });
  for (const nudge of waiting) reasons.push({ kind: 'nudge', text: `a nudge waits for it: ${nudge.body}`, evidence: nudge.evidence });
  return reasons;
}

/** What the supervisor would do for an agent at this moment. */
export async function planFor(deps: Deps, agent: Agent): Promise<AgentPlan> {
  const { store, clock, host } = deps;
  const tmux = openTownTmux(deps);
  const panes = await listPanes(tmux).catch(() => []);
  const pane = panes.find((each) => each.session === agent.pane && each.mark !== undefined) ?? panes.find((each) => each.session === agent.pane);
  const sessions = (await listUngone(store.db, host.id)).filter((session) => session.agent === agent.address);
  const wanted = await getAgentForNow(store.db, agent.address);
  const facts = await readFacts({ ...deps, tmux }, wanted, { pane, sessions, watch: makeStopwatch(deps), estop: await readEstop(store.db) });
  // The daemon's own jitter lies around the middle.
  return planAgent(facts, clock.now(), readPolicy(deps, agent), 0.5);
}

function judgeSession(session: Session): Reason[] {
  if (session.endedAt === undefined)
    return [{ kind: 'lives', text: `it lives; \`baton why ${session.agent}\` tells what is done for its agent`, evidence: {} }];
  const isGone = session.goneAt !== undefined;
  return [{ kind: isGone ? 'gone' : 'ending', text: isGone ? 'it is over' : 'it is over; its processes are being ended', evidence: {} }];
}

async function judgeBead({ store }: Deps, id: string): Promise<Reason[]> {
  return store.read(async (db) => {
    const shown = await showBead(db, id);
    const [merge] = await listMerges(db, { bead: id, statuses: ['queued', 'landing'] });
    return [describeBead(shown, merge?.id)];
  });
}

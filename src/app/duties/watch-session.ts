import { minute, second, unreachable } from '#base';
import { handOff } from '#handoff';
import { dropNudgeRows, listWaitingNudges, queueNudgeRow } from '#mail';
import { readFlow } from '#runtimes/model';
import { isTurnOpen, listSessions, planWatch, type Session, type WatchPlan } from '#sessions';
import type { Writer } from '#store/model';
import type { Tmux } from '#tmux';
import { type Agent, getAgent, readAddress } from '#town';
import { readHook } from '#work';
import { type Hook, judgeCurrent } from '#work/model';
import type { Deps } from '../deps.ts';
import { callPerson } from './call-person.ts';
import { type Moved, readMoved, readWatchFacts } from './read-watch-facts.ts';
import type { Stopwatch } from './stopwatch.ts';
import { keepCondition, readCondition, readPane, watchCondition } from './watch-condition.ts';

export interface WatchParts extends Deps {
  readonly by: Writer;
  readonly tmux: Tmux;
  readonly tell: (line: string) => void;
  readonly watch: Stopwatch;
  /** What the screens of sessions in a turn without progress showed last, and since when, by a clock that does not jump. */
  readonly flows: Map<string, { readonly flow: string; readonly since: number }>;
}

/** A screen that has shown the same for so long shows no answer that flows, however slowly. */
const stillMs = minute;

/** Looks after one live session: what it waits for, and whether it stands still with work on its hook (V1, V5). Idle without work is healthy. */
export async function watchSession(parts: WatchParts, session: Session): Promise<void> {
  if (session.condition !== undefined) return watchCondition(parts, await getAgent(parts.store.db, session.agent), session, session.condition);
  const policy = readWatchPolicy(parts, { rig: readAddress(session.agent)?.rig ?? null });
  const isWorking = isTurnOpen(session);
  const quietMs = parts.watch.elapsed(`${session.id} quiet`, session.progressAt ?? session.startedAt ?? session.createdAt);
  if (quietMs < (isWorking ? policy.stuckMs : policy.idleMs)) return;
  const hook = await readHook(parts.store.db, session.agent);
  if (!hasWorkToDo(hook)) return;
  const agent = await getAgent(parts.store.db, session.agent);
  const moved = await readMoved(parts, agent, session);
  const facts = await readWatchFacts(parts, { session, moved, isWorking, watch: parts.watch });
  const plan = planWatch(facts, policy);
  if (plan.kind === 'nothing') return;
  const screen = await readPane(parts, agent, session);
  const condition = readCondition(parts, screen);
  if (condition !== undefined) return keepCondition(parts, agent, session, condition);
  if (isWorking && screen !== undefined && isFlowing(parts, session, screen, Math.min(stillMs, policy.stuckMs))) return;
  await carryOutWatch(parts, { agent, session, hook, moved, plan });
}

/** An answer that comes slowly, or a tool that goes on telling, moves nothing but the screen. Seen for the first time, it is given its time. */
function isFlowing({ flows, clock }: WatchParts, { id }: Session, screen: string, stillMsMin: number): boolean {
  const flow = readFlow(screen);
  const [known, now] = [flows.get(id), clock.monotonic()];
  if (known?.flow === flow) return now - known.since < stillMsMin;
  flows.set(id, { flow, since: now });
  return true;
}

/** When an agent counts as idle or stuck, as its rig says. */
export function readWatchPolicy({ settings }: WatchParts, { rig }: Pick<Agent, 'rig'>) {
  const about = { rig };
  const [idleMs, stuckMs] = [settings.get('liveness.idle_s', about) * second, settings.get('liveness.stuck_s', about) * second];
  return { idleMs, stuckMs, nudges: settings.get('liveness.nudges', about) };
}

/** Work that only somebody else can go on with is none of its. */
function hasWorkToDo(hook: Hook): boolean {
  const { bead, molecule } = hook;
  if (bead === undefined || bead.status === 'blocked') return false;
  return molecule === undefined || judgeCurrent(hook).kind !== 'blocked';
}

interface Watched {
  readonly agent: Agent;
  readonly session: Session;
  readonly hook: Hook;
  readonly moved: Moved;
  readonly plan: Exclude<WatchPlan, { kind: 'nothing' }>;
}

async function carryOutWatch(parts: WatchParts, watched: Watched): Promise<void> {
  const { agent, session, plan } = watched;
  const evidence = { kind: 'watch', reason: plan.reason, session: session.id, progressAt: watched.moved.progressAt };
  switch (plan.kind) {
    case 'nudge':
      return nudge(parts, watched, plan, evidence);
    case 'handoff': {
      // Looked at once more: what moved meanwhile is not ended (V3).
      if (await hasMovedSince(parts, watched)) return;
      const answer = await handOff(parts, { agent: agent.address, session: session.id, subject: '', notes: '', reason: plan.why, evidence });
      if (answer.kind === 'handed-off') parts.tell(`${agent.address}: handed off by the daemon (${plan.why})`);
      return;
    }
    case 'escalate':
      return callPerson(parts, agent, {
        severity: 'high',
        bead: watched.hook.bead?.id,
        incident: `stuck:${session.id}`,
        text: `${agent.address} does not go on with ${watched.hook.bead?.id ?? 'its work'}: ${plan.why}; its predecessor was handed over for the same`,
      });
    default:
      return unreachable(plan);
  }
}

async function nudge(
  { store, chance, by }: WatchParts,
  { agent, session, hook, moved }: Watched,
  { reason, count, why }: Extract<WatchPlan, { kind: 'nudge' }>,
  evidence: Readonly<Record<string, unknown>>,
): Promise<void> {
  const what = hook.step === undefined ? (hook.bead?.id ?? 'your work') : `${hook.bead?.id} at step ${hook.step.id}`;
  const body = `Baton sees that you are ${why}: ${what}. Go on with it now (\`baton hook\` shows it); if you can't, say so with \`baton escalate\`, or hand off.`;
  const request = { agent: agent.address, reason, incident: `watch:${session.id}:${moved.workAt}:${count}`, body, evidence: { ...evidence, why, count } };
  const waiting = await listWaitingNudges(store.db, { agent: agent.address, now: store.clock.now() });
  const older = waiting.filter((one) => one.reason === 'idle' || one.reason === 'stuck').map(({ id }) => id);
  await store.change({ ...by, point: 'watch.nudge' }, async (tx, at) => {
    const dropped = await dropNudgeRows(tx, at, { nudges: older, agent: agent.address, why: 'a newer one takes its place' });
    const { events } = await queueNudgeRow(tx, at, { ...request, chance, by });
    return { answer: undefined, events: [...dropped, ...events] };
  });
}

async function hasMovedSince(parts: WatchParts, { agent, session, moved }: Watched): Promise<boolean> {
  const live = (await listSessions(parts.store.db, { agent: agent.address, isUnended: true }))[0];
  return live?.id !== session.id || (await readMoved(parts, agent, live)).progressAt > moved.progressAt;
}

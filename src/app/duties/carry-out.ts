import { join } from 'node:path';
import { known, second, unreachable } from '#base';
import { chooseAccount } from '#dispatch';
import { bury } from '#handoff';
import { zoneOffsetMs } from '#host';
import { escalate } from '#mail';
import {
  type AgentPlan,
  classifyEnd,
  clearSession,
  type EndPhases,
  findPredecessor,
  isNewerOrder,
  type OpeningWhy,
  openSessionRow,
  planSuccessor,
  reasonOf,
  type Session,
  type SuccessorPlan,
  startSession,
} from '#sessions';
import type { Reader } from '#store';
import { captureScreen, ensureServer, type Pane, type Tmux } from '#tmux';
import { type Agent, getAgentForNow, readEstop } from '#town';
import type { Deps } from '../deps.ts';
import { dropLaunch } from './launch-folder.ts';
import { prepareLaunch, resolveRuntime } from './prepare-launch.ts';
import { preserveTree } from './preserve-tree.ts';

type Parts = Deps & { tmux: Tmux; tell: (line: string) => void };

/** One agent's plan, and its pane as it was when the plan was made. */
interface Order {
  readonly agent: Agent;
  readonly plan: AgentPlan;
  readonly pane: Pane | undefined;
}

/** Does what the supervisor's rule asks for one agent. Every branch may be killed anywhere: the next round plans from the facts again. */
export async function carryOut(parts: Parts, { agent, plan, pane }: Order): Promise<void> {
  switch (plan.kind) {
    case 'nothing':
    case 'wait':
    case 'held':
      return;
    case 'clear':
      return clear(parts, agent, plan.session, pane);
    case 'bury':
      return buryDead(parts, agent, plan, pane);
    case 'stop':
      await bury(parts, {
        agent,
        session: plan.session,
        reason: 'stopped',
        endedAt: parts.clock.now(),
        evidence: { desired: agent.desired },
        isStillMeant: async (reader) => (await getAgentForNow(reader, agent.address)).desired !== 'running',
        screen: await lookAt(parts.tmux, plan.session, pane),
      });
      return;
    case 'open':
      return open(parts, agent, plan.why);
    case 'start':
      return start(parts, agent, plan.session);
    default:
      return unreachable(plan);
  }
}

async function clear(parts: Parts, agent: Agent, session: Session, pane: Pane | undefined): Promise<void> {
  const deps = { ...parts, logDir: parts.paths.screens };
  const answer = await clearSession(deps, session, pane, phasesFor(parts, session), () => preserveTree(parts, agent, session));
  if (answer.kind === 'gone') return dropLaunch(parts.paths, session.id);
  const pids = answer.survivors.map((mark) => mark.pid).join(', ');
  await escalate(parts, {
    severity: 'critical',
    target: 'mayor',
    agent: agent.address,
    incident: `survivors:${session.id}`,
    text: `processes of ${session.id} (${agent.address}) can't be ended: ${pids}; nothing starts for it until they are gone`,
  });
}

/** A program that was told to stop is asked first; one whose life is over by its own act or word gets only time to close (X1). */
function phasesFor({ settings }: Parts, session: Session): EndPhases {
  const graceMs = settings.get('stop.grace_s') * second;
  if (session.endReason === 'stopped') return { interruptMs: Math.min(second, graceMs / 3), termMs: Math.max(500, graceMs - second), killMs: second };
  return { interruptMs: 0, termMs: Math.min(1500, graceMs), killMs: second };
}

/** Records a death with what is known of it, and a document that is rebuilt (H9). A person who closed the program has stopped the agent (X2). */
async function buryDead(parts: Parts, agent: Agent, plan: Extract<AgentPlan, { kind: 'bury' }>, pane: Pane | undefined): Promise<void> {
  const { session } = plan;
  const screen = await lookAt(parts.tmux, session, pane);
  const { ended, reason } = classify(parts, plan, screen);
  const evidence = { ...plan.evidence, ...ended, screen: screen.trimEnd().split('\n').slice(-10).join('\n') };
  await bury(parts, { agent, session, reason, endedAt: plan.at, evidence, screen, stopsAgent: reason === 'stopped' });
  parts.tell(`${agent.address}: generation ${session.generation} ${reason} (${JSON.stringify({ ...plan.evidence, ...ended })})`);
}

/** Why it ended, by its last words too (V4). What it was to do anyway is no outage. */
function classify({ clock }: Parts, { reason, evidence }: Extract<AgentPlan, { kind: 'bury' }>, screen: string) {
  if (reason === 'stopped') return { ended: {}, reason };
  const at = clock.now();
  const { exitCode, signal } = evidence as { exitCode?: number | null; signal?: string | null };
  const found = classifyEnd({ class: evidence.class, exitCode, signal, screen }, { at, zoneOffsetMs: zoneOffsetMs(at) });
  return { ended: { class: found.class, resetAt: found.resetAt ?? null, detail: found.detail ?? null }, reason: reasonOf(found.class, reason) };
}

async function lookAt(tmux: Tmux, session: Session, pane: Pane | undefined): Promise<string> {
  return pane?.mark === session.id ? captureScreen(tmux, pane.paneId, { lines: 200 }) : '';
}

async function open(parts: Parts, agent: Agent, why: OpeningWhy): Promise<void> {
  const predecessor = await findPredecessor(parts.store.db, agent.address);
  const plan = await planOpening(parts, agent, predecessor);
  await parts.store.change({ ...parts.by, point: 'start.open' }, async (tx, at) => {
    if (!(await isStillWanted(tx, agent.address))) return { answer: undefined, events: [] };
    const opened = await openSessionRow(parts, tx, at, { agent: agent.address, host: parts.host.id, predecessor: predecessor?.id, why, ...plan });
    return { answer: undefined, events: opened.events };
  });
}

/** Whether an agent is to begin a life at this moment: a stop, of it or of the whole town, that came after the plan was made counts too (X2). */
async function isStillWanted(reader: Reader, agent: string): Promise<boolean> {
  return (await getAgentForNow(reader, agent)).desired === 'running' && (await readEstop(reader)) === undefined;
}

/** What died goes on as it was started (H10); what is ordered anew is started as the order and the settings say (L1). */
async function planOpening({ settings, store }: Parts, agent: Agent, predecessor: Session | undefined): Promise<SuccessorPlan> {
  const order = agent.startOrder;
  const isOrdered = predecessor === undefined || isNewerOrder(order, predecessor);
  if (!isOrdered) return planSuccessor(predecessor, order, { topic: 'handoff', sender: 'self' });
  const runtime = resolveRuntime(settings, agent).name;
  const account = (await chooseAccount(store.db, settings, { agent, runtime, ordered: order.account }))?.account.name;
  const words = { topic: order.topic ?? 'cold-start', sender: order.sender ?? 'overseer' };
  return { runtime, launch: { ...order, ...words, ...(account === undefined ? {} : { account }) } };
}

async function start(parts: Parts, agent: Agent, session: Session): Promise<void> {
  // A server that was killed takes its panes with it; the sessions that are lost start again in a new one.
  await ensureServer(parts.tmux, { configPath: join(parts.root, 'tmux.conf') });
  const launch = await prepareLaunch(parts, agent, session);
  if (!(await isStillWanted(parts.store.db, agent.address))) return;
  const answer = await startSession(parts, { session, pane: agent.pane, ...launch });
  switch (answer.kind) {
    case 'started':
    case 'adopted':
      return parts.tell(`${agent.address}: generation ${session.generation} ${answer.kind}, pid ${answer.pid}`);
    case 'gone-at-once':
      return;
    case 'unknown-pane':
    case 'older-alive': {
      const why = answer.kind === 'unknown-pane' ? answer.detail : `processes of an older generation can't be ended: ${known(answer.pids, 'pids').join(', ')}`;
      await escalate(parts, {
        severity: 'high',
        target: 'mayor',
        agent: agent.address,
        incident: `start:${agent.address}`,
        text: `${agent.address} can't start: ${why}`,
      });
      return;
    }
    default:
      return unreachable(answer);
  }
}

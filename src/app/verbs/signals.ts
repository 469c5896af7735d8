import { Fault } from '#base';
import { formatMeter } from '#context';
import { checkMail, renderUnread } from '#mail';
import { adviseSession, beginTurn, primeSession, readPrime } from '#prime';
import { getRuntime, type Runtime, type Signal, type SignalAnswer, type SignalReport } from '#runtimes';
import { consumeHandoffRows, findLiveSession, getSession, recordTurnEndRow, type Session } from '#sessions';
import { findAgent } from '#town';
import { readAddress } from '#town/model';
import { readHook } from '#work';
import { judgeCurrent } from '#work/model';
import type { Deps, HotDeps } from '../deps.ts';
import { spoolSignal } from '../spool.ts';
import { bringTransfers } from './bring-transfers.ts';
import { handoffVerbs } from './handoffs.ts';
import { agentOf } from './places.ts';

export type SignalVerbs = ReturnType<typeof signalVerbs>;

/** What a signal's process prints and exits with. */
export interface Reply {
  readonly stdout: string;
  readonly exitCode: number;
}

/** What sessions report and are told: signals, primes, handoffs. */
export function signalVerbs(deps: Deps) {
  return {
    signal: (signal: Signal, stdin: string) => answerSignal(deps, signal, stdin),
    prime: async (agent: string | undefined) => readAgentPrime(deps, agent),
    ...handoffVerbs(deps),
  };
}

/** Answers a signal of the caller's session in its runtime's own form. */
export async function answerSignal(deps: HotDeps, signal: Signal, stdin: string): Promise<Reply> {
  const spooled = spoolUnanswered(deps, signal, stdin);
  if (spooled !== undefined) return spooled;
  const id = callingSession(deps);
  const session = await getSession(deps.store.db, id);
  const runtime = getRuntime(session.runtime, deps.settings, { rig: readAddress(session.agent)?.rig });
  const answer = await decide(deps, { signal, session, runtime, report: runtime.readSignal(signal, stdin) });
  return runtime.answer(signal, answer) ?? { stdout: '', exitCode: 0 };
}

/** Leaves a signal that needs no answer in the spool, without the store being asked; undefined for one that needs an answer. */
export function spoolUnanswered(deps: Omit<HotDeps, 'store'>, signal: Signal, stdin: string): Reply | undefined {
  if (signal !== 'post-tool' && signal !== 'waiting' && signal !== 'end') return undefined;
  spoolSignal(deps, { session: callingSession(deps), signal, text: stdin });
  return { stdout: '', exitCode: 0 };
}

function callingSession({ by }: Pick<HotDeps, 'by'>): string {
  if (by.session !== undefined) return by.session;
  throw new Fault('not-found', 'a signal comes from a session, and this is none', { hint: 'BATON_SESSION is not set; runtimes that Baton starts have it' });
}

interface Reported {
  readonly signal: Signal;
  readonly session: Session;
  readonly runtime: Runtime;
  readonly report: SignalReport;
}

async function decide(deps: HotDeps, { signal, session, runtime, report }: Reported): Promise<SignalAnswer> {
  const about = { session: session.id, agent: session.agent };
  switch (signal) {
    case 'start': {
      const request = {
        ...about,
        conversation: report.conversation,
        transcript: report.transcript,
        source: report.source ?? 'startup',
        bytesMax: runtime.descriptor.primeBytes,
      };
      return { kind: 'context', text: (await primeSession(deps, request)).text };
    }
    case 'prompt':
      await beginTurn(deps, about);
      return tellMail(deps, session);
    case 'stop':
      return endTurn(deps, session);
    default:
      // The guard (C7) and the save before a compaction come with the ledger of dead ends; until then every tool may run.
      return { kind: 'none' };
  }
}

async function tellMail(deps: HotDeps, session: Session): Promise<SignalAnswer> {
  const mail = renderUnread(await checkMail(deps.store.db, { address: session.agent }));
  const text = [await bringTransfers(deps, session, 'turn-begin'), mail].filter(Boolean).join('\n');
  return text === '' ? { kind: 'none' } : { kind: 'context', text };
}

/** A turn ended: a boundary, at which a session past its threshold is told to hand off (C2). */
async function endTurn(deps: HotDeps, session: Session): Promise<SignalAnswer> {
  const about = { session: session.id, agent: session.agent };
  await deps.store.change({ ...deps.by, point: 'turn.end' }, async (tx, at) => ({
    answer: undefined,
    events: [...(await recordTurnEndRow(tx, at, about)), ...(await consumeHandoffRows(tx, at, about))],
  }));
  const hook = await readHook(deps.store.db, session.agent);
  const advice = await adviseSession(deps, session, { hasWorkLeft: judgeCurrent(hook).kind !== 'complete', carriesLines: false });
  if (advice.kind === 'handoff') return { kind: 'continue', reason: advice.text };
  const brought = await bringTransfers(deps, session, 'turn-end');
  return brought === '' ? { kind: 'none' } : { kind: 'continue', reason: brought };
}

/** The prime that an agent's session would get now, or its next one where it has none. */
async function readAgentPrime(deps: Deps, text: string | undefined) {
  const agent = await (text === undefined && deps.by.session !== undefined ? findAgent(deps.store.db, deps.by.actor) : agentOf(deps.store.db, deps, text));
  const session = (await findLiveSession(deps.store.db, agent.address))?.id;
  if (session === undefined) throw new Fault('not-found', `"${agent.address}" has no session`, { hint: `start it: \`baton attach ${agent.address}\`` });
  return readPrime(deps, { session });
}

/** What `mol step done` says beside the next step: the meter, and whether to hand off instead (C2). `hasWorkLeft` is false after the last step. */
export async function adviseAtStep(deps: Deps, about: { hasWorkLeft: boolean }): Promise<{ isHandoff: boolean; meter: string | undefined; advice: string }> {
  if (deps.by.session === undefined) return { isHandoff: false, meter: undefined, advice: '' };
  const session = await getSession(deps.store.db, deps.by.session);
  const advice = await adviseSession(deps, session, { ...about, carriesLines: true });
  return { isHandoff: advice.kind === 'handoff', meter: advice.meter === undefined ? undefined : formatMeter(advice.meter), advice: advice.text };
}

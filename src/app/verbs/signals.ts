import { formatMeter } from '#context';
import { takeNudges } from '#deliver';
import { renderUnread, type Unread } from '#mail';
import { adviseSession, beginTurn, primeSession, readPrime, readPrimeStatus } from '#prime';
import { getRuntime, type Runtime, type Signal, type SignalAnswer, type SignalReport } from '#runtimes';
import { getSession, isEndAskedAgain, recordTurnEndRow, type Session } from '#sessions';
import { readAddress } from '#town/model';
import { readHook } from '#work';
import { judgeCurrent } from '#work/model';
import { keepAlive, refuseSignal, writerOf } from '../caller.ts';
import type { Deps, HotDeps } from '../deps.ts';
import { receiveByHand } from '../receive-by-hand.ts';
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
    signal: (signal: Signal, stdin: string) => (deps.by.session === undefined ? answerByHand : answerWhole)(deps, signal, stdin),
    /** What an agent's session would be told by a start signal now, or its next one where it has none. */
    prime: async (agent: string | undefined) => readPrime(deps, { ...(await primed(deps, agent)), cwd: deps.cwd }),
    primeStatus: async (agent: string | undefined) => readPrimeStatus(deps, await primed(deps, agent)),
    ...handoffVerbs(deps),
  };
}

/** Answers a signal of a program whose session the environment does not name. */
async function answerByHand(deps: Deps, signal: Signal, stdin: string): Promise<Reply> {
  const received = await receiveByHand(deps, signal, stdin);
  if (received.kind === 'guest') return received.reply;
  const as = { ...deps, by: writerOf(received.session) };
  keepAlive(as);
  return answerWhole(as, signal, stdin);
}

/** Answers a signal of the caller's session, those too that the hot half leaves to the whole program. */
async function answerWhole(deps: Deps, signal: Signal, stdin: string): Promise<Reply> {
  return signal === 'pre-compact' ? answerPreCompact(deps) : answerSignal(deps, signal, stdin);
}

/** A runtime is about to compact its conversation: what is known is saved, or the session is replaced by one that goes on with it (`handoff.precompact`). */
async function answerPreCompact(deps: Deps): Promise<Reply> {
  const { agent } = await getSession(deps.store.db, callingSession(deps));
  const verbs = handoffVerbs(deps);
  const wish = { agent, subject: '', notes: '', reason: 'compaction' };
  if (deps.settings.get('handoff.precompact', { rig: readAddress(agent)?.rig }) === 'auto') await verbs.save(wish);
  else await verbs.handOff({ ...wish, isContinued: true });
  return { stdout: '', exitCode: 0 };
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
export function spoolUnanswered(deps: Omit<HotDeps, 'store' | 'programs'>, signal: Signal, stdin: string): Reply | undefined {
  if (signal !== 'post-tool' && signal !== 'waiting' && signal !== 'end') return undefined;
  spoolSignal(deps, { session: callingSession(deps), signal, text: stdin });
  return { stdout: '', exitCode: 0 };
}

function callingSession({ by }: Pick<HotDeps, 'by'>): string {
  if (by.session !== undefined) return by.session;
  throw refuseSignal();
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
        cwd: report.cwd ?? deps.cwd,
        bytesMax: runtime.descriptor.primeBytes,
      };
      return { kind: 'context', text: (await primeSession(deps, request)).text };
    }
    case 'prompt':
      return tellTurn(deps, session, await beginTurn(deps, about), report.prompt ?? '');
    case 'stop':
      return endTurn(deps, session, report);
    default:
      // The guard (C7) comes with the ledger of dead ends; until then every tool may run.
      return { kind: 'none' };
  }
}

async function tellTurn(deps: HotDeps, session: Session, unread: Unread, prompt: string): Promise<SignalAnswer> {
  const nudges = await takeNudges(deps, { session: session.id, agent: session.agent, channel: 'prompt', prompt });
  const text = [nudges, await bringTransfers(deps, session, 'turn-begin'), renderUnread(unread)].filter(Boolean).join('\n');
  return text === '' ? { kind: 'none' } : { kind: 'context', text };
}

/** A turn ended: a boundary, at which a session past its threshold is told to hand off (C2). */
async function endTurn(deps: HotDeps, session: Session, report: SignalReport): Promise<SignalAnswer> {
  const about = { session: session.id, agent: session.agent };
  await deps.store.change({ ...deps.by, point: 'turn.end' }, async (tx, at) => ({
    answer: undefined,
    events: await recordTurnEndRow(tx, at, { ...about, isUnheard: isEndAskedAgain(session, report) }),
  }));
  const hasWorkLeft = async () => judgeCurrent(await readHook(deps.store.db, session.agent)).kind !== 'complete';
  const advice = await adviseSession(deps, session, { hasWorkLeft, carriesLines: false });
  if (advice.kind === 'handoff') return { kind: 'continue', reason: advice.text };
  const nudges = await takeNudges(deps, { ...about, channel: 'stop' });
  const brought = [nudges, await bringTransfers(deps, session, 'turn-end')].filter(Boolean).join('\n');
  return brought === '' ? { kind: 'none' } : { kind: 'continue', reason: brought };
}

/** Whose prime is read: the agent that is named, else the caller's. */
async function primed(deps: Deps, text: string | undefined): Promise<{ agent: string }> {
  return { agent: (await agentOf(deps.store.db, deps, text)).address };
}

/** What `mol step done` says beside the next step: the meter, and whether to hand off instead (C2). `hasWorkLeft` is false after the last step. */
export async function adviseAtStep(
  deps: Deps,
  { hasWorkLeft }: { hasWorkLeft: boolean },
): Promise<{ isHandoff: boolean; meter: string | undefined; advice: string }> {
  if (deps.by.session === undefined) return { isHandoff: false, meter: undefined, advice: '' };
  const session = await getSession(deps.store.db, deps.by.session);
  const advice = await adviseSession(deps, session, { hasWorkLeft: () => hasWorkLeft, carriesLines: true });
  return { isHandoff: advice.kind === 'handoff', meter: advice.meter === undefined ? undefined : formatMeter(advice.meter), advice: advice.text };
}

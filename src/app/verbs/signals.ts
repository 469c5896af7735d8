import { formatMeter } from '#context';
import { confirmNudges, settleNudges, takeNudges } from '#deliver';
import { renderUnread } from '#mail';
import { adviseSession, beginTurn, primeSession, readPrime, readPrimeStatus } from '#prime';
import { findRuntime, getRuntime, type Runtime, type Signal, type SignalAnswer, type SignalReport, type StartSource } from '#runtimes';
import { getSession, isEndAskedAgain, recordConversationRow, recordTurnEndRow, type Session, setConditionRow } from '#sessions';
import { readAddress } from '#town/model';
import { readHook } from '#work';
import { judgeCurrent } from '#work/model';
import { keepAlive, refuseSignal, writerOf } from '../caller.ts';
import type { Deps, HotDeps } from '../deps.ts';
import { readFailure } from '../read-failure.ts';
import { withRealTranscript } from '../real-transcript.ts';
import { receiveByHand } from '../receive-by-hand.ts';
import { spoolSignal } from '../spool.ts';
import { findTold, noteBetween, type Told } from '../told.ts';
import { dropUnprimed, findUnprimed, noteUnprimed } from '../unprimed.ts';
import { bringTransfers } from './bring-transfers.ts';
import { handoffVerbs } from './handoffs.ts';
import { agentOf } from './places.ts';

export type SignalVerbs = ReturnType<typeof signalVerbs>;

/** What a signal's process prints and exits with. */
export interface Reply {
  readonly stdout: string;
  readonly exitCode: number;
  /** To be called when stdout was written out, and only then: what it carries has arrived as far as Baton can bring it. */
  readonly written?: () => Promise<void>;
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
  const { answer, written } = await decide(deps, { signal, session, runtime, report: withRealTranscript(runtime.readSignal(signal, stdin)) });
  const reply = runtime.answer(signal, answer);
  if (reply === undefined) return { stdout: '', exitCode: 0 };
  return written === undefined ? reply : { ...reply, written };
}

/**
 * Leaves a signal that the store need not be asked for in the spool, and answers it: with nothing, or at a tool with what the daemon has to say to this
 * session. Undefined for one that needs the store.
 */
export function spoolUnanswered(deps: Omit<HotDeps, 'store' | 'programs'>, signal: Signal, stdin: string): Reply | undefined {
  if (!unanswered.has(signal)) return undefined;
  const session = callingSession(deps);
  spoolSignal(deps, { session, signal, text: stdin });
  const told = signal === 'pre-tool' || signal === 'post-tool' ? findTold(deps, session) : undefined;
  return (told === undefined ? undefined : tellAtTool(deps, { session, signal, told })) ?? { stdout: '', exitCode: 0 };
}

const unanswered: ReadonlySet<Signal> = new Set<Signal>(['pre-tool', 'post-tool', 'waiting', 'end']);

/** Past the hard limit no further tool runs: the session then stands between two of them, and is handed over (C2). */
function tellAtTool(deps: Omit<HotDeps, 'store' | 'programs'>, { session, signal, told }: { session: string; signal: Signal; told: Told }): Reply | undefined {
  const runtime = findRuntime(deps.env.BATON_RUNTIME ?? '', deps.settings, { rig: readAddress(deps.by.actor)?.rig });
  if (signal === 'post-tool') return runtime?.answer(signal, { kind: 'context', text: told.text });
  if (!told.isLast) return undefined;
  noteBetween(deps, session, deps.clock.now());
  return runtime?.answer(signal, { kind: 'deny', reason: told.text });
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

/** What is answered, and what is recorded when that was written out. */
interface Decided {
  readonly answer: SignalAnswer;
  readonly written?: (() => Promise<void>) | undefined;
}

const none: Decided = { answer: { kind: 'none' } };

async function decide(deps: HotDeps, reported: Reported): Promise<Decided> {
  const { signal, session, runtime, report } = reported;
  switch (signal) {
    case 'start':
      await settleNudges(deps, session, { kind: 'start' });
      return carriesContext(runtime, 'start') ? start(deps, reported) : primeLater(deps, reported);
    case 'prompt':
      await settleNudges(deps, session, { kind: 'prompt', prompt: report.prompt });
      return tellTurn(deps, reported);
    case 'stop':
      await settleNudges(deps, session, { kind: 'stop', isContinued: report.isContinued === true });
      return endTurn(deps, reported);
    default:
      return none;
  }
}

function carriesContext({ descriptor }: Runtime, signal: Signal): boolean {
  return descriptor.signals.carriesContext.includes(signal);
}

async function start(deps: HotDeps, reported: Reported): Promise<Decided> {
  const { text, written } = await prime(deps, reported, reported.report.source ?? 'startup');
  return { answer: { kind: 'context', text }, written: () => written(false) };
}

/** A session's prime. `written` is to be called when it was written out; a turn that begins with it has then received what it told. */
async function prime(deps: HotDeps, { session, runtime, report }: Reported, source: StartSource) {
  const about = { session: session.id, agent: session.agent };
  const { conversation, transcript, cwd = deps.cwd } = report;
  const request = { ...about, conversation, transcript, source, cwd, bytesMax: runtime.descriptor.primeBytes, isConfirmedLater: true };
  const { text, nudges } = await primeSession(deps, request);
  return { text, written: (isInTurn: boolean) => confirmNudges(deps, { ...about, channel: 'start', nudges: nudges.told, isInTurn }) };
}

/** What a start signal can't bring comes with the next prompt; where that can't bring it either, the first prompt says how to ask for it. */
async function primeLater(deps: HotDeps, { session, runtime, report }: Reported): Promise<Decided> {
  if (carriesContext(runtime, 'prompt')) noteUnprimed(deps, session.id, report.source ?? 'startup');
  const { conversation, transcript } = report;
  await deps.store.change({ ...deps.by, point: 'conversation' }, async (tx, at) => ({
    answer: undefined,
    events: await recordConversationRow(tx, at, { session: session.id, agent: session.agent, conversation, transcript }),
  }));
  return none;
}

/** The prime that the start signal could not bring; undefined where there is none to bring. */
async function primeAtPrompt(deps: HotDeps, reported: Reported) {
  const source = findUnprimed(deps, reported.session.id);
  if (source === undefined) return undefined;
  const primed = await prime(deps, reported, source);
  dropUnprimed(deps, reported.session.id);
  return primed;
}

async function tellTurn(deps: HotDeps, reported: Reported): Promise<Decided> {
  const { session, runtime } = reported;
  const about = { session: session.id, agent: session.agent };
  const primed = await primeAtPrompt(deps, reported);
  const isHeard = carriesContext(runtime, 'prompt');
  const unread = await beginTurn(deps, { ...about, isHeard });
  if (!isHeard) return none;
  const nudges = await takeNudges(deps, { ...about, channel: 'prompt' });
  const text = [primed?.text, nudges.text, await bringTransfers(deps, session, 'turn-begin'), renderUnread(unread)].filter(Boolean).join('\n');
  const written = async () => {
    await primed?.written(true);
    await nudges.written();
  };
  return { answer: text === '' ? { kind: 'none' } : { kind: 'context', text }, written };
}

/** A turn ended: a boundary, at which a session past its threshold is told to hand off (C2). One that failed is answered by nobody. */
async function endTurn(deps: HotDeps, { session, runtime, report }: Reported): Promise<Decided> {
  const about = { session: session.id, agent: session.agent };
  const { failure } = report;
  const isUnheard = failure !== undefined || isEndAskedAgain(session, report);
  await deps.store.change({ ...deps.by, point: 'turn.end' }, async (tx, at) => ({
    answer: undefined,
    events: [
      ...(await recordTurnEndRow(tx, at, { ...about, isUnheard })),
      ...(failure === undefined ? [] : await setConditionRow(tx, at, { ...about, condition: readFailure(failure, at) })),
    ],
  }));
  if (failure !== undefined) return none;
  const hasWorkLeft = async () => judgeCurrent(await readHook(deps.store.db, session.agent)).kind !== 'complete';
  const advice = await adviseSession(deps, session, { hasWorkLeft, carriesLines: false });
  if (advice.kind === 'handoff') return { answer: { kind: 'continue', reason: advice.text } };
  // Where a stop's answer can't make the turn go on, its nudges are typed when it rests.
  if (runtime.answer('stop', { kind: 'continue', reason: 'go on' }) === undefined) return none;
  const nudges = await takeNudges(deps, { ...about, channel: 'stop' });
  const brought = [nudges.text, await bringTransfers(deps, session, 'turn-end')].filter(Boolean).join('\n');
  return { answer: brought === '' ? { kind: 'none' } : { kind: 'continue', reason: brought }, written: nudges.written };
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

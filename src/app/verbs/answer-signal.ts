import { confirmNudges, settleNudges, takeNudges } from '#deliver';
import { renderUnread } from '#mail';
import { adviseSession, beginTurn, primeSession } from '#prime';
import { getRuntime, type Runtime, type Signal, type SignalAnswer, type SignalReport, type StartSource } from '#runtimes';
import { getSession, isEndAskedAgain, recordConversationRow, recordTurnEndRow, type Session, setConditionRow } from '#sessions';
import { readAddress } from '#town/model';
import { readHook } from '#work';
import { judgeCurrent } from '#work/model';
import type { HotDeps } from '../deps.ts';
import { readFailure } from '../read-failure.ts';
import { withRealTranscript } from '../real-transcript.ts';
import { dropUnprimed, findUnprimed, noteUnprimed } from '../unprimed.ts';
import { bringTransfers } from './bring-transfers.ts';
import { callingSession, type Reply, spoolUnanswered } from './tool-signals.ts';

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
  const limits = runtime.readLimits?.(deps.env);
  const request = { ...about, conversation, transcript, limits, source, cwd, bytesMax: runtime.descriptor.primeBytes, isConfirmedLater: true };
  const { text, nudges } = await primeSession(deps, request);
  return { text, written: (isInTurn: boolean) => confirmNudges(deps, { ...about, channel: 'start', nudges: nudges.told, isInTurn }) };
}

/** What a start signal can't bring comes with the next prompt; where that can't bring it either, the first prompt says how to ask for it. */
async function primeLater(deps: HotDeps, { session, runtime, report }: Reported): Promise<Decided> {
  const { conversation, transcript, source = 'startup' } = report;
  // A program may send its first prompt before this is answered: that has brought the prime then.
  const isPrimed = session.primedAt !== undefined && session.conversation === conversation && (source === 'startup' || source === 'resume');
  if (carriesContext(runtime, 'prompt') && !isPrimed) noteUnprimed(deps, session.id, source);
  await deps.store.change({ ...deps.by, point: 'conversation' }, async (tx, at) => ({
    answer: undefined,
    events: await recordConversationRow(tx, at, {
      ...{ session: session.id, agent: session.agent, conversation, transcript },
      limits: runtime.readLimits?.(deps.env),
    }),
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

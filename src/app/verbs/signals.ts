import { formatMeter } from '#context';
import { adviseSession, readPrime, readPrimeStatus } from '#prime';
import type { Signal } from '#runtimes';
import { getSession } from '#sessions';
import { readAddress } from '#town/model';
import { keepAlive, writerOf } from '../caller.ts';
import type { Deps } from '../deps.ts';
import { receiveByHand } from '../receive-by-hand.ts';
import { answerSignal } from './answer-signal.ts';
import { handoffVerbs } from './handoffs.ts';
import { agentOf } from './places.ts';
import { callingSession, type Reply } from './tool-signals.ts';

export type SignalVerbs = ReturnType<typeof signalVerbs>;

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

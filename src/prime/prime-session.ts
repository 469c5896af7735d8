import { deliverMailRows, deliverNudgeRows, dropNudgeRows, offerNudgeRows } from '#mail';
import type { ContextLimits, StartSource } from '#runtimes/model';
import { deliverHandoffRows, deliverTransferRows, recordPrimedRow } from '#sessions';
import type { Writer } from '#store/model';
import { type Prime, readPrime } from './read-prime.ts';
import type { PrimeDeps } from './read-source.ts';

/** What a start signal says of a session's conversation, and where the session stands. */
export interface PrimeSignal {
  readonly session: string;
  readonly agent: string;
  readonly conversation?: string | undefined;
  readonly transcript?: string | undefined;
  /** What its environment says of its context. */
  readonly limits?: ContextLimits | undefined;
  readonly source: StartSource;
  readonly cwd?: string | undefined;
  readonly bytesMax?: number | undefined;
  /** Its nudges are only offered: whoever asks says when the prime was written out. */
  readonly isConfirmedLater?: boolean | undefined;
}

/**
 * What a start signal runs (P1): answers with the prime, records the signal, and marks what it shows as delivered. Nothing else about a prime
 * changes anything (P7).
 */
export async function primeSession(deps: PrimeDeps & { by: Writer }, signal: PrimeSignal): Promise<Prime> {
  const { session, agent } = signal;
  const { source, cwd, bytesMax } = signal;
  const prime = await readPrime(deps, { session, source, cwd, bytesMax });
  await deps.store.change({ ...deps.by, point: 'prime' }, async (tx, at) => {
    const events = await recordPrimedRow(tx, at, signal);
    events.push(...(await deliverHandoffRows(tx, at, { session, agent, handoffs: prime.handoffs })));
    events.push(...(await deliverTransferRows(tx, at, { session, agent, transfers: prime.transfers })));
    events.push(...(await deliverMailRows(tx, at, { session, agent, mails: prime.mails })));
    const told = { session, agent, nudges: prime.nudges.told, channel: 'start' } as const;
    events.push(...(signal.isConfirmedLater === true ? (await offerNudgeRows(tx, at, told)).events : await deliverNudgeRows(tx, at, told)));
    events.push(...(await dropNudgeRows(tx, at, { agent, nudges: prime.nudges.over, why: 'a prime told all that is to be told' })));
    return { answer: undefined, events };
  });
  return prime;
}

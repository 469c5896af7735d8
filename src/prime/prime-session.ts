import { deliverHandoffRows, deliverTransferRows, recordPrimedRow } from '#sessions';
import type { Writer } from '#store/model';
import { type Prime, type PrimeDeps, readPrime } from './read-prime.ts';

/**
 * What a start signal runs (P1): answers with the prime, records the signal, and marks what it shows as delivered. Nothing else about a prime
 * changes anything (P7).
 */
export async function primeSession(
  deps: PrimeDeps & { by: Writer },
  request: {
    session: string;
    agent: string;
    conversation?: string | undefined;
    transcript?: string | undefined;
    source: string;
    bytesMax?: number | undefined;
  },
): Promise<Prime> {
  const prime = await readPrime(deps, request);
  await deps.store.change({ ...deps.by, point: 'prime' }, async (tx, at) => {
    const events = await recordPrimedRow(tx, at, request);
    events.push(...(await deliverHandoffRows(tx, at, { session: request.session, agent: request.agent, handoffs: prime.handoffs })));
    events.push(...(await deliverTransferRows(tx, at, { session: request.session, agent: request.agent, transfers: prime.transfers })));
    return { answer: undefined, events };
  });
  return prime;
}

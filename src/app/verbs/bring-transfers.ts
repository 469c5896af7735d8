import { deliverTransferRows, listTransfersFor, renderTransfer, type Session } from '#sessions';
import type { HotDeps } from '../deps.ts';

/**
 * What waits for a session from others (H11), as text for it, marked as brought to it; the end of the turn that has it receives it. A turn that begins is
 * told again what was brought and not heard, because whoever told it was killed. Empty where nothing waits.
 */
export async function bringTransfers(deps: HotDeps, { id: session, agent }: Session, at: 'turn-begin' | 'turn-end'): Promise<string> {
  const waiting = await listTransfersFor(deps.store.db, { agent, session, isToldAgain: at === 'turn-begin' });
  if (waiting.length === 0) return '';
  await deps.store.change({ ...deps.by, point: 'transfer.deliver' }, async (tx, moment) => ({
    answer: undefined,
    events: await deliverTransferRows(tx, moment, { session, agent, transfers: waiting.map((transfer) => transfer.id) }),
  }));
  return waiting.map(renderTransfer).join('\n---\n');
}

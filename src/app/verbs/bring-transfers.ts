import { consumeHandoffRows, deliverTransferRows, listTransfersFor, renderTransfer, type Session } from '#sessions';
import type { HotDeps } from '../deps.ts';

/**
 * What waits for a session from others (H11), as text for it, marked as brought to it. At a turn's beginning the turn begins with it, so it is
 * received at once; at a turn's end the turn goes on with it, and its end receives it. Empty where nothing waits.
 */
export async function bringTransfers(deps: HotDeps, { id: session, agent }: Session, at: 'turn-begin' | 'turn-end'): Promise<string> {
  const waiting = await listTransfersFor(deps.store.db, { agent, session });
  if (waiting.length === 0) return '';
  await deps.store.change({ ...deps.by, point: 'transfer.deliver' }, async (tx, moment) => {
    const events = await deliverTransferRows(tx, moment, { session, agent, transfers: waiting.map((transfer) => transfer.id) });
    if (at === 'turn-begin') events.push(...(await consumeHandoffRows(tx, moment, { session, agent })));
    return { answer: undefined, events };
  });
  return waiting.map(renderTransfer).join('\n---\n');
}

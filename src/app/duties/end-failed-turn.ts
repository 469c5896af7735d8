import { findRuntime } from '#runtimes';
import { isTurnOpen, recordTurnEndRow, type Session, setConditionRow } from '#sessions';
import { readAddress } from '#town/model';
import type { Deps } from '../deps.ts';
import { readFailure } from '../read-failure.ts';

/**
 * Ends by the record a turn whose end its program does not report, because it failed or was interrupted: only its transcript says so. What it was told it
 * has not heard.
 */
export async function endFailedTurn(
  { store, settings }: Pick<Deps, 'store' | 'settings'>,
  session: Session,
  failure: { readonly text: string; readonly at: number },
): Promise<void> {
  const runtime = findRuntime(session.runtime, settings, { rig: readAddress(session.agent)?.rig });
  if (runtime?.descriptor.signals.failsUntold !== true || !isTurnOpen(session) || failure.at < (session.turnAt ?? 0)) return;
  const about = { session: session.id, agent: session.agent };
  await store.change({ actor: 'daemon', point: 'turn.end' }, async (tx, at) => ({
    answer: undefined,
    events: [
      ...(await recordTurnEndRow(tx, at, { ...about, isUnheard: true })),
      ...(await setConditionRow(tx, at, { ...about, condition: readFailure(failure.text, at) })),
    ],
  }));
}

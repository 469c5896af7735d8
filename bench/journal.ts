import { eventually } from '#host/testing';
import { lastSeq, readEvents, type Store } from '#store';
import type { JournalEvent } from '#store/model';

/** Where the journal ends now. */
export function seqNow({ store }: { store: Store }): Promise<number> {
  return lastSeq(store.db);
}

/** Every event after a `seq`, oldest first. */
export async function readAll({ store }: { store: Store }, after: number): Promise<JournalEvent[]> {
  const events: JournalEvent[] = [];
  for (;;) {
    const batch = await readEvents(store.db, { after: events.at(-1)?.seq ?? after });
    if (batch.length === 0) return events;
    events.push(...batch);
  }
}

/** Waits until the journal tells an event after a `seq`, and answers it. */
export function awaitEvent(town: { store: Store }, after: number, what: string, isIt: (event: JournalEvent) => boolean): Promise<JournalEvent> {
  return eventually(async () => (await readAll(town, after)).find(isIt), what, 120_000);
}

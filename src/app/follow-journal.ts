import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, formatDuration } from '#base';
import { readEvents } from '#store';
import type { JournalEvent } from '#store/model';
import type { Deps } from './deps.ts';

/** How often the journal is looked at; a look costs less than a millisecond. */
const lookMs = 25;

/** What to wait for: events after a `seq`, until `judge` answers something. */
export interface Follow<A> {
  readonly after: number;
  readonly timeoutMs: number;
  /** What is waited for, for the fault: `app/crew/max to start`. */
  readonly what: string;
  judge(event: JournalEvent): A | undefined;
}

/** Follows the journal to an order's outcome (O1). Fault `timeout` when it takes too long: the order stands. */
export async function followJournal<A>({ store, clock }: Pick<Deps, 'store' | 'clock'>, follow: Follow<A>): Promise<A> {
  const deadline = clock.monotonic() + follow.timeoutMs;
  let after = follow.after;
  for (;;) {
    const events = await readEvents(store.db, { after });
    for (const event of events) {
      const answer = follow.judge(event);
      if (answer !== undefined) return answer;
    }
    after = events.at(-1)?.seq ?? after;
    if (clock.monotonic() > deadline) break;
    await sleep(lookMs);
  }
  throw new Fault('timeout', `waited ${formatDuration(follow.timeoutMs)} for ${follow.what}; the order stands`, {
    hint: '`baton status` shows how far it is, `baton logs` what the daemon says',
  });
}

import { type EventQuery, lastSeq, readEvents } from '#store';
import type { JournalEvent } from '#store/model';
import type { Deps } from '../deps.ts';
import { pause } from './pause.ts';
import { agentEver } from './places.ts';

export type JournalVerbs = ReturnType<typeof journalVerbs>;

/** Which events; without `after`, the newest `last` ones. */
export interface JournalQuery {
  readonly after?: number | undefined;
  readonly types?: readonly string[] | undefined;
  readonly agent?: string | undefined;
  readonly bead?: string | undefined;
  readonly last: number;
  /** Goes on with new events until told to end. */
  readonly isFollowing: boolean;
}

/** How often a follower looks for new events: soon enough for a person, and next to nothing for the store. */
const lookMs = 200;
const batch = 1000;

/** The journal. */
export function journalVerbs(deps: Deps) {
  return {
    /** Events oldest first, each once, until there are no more, or until told to end. */
    read: (query: JournalQuery, signal: AbortSignal) => readJournal(deps, query, signal),
    /** How far it is: while this stays the same, no row has changed. */
    lastSeq: () => lastSeq(deps.store.db),
  };
}

async function* readJournal(deps: Deps, query: JournalQuery, signal: AbortSignal): AsyncGenerator<JournalEvent> {
  const { db } = deps.store;
  const wanted = await toQuery(deps, query);
  let after = query.after ?? (await lastSeq(db));
  // The place is taken before the first reading, so that nothing between the two is missed or told twice.
  if (query.after === undefined) yield* (await readEvents(db, { ...wanted, last: query.last })).filter(({ seq }) => seq <= after);
  while (!signal.aborted) {
    const upTo = await lastSeq(db);
    const events = upTo > after ? await readEvents(db, { ...wanted, after, limit: batch }) : [];
    yield* events;
    const isAll = events.length < batch;
    // Events that are not wanted are passed over once; `seq` order is commit order, so none of them comes later (S1).
    after = Math.max(events.at(-1)?.seq ?? after, isAll ? upTo : after);
    if (isAll && !query.isFollowing) return;
    if (isAll) await pause(lookMs, signal);
  }
}

async function toQuery(deps: Deps, { types, agent, bead }: JournalQuery): Promise<EventQuery> {
  return {
    ...(types === undefined || types.length === 0 ? {} : { types }),
    ...(agent === undefined ? {} : { agent: (await agentEver(deps.store.db, deps, agent)).address }),
    ...(bead === undefined ? {} : { bead }),
  };
}

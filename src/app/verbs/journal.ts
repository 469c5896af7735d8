import { type EventQuery, lastSeq, type Reader, readEvents, readHorizon, type Store } from '#store';
import type { Horizon, JournalEvent, JournalFrame } from '#store/model';
import { getBead } from '#work';
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
  /** Of those, only the events of which this is true: what the store itself cannot tell. */
  readonly isWanted?: ((event: JournalEvent) => boolean) | undefined;
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
    /**
     * Events oldest first, each once, until there are no more, or until told to end. Where some after `after`, or after what was read, may have been
     * pruned, a frame says so before the next ones; events of other types than the wanted do not count.
     */
    read: (query: JournalQuery, signal: AbortSignal) => readJournal(deps, query, signal),
    /** How far it is: while this stays the same, no row has changed. */
    lastSeq: () => lastSeq(deps.store.db),
  };
}

async function* readJournal(deps: Deps, query: JournalQuery, signal: AbortSignal): AsyncGenerator<JournalFrame> {
  const { store } = deps;
  const wanted = await toQuery(deps, query);
  let after = query.after ?? (await lastSeq(store.db));
  let toldUpTo = 0;
  // The place is taken before the first reading, so that nothing between the two is missed or told twice.
  if (query.after === undefined) yield* await readNewest(store.db, wanted, { ...query, before: after + 1 });
  while (!signal.aborted) {
    const { events, upTo, horizon } = await readOn(store, wanted, after);
    if (horizon.seq > Math.max(after, toldUpTo)) {
      toldUpTo = horizon.seq;
      yield { pruned: horizon };
    }
    yield* events.filter(query.isWanted ?? isAny);
    const isAll = events.length < batch;
    // Events that are not wanted are passed over once; `seq` order is commit order, so none of them comes later (S1).
    after = Math.max(events.at(-1)?.seq ?? after, isAll ? upTo : after);
    if (isAll && !query.isFollowing) return;
    if (isAll) await pause(lookMs, signal);
  }
}

/** The newest `last` events that are wanted, oldest first, however far back they lie. */
async function readNewest(reader: Reader, wanted: EventQuery, query: JournalQuery & { before: number }): Promise<readonly JournalEvent[]> {
  const { last, isWanted } = query;
  let { before } = query;
  let found: JournalEvent[] = [];
  while (found.length < last) {
    const size = isWanted === undefined ? Math.min(batch, last - found.length) : batch;
    const page = await readEvents(reader, { ...wanted, before, last: size });
    found = [...page.filter(isWanted ?? isAny), ...found];
    before = page[0]?.seq ?? 0;
    if (page.length < size) break;
  }
  return last === 0 ? [] : found.slice(-last);
}

const isAny = () => true;

interface Part {
  readonly events: readonly JournalEvent[];
  readonly upTo: number;
  readonly horizon: Horizon;
}

/**
 * The next events and how far pruning had come when they were read, in one moment: a pruning that ends after it took none of them. Without new
 * events nothing can have been pruned, because pruning itself writes the newest.
 */
async function readOn(store: Store, wanted: EventQuery, after: number): Promise<Part> {
  const newest = await lastSeq(store.db);
  if (newest <= after) return { events: [], upTo: newest, horizon: { seq: 0, at: 0 } };
  return store.read(async (reader) => ({
    events: await readEvents(reader, { ...wanted, after, limit: batch }),
    upTo: await lastSeq(reader),
    horizon: await readHorizon(reader, wanted.types),
  }));
}

async function toQuery(deps: Deps, { types, agent, bead }: JournalQuery): Promise<EventQuery> {
  return {
    ...(types === undefined || types.length === 0 ? {} : { types }),
    ...(agent === undefined ? {} : { agent: (await agentEver(deps.store.db, deps, agent)).address }),
    ...(bead === undefined ? {} : { bead: (await getBead(deps.store.db, bead)).id }),
  };
}

/**
 * The tables of the store, by name. Each room that owns tables adds its rows here by declaration merging, so that a row's type stands beside
 * the SQL that writes it: `declare module '#store/model' { interface Tables { beads: BeadRow } }`.
 */
export interface Tables {
  meta: { key: string; value: string };
  leases: LeaseRow;
  events: EventRow;
  sessions: SessionRow;
}

/** What the store itself must know of a session to refuse a stale writer; the room `sessions` adds the rest. */
export interface SessionRow {
  id: string;
  agent: string;
  generation: number;
  ended_at: number | null;
  end_reason: string | null;
}

/** A lease: `fence` grows by one with every new holder; moments in ms since 1970 by the store's clock. */
export interface LeaseRow {
  name: string;
  holder: string;
  fence: number;
  acquired_at: number;
  expires_at: number;
}

/** A row of the journal as stored; `seq` is written by the store. */
export interface EventRow {
  seq: Generated<number>;
  at: number;
  type: string;
  actor: string;
  session: string | null;
  agent: string | null;
  rig: string | null;
  bead: string | null;
  payload: string;
}

/** A column that the store fills in when a row is inserted (the shape that Kysely's `ColumnType` has). */
export type Generated<T> = { readonly __select__: T; readonly __insert__: T | undefined; readonly __update__: T };

/** A journal event as read: what happened, who did it, and to what. */
export interface JournalEvent {
  readonly seq: number;
  readonly at: number;
  readonly type: string;
  readonly actor: string;
  readonly session: string | null;
  readonly agent: string | null;
  readonly rig: string | null;
  readonly bead: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An event to be written. Actor, session and moment come from the change; `agent`, `rig` and `bead` say what it is about. */
export interface NewEvent {
  readonly type: string;
  readonly agent?: string | null | undefined;
  readonly rig?: string | null | undefined;
  readonly bead?: string | null | undefined;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** How an event's worth falls while it is kept: at once, evenly, late, or not until shortly before the end. */
export type Curve = 'rapid' | 'steady' | 'slow' | 'flat';

/** How long events of a type are kept. `name` is a type, a glob that ends in `*`, or `default`; `setBy` names the setting that says the time. */
export interface Retention {
  readonly name: string;
  readonly ttlMs: number;
  readonly curve: Curve;
  readonly setBy: string | undefined;
}

/** How far pruning has come: seq and moment of the newest event that was ever pruned, 0 where none was. What is newer is whole. */
export interface Horizon {
  readonly seq: number;
  readonly at: number;
}

/** In the place of events that were pruned before they could be read: how far pruning has come. */
export interface PrunedFrame {
  readonly pruned: Horizon;
}

/** What a reader of the journal gets. */
export type JournalFrame = JournalEvent | PrunedFrame;

/** False for what stands in the place of events. */
export function isEvent(frame: JournalFrame): frame is JournalEvent {
  return 'seq' in frame;
}

/** Who writes: an address (`overseer` for people, `daemon` for Baton itself), and the session that it writes from, if any. */
export interface Writer {
  readonly actor: string;
  readonly session?: string | undefined;
}

/** Schema version that this program reads and writes. */
export const schemaVersion = 3;

import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '#base';
import type { NewEvent, Tables, Writer } from './model.ts';
import type { Engine } from './schema.ts';

/** A transaction that may write. Its body reads and writes rows, and does nothing else (S8). */
export type Tx = Transaction<Tables>;

/** A reader: the store outside a transaction, or a transaction. Verbs that only read take this. */
export type Reader = Kysely<Tables>;

/** What a change returns: the answer for the caller, and the events that say what was done. None are needed where no row was written. */
export interface Changed<A> {
  readonly answer: A;
  readonly events: readonly NewEvent[];
}

/** How a change is made: who writes, and the name of its fault points (`<point>.before`, `.inside`, `.after`). */
export interface ChangeRequest extends Writer {
  readonly point?: string;
}

/** An open store. One per process; `close()` it. */
export interface Store {
  readonly engine: Engine;
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  /** Several reads that see one moment. */
  read<A>(body: (reader: Reader) => Promise<A>): Promise<A>;
  /**
   * The only way to write (S8): one transaction for rows and events; `at` is the moment of all of them. Faults: `conflict` where the writer's
   * session was replaced or has ended, `unavailable` where the store is locked, read-only, full or away.
   */
  change<A>(request: ChangeRequest, body: (tx: Tx, at: number) => Promise<Changed<A>>): Promise<A>;
  /** The store's clock in ms since 1970: the host's for SQLite, the server's for PostgreSQL. Leases are judged by it. */
  now(): Promise<number>;
  close(): Promise<void>;
}

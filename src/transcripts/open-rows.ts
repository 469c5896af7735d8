import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Fault } from '#base';
import type { Row } from './scan-rows.ts';

/** How long a lock of the program that writes is waited for; a database with a WAL has none that stops readers. */
const busyTimeoutMs = 2000;

/** A program's database, open for reading. */
export interface OpenRows {
  readonly inode: number;
  rows(query: string, parameters: readonly [string, number | string]): Iterable<Row>;
  close(): void;
}

/**
 * Opens a program's database without writing a byte beside it. SQLite makes the files of a WAL where they are missing, also for a reader, and notes
 * readers in the one that is shared: so a database whose program runs, or died, is read with that file as it is (`readonly_shm`), and one whose WAL was
 * closed as a file that nobody writes (`immutable`). Undefined where there is none; fault `unavailable` where it can't be read now.
 */
export function openRows(path: string): OpenRows | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const database = withFaults(path, () => new DatabaseSync(addressOf(path), { readOnly: true, timeout: busyTimeoutMs }));
  return {
    inode: stat.ino,
    rows: (query, parameters) => withFaults(path, () => iterate(path, database.prepare(query).iterate(...parameters))),
    close: () => database.close(),
  };
}

function addressOf(path: string): URL {
  const address = pathToFileURL(path);
  if (!hasWal(path)) return address;
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  const isShared = statSync(`${path}-shm`, { throwIfNoEntry: false }) !== undefined;
  if (wal !== undefined && wal.size > 0 && !isShared) {
    throw new Fault('unavailable', `the database "${path}" was left with a log that no program has open`, {
      hint: 'it can be read again when its program was started once more',
    });
  }
  address.searchParams.set(wal !== undefined && isShared ? 'readonly_shm' : 'immutable', '1');
  return address;
}

/** Whether it has a WAL: the read version in a database's header is 2 then (SQLite file format, 1.3). */
function hasWal(path: string): boolean {
  const header = Buffer.alloc(20);
  const fd = withFaults(path, () => openSync(path, 'r'));
  try {
    readSync(fd, header, 0, header.length, 0);
  } finally {
    closeSync(fd);
  }
  return header[19] === 2;
}

function* iterate(path: string, rows: Iterable<unknown>): Generator<Row> {
  const iterator = rows[Symbol.iterator]();
  for (;;) {
    const next = withFaults(path, () => iterator.next());
    if (next.done === true) return;
    yield next.value as Row;
  }
}

function withFaults<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Fault('unavailable', `the transcript "${path}" can't be read: ${error instanceof Error ? error.message : String(error)}`, {
      hint: 'look at its permissions, and whether its program wrote it whole',
      cause: error,
    });
  }
}

import { Fault, isFault } from '#base';

/** SQLite's primary result codes that a person can act on (sqlite.org/rescode.html). */
const sqliteFaults: Readonly<Record<number, readonly [message: string, hint: string]>> = {
  5: ['the store is locked by another process', 'find who holds it with `fuser <town>/.baton/town.db`, then try again'],
  6: ['the store is locked by another connection', 'try again'],
  8: ['the store is read-only', 'check who owns the town folder and whether its disk is mounted read-only'],
  10: ['the disk of the store does not answer', 'check the disk; `baton doctor` examines the store'],
  11: ['the store is damaged', 'stop the daemon and restore `.baton/town.db` from a copy; `baton doctor` examines it'],
  13: ['the disk is full', 'free some space, then try again; nothing was changed'],
  14: ['the store cannot be opened', 'check that the town folder is there and yours'],
  26: ['the file of the store is not a store', 'restore `.baton/town.db` from a copy'],
};

/** An engine's error as a Fault, so that it is never taken for "nothing there" (S5). Faults and bugs pass through. */
export function toStoreFault(error: unknown): unknown {
  if (isFault(error) || !(error instanceof Error)) return error;
  const known = readSqliteCode(error) ?? readPostgresCode(error);
  if (known === undefined) return error;
  const [message, hint] = known;
  return new Fault('unavailable', message, { hint, cause: error });
}

/** True where another process has what SQLite needed (SQLITE_BUSY). */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && ((error as { errcode?: number }).errcode ?? 0) % 256 === 5;
}

function readSqliteCode(error: Error): readonly [string, string] | undefined {
  const { code, errcode } = error as Error & { code?: string; errcode?: number };
  return code === 'ERR_SQLITE_ERROR' && errcode !== undefined ? sqliteFaults[errcode & 0xff] : undefined;
}

/** Classes 08 (connection) and 57 (intervention), and what node says of a server that is not there. */
function readPostgresCode(error: Error): readonly [string, string] | undefined {
  const { code } = error as Error & { code?: string };
  if (code === undefined || !/^(08|57|53)...$|^ECONN|^ENOTFOUND|^EAI_AGAIN|^ETIMEDOUT/.test(code)) return undefined;
  return ["the store's server does not answer", 'check the address in `store` and that PostgreSQL is running'];
}

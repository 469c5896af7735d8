import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultConnectionProvider,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';
import { Bug } from '#base';
import { systemClock } from '#host';
import type { Tables } from './model.ts';
import { isBusy, toStoreFault } from './store-faults.ts';

/**
 * How often a writer asks for its turn. SQLite's own asking becomes as rare as every 100 ms, so that one of eight busy writers had no turn for 3 s;
 * it also stops the whole process meanwhile.
 */
const againMs = 2;
/** How long a writer waits for another's transaction. Transactions hold rows only and take milliseconds (S8), so this is a disk in trouble. */
const busyTimeoutMs = 5000;
/** Statements kept prepared; the daemon has some two hundred. */
const statementsMax = 500;

/**
 * Kysely's dialect over `node:sqlite`. Its own differs in one thing that matters: a transaction that will write begins `immediate`, because a
 * deferred one that reads first fails as busy when two processes do it (DESIGN.md S8, measured). A read-only transaction begins deferred.
 */
export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => sqliteDriver(database),
    createIntrospector: () => {
      throw new Bug('the schema is text of ours; nothing looks it up');
    },
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/**
 * Kysely over such a dialect, without the driver that it puts around each: that opens late, locks and logs at every query, and ours is open, and hands
 * its one connection to one at a time.
 */
export function kyselyOver(dialect: Dialect): Kysely<Tables> {
  const driver = dialect.createDriver();
  const executor = new DefaultQueryExecutor(dialect.createQueryCompiler(), dialect.createAdapter(), new DefaultConnectionProvider(driver));
  return new Kysely({ config: { dialect }, dialect, driver, executor });
}

/** Opens the file with the settings of a town's store: WAL, `synchronous = full`, foreign keys held. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  try {
    database.exec('pragma synchronous = full');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function sqliteDriver(database: DatabaseSync): Driver {
  const connection = sqliteConnection(database);
  const turn = oneAtATime();
  return {
    init: async () => {},
    acquireConnection: async () => {
      await turn.take();
      return connection;
    },
    beginTransaction: async (_connection: DatabaseConnection, settings: TransactionSettings) => {
      if (settings.accessMode === 'read only') withStoreFaults(() => database.exec('begin'));
      else await beginToWrite(database);
    },
    commitTransaction: async () => withStoreFaults(() => database.exec('commit')),
    rollbackTransaction: async () => {
      if (database.isTransaction) database.exec('rollback');
    },
    releaseConnection: async () => turn.give(),
    destroy: async () => {
      if (database.isOpen) database.close();
    },
  };
}

/** Takes the store's one writing turn, asking again and again while another process has it. */
async function beginToWrite(database: DatabaseSync): Promise<void> {
  const deadline = systemClock.monotonic() + busyTimeoutMs;
  database.exec('pragma busy_timeout = 0');
  try {
    while (!hasBegun(database, deadline)) await new Promise((resolve) => setTimeout(resolve, againMs));
  } finally {
    database.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
  }
}

/** False where another process is writing; after the deadline that is a fault. */
function hasBegun(database: DatabaseSync, deadline: number): boolean {
  try {
    database.exec('begin immediate');
    return true;
  } catch (error) {
    if (!isBusy(error) || systemClock.monotonic() > deadline) throw toStoreFault(error);
    return false;
  }
}

function sqliteConnection(database: DatabaseSync): DatabaseConnection {
  const prepared = new Map<string, StatementSync>();
  return {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      const parameters = query.parameters.map(toInputValue);
      return withStoreFaults(() => {
        const statement = prepare(database, prepared, query.sql);
        return answersRows(query, statement) ? { rows: statement.all(...parameters) as R[] } : runStatement(statement, parameters);
      });
    },
    streamQuery: () => {
      throw new Bug('the store is not read as a stream');
    },
  };
}

/** Asking a statement for its columns costs as much as preparing it, and most are selects. */
function answersRows({ query }: CompiledQuery, statement: StatementSync): boolean {
  return query.kind === 'SelectQueryNode' || statement.columns().length > 0;
}

function runStatement(statement: StatementSync, parameters: SQLInputValue[]): QueryResult<never> {
  const { changes, lastInsertRowid } = statement.run(...parameters);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}

function withStoreFaults<A>(body: () => A): A {
  try {
    return body();
  } catch (error) {
    throw toStoreFault(error);
  }
}

function prepare(database: DatabaseSync, prepared: Map<string, StatementSync>, sql: string): StatementSync {
  const known = prepared.get(sql);
  if (known !== undefined) return known;
  if (prepared.size >= statementsMax) prepared.clear();
  const statement = database.prepare(sql);
  prepared.set(sql, statement);
  return statement;
}

/** Anything but text, a number or null is a mistake: `node:sqlite` would store NULL for a Date or a boolean without a word (S9). */
function toInputValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  throw new Bug(`a parameter of the store is text, a number or null, not ${typeof value}: ${String(value)}`);
}

/** One connection serves one query or transaction at a time, in the order they came. */
function oneAtATime(): { take(): Promise<void>; give(): void } {
  let isTaken = false;
  const waiting: (() => void)[] = [];
  return {
    take: async () => {
      if (isTaken) await new Promise<void>((resolve) => waiting.push(resolve));
      isTaken = true;
    },
    give: () => {
      const next = waiting.shift();
      if (next === undefined) isTaken = false;
      else next();
    },
  };
}

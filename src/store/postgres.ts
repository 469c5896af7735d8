import { type Dialect, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';

/** int8 as a number: our integers are counts and ms, far below 2^53. */
const int8 = 20;

/** Kysely's own dialect over `pg`; the same schema text as SQLite, with numbers where `pg` would give text. */
export function postgresDialect(url: string): Dialect {
  const pool = new Pool({
    connectionString: url,
    max: 4,
    types: { getTypeParser: ((oid: number, format?: 'text') => (oid === int8 ? Number : types.getTypeParser(oid, format))) as typeof types.getTypeParser },
  });
  // A lost idle connection is replaced by the pool; a query in flight reports its own error.
  pool.on('error', () => {});
  return new PostgresDialect({ pool });
}

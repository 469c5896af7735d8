import { first } from './migrations/0001-first.ts';
import { lifecycle } from './migrations/0002-lifecycle.ts';
import { usage } from './migrations/0003-usage.ts';
import { delivery } from './migrations/0004-delivery.ts';
import { accounts } from './migrations/0005-accounts.ts';

/** The engines that keep a town's store. */
export type Engine = 'sqlite' | 'postgres';

/** One step of the schema: never changed once shipped (its hash is held by a test). */
export interface Migration {
  readonly version: number;
  readonly text: string;
}

export const migrations: readonly Migration[] = [
  { version: 1, text: first },
  { version: 2, text: lifecycle },
  { version: 3, text: usage },
  { version: 4, text: delivery },
  { version: 5, text: accounts },
];

/** The schema text in the words of one engine, as statements. */
export function readStatements(text: string, engine: Engine): string[] {
  return text
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
    .map((statement) => (engine === 'sqlite' ? toSqlite(statement) : toPostgres(statement)));
}

function toSqlite(statement: string): string {
  const typed = statement.replace(/\bserial key\b/g, 'integer primary key autoincrement');
  return typed.startsWith('create table') ? `${typed} strict` : typed;
}

/** A column called `text` keeps its name: only the type after a column's name is replaced. */
function toPostgres(statement: string): string {
  if (!/^(create|alter) table /.test(statement)) return statement;
  return statement
    .replace(/\bserial key\b/g, 'bigint generated always as identity primary key')
    .replace(/^( {2}\w+|alter table \w+ add column \w+) text\b/gm, '$1 text collate "C"')
    .replace(/^( {2}\w+|alter table \w+ add column \w+) integer\b/gm, '$1 bigint');
}

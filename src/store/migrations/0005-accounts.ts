/**
 * Accounts: under whose login a runtime works (DESIGN.md section 5, L1). `env` names variables and where their values come from, and holds no value:
 * secrets never reach the store.
 */
export const accounts = `
create table accounts (
  name text primary key,
  name_key text not null unique,
  runtime text not null,
  home text,
  env text not null,
  is_default integer not null check (is_default in (0, 1)),
  created_at integer not null
);
create unique index accounts_one_default on accounts (runtime) where is_default = 1;
`;

import { Fault } from '#base';

/**
 * Under whose login a runtime works. `home` is the absolute path of the program's own home, undefined for the person's. `env` gives for a variable of
 * the program the name of the variable that holds its value where the daemon runs: values themselves are kept nowhere.
 */
export interface Account {
  readonly name: string;
  readonly runtime: string;
  readonly home: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Sessions of its runtime take it where nothing else names one. */
  readonly isDefault: boolean;
  readonly createdAt: number;
}

/** A row of `accounts` as stored. */
export interface AccountRow {
  name: string;
  name_key: string;
  runtime: string;
  home: string | null;
  env: string;
  is_default: number;
  created_at: number;
}

/** An account out of its row. */
export function readAccount(row: AccountRow): Account {
  return {
    name: row.name,
    runtime: row.runtime,
    home: row.home ?? undefined,
    env: JSON.parse(row.env) as Record<string, string>,
    isDefault: row.is_default === 1,
    createdAt: row.created_at,
  };
}

/** The name itself. Fault `invalid` for one that could be mistaken for something else on a line or in a setting. */
export function checkedAccountName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$/.test(name)) return name;
  throw new Fault('invalid', `"${name}" is no name of an account`, {
    hint: 'it begins with a letter or digit, and has at most 64 letters, digits, ".", "@", "-" and "_"',
  });
}

/**
 * The variables of an account, each with the name of the variable that its value is taken from. Fault `invalid` for what is no such name: a value does
 * not belong there.
 */
export function checkedAccountEnv(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [variable, source] of Object.entries(env)) {
    if (!isVariable(variable)) throw new Fault('invalid', `"${variable}" is no name of a variable`, { hint: 'say --env VARIABLE=NAME' });
    // What was typed may be a secret: it is not repeated.
    if (!isVariable(source))
      throw new Fault('invalid', `what is said for "${variable}" is no name of a variable`, {
        hint: `say the name of the variable that holds its value, such as --env ${variable}=WORK_${variable}; values are not kept`,
      });
  }
  return env;
}

function isVariable(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(text) && !text.startsWith('BATON_');
}

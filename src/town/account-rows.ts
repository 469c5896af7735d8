import { sql } from 'kysely';
import { Fault, nearestName } from '#base';
import type { Reader, Store } from '#store';
import type { Writer } from '#store/model';
import { type Account, checkedAccountEnv, checkedAccountName, readAccount } from './account.ts';
import { nameKey } from './address.ts';

interface AccountDeps {
  readonly store: Store;
  readonly by: Writer;
}

/** Every account, by name. */
export async function listAccounts(reader: Reader): Promise<Account[]> {
  return (await reader.selectFrom('accounts').selectAll().orderBy('name_key').execute()).map(readAccount);
}

/** The account of that name. Fault `not-found` with the nearest one. */
export async function getAccount(reader: Reader, name: string): Promise<Account> {
  const row = await reader.selectFrom('accounts').selectAll().where('name_key', '=', nameKey(name)).executeTakeFirst();
  if (row !== undefined) return readAccount(row);
  const names = (await listAccounts(reader)).map((account) => account.name);
  const near = nearestName(name, names);
  throw new Fault('not-found', `there is no account "${name}"`, {
    hint: near === undefined ? '`baton account list` tells the ones there are; `baton account add` adds one' : `did you mean "${near}"?`,
    details: { names },
  });
}

/**
 * Adds an account; the first of its runtime is no default until somebody says so. Faults: `conflict` where the name is taken, `invalid` for a name or
 * a variable that is none.
 */
export async function addAccount({ store, by }: AccountDeps, toAdd: Pick<Account, 'name' | 'runtime' | 'home' | 'env'>): Promise<Account> {
  const name = checkedAccountName(toAdd.name);
  const env = JSON.stringify(checkedAccountEnv(toAdd.env));
  return store.change({ ...by, point: 'account.add' }, async (tx, at) => {
    const old = await tx.selectFrom('accounts').select('name').where('name_key', '=', nameKey(name)).executeTakeFirst();
    if (old !== undefined)
      throw new Fault('conflict', `there is an account "${old.name}" already`, { hint: `take another name, or \`baton account remove ${old.name}\` first` });
    const row = { name, name_key: nameKey(name), runtime: toAdd.runtime, home: toAdd.home ?? null, env, is_default: 0, created_at: at };
    await tx.insertInto('accounts').values(row).execute();
    const payload = { account: name, runtime: row.runtime, home: row.home, env: Object.keys(toAdd.env) };
    return { answer: readAccount(row), events: [{ type: 'account_added', payload }] };
  });
}

/** Makes an account the one that sessions of its runtime take where nothing else names one. */
export async function setDefaultAccount({ store, by }: AccountDeps, name: string): Promise<Account> {
  return store.change({ ...by, point: 'account.default' }, async (tx) => {
    const account = await getAccount(tx, name);
    if (account.isDefault) return { answer: account, events: [] };
    await tx.updateTable('accounts').set({ is_default: 0 }).where('runtime', '=', account.runtime).where('is_default', '=', 1).execute();
    await tx.updateTable('accounts').set({ is_default: 1 }).where('name', '=', account.name).execute();
    return {
      answer: { ...account, isDefault: true },
      events: [{ type: 'account_default', payload: { account: account.name, runtime: account.runtime } }],
    };
  });
}

/** Forgets an account; its home stays as it is. Fault `conflict` while a session lives under it. */
export async function removeAccount({ store, by }: AccountDeps, name: string): Promise<Account> {
  return store.change({ ...by, point: 'account.remove' }, async (tx) => {
    const account = await getAccount(tx, name);
    const users = await readUsers(tx, account.name);
    if (users.length > 0)
      throw new Fault('conflict', `${users.join(', ')} runs under the account "${account.name}"`, {
        hint: '`baton account switch AGENT NAME` hands it over to another one',
        details: { agents: users },
      });
    await tx.deleteFrom('accounts').where('name', '=', account.name).execute();
    return { answer: account, events: [{ type: 'account_removed', payload: { account: account.name, runtime: account.runtime } }] };
  });
}

/** Who lives under an account. Sessions belong to a room above this one: their rows are read in plain SQL, in the transaction that depends on them. */
async function readUsers(reader: Reader, account: string): Promise<string[]> {
  const { rows } = await sql<{ agent: string; launch: string }>`select agent, launch from sessions where ended_at is null order by agent`.execute(reader);
  return rows.filter(({ launch }) => (JSON.parse(launch) as { account?: string }).account === account).map(({ agent }) => agent);
}

import { Fault } from '#base';
import { formatSource, type Settings } from '#config';
import type { Reader } from '#store';
import { type Account, getAccount, listAccounts } from '#town';
import type { Agent } from '#town/model';

/** An account, and what named it: `the order`, a setting with its file, or that it is the default one of its runtime. */
export interface AccountChoice {
  readonly account: Account;
  readonly from: string;
}

/** Whose account is asked for: the agent, the runtime that plays it, and the account that its order names. */
export interface AccountWish {
  readonly agent: Pick<Agent, 'role' | 'rig'>;
  readonly runtime: string;
  readonly ordered: string | undefined;
}

/**
 * The account that a runtime works under (L1): its order's; its role's, as rig or town name it, where that is one of this runtime; the default one of
 * the runtime; none, so that the program uses its person's own. Faults: `not-found` for one that is named and not there, `invalid` for an order's that
 * is of another runtime.
 */
export async function chooseAccount(reader: Reader, settings: Pick<Settings, 'explain'>, wish: AccountWish): Promise<AccountChoice | undefined> {
  const { agent, runtime, ordered } = wish;
  if (ordered !== undefined) return { account: await getOrdered(reader, ordered, runtime), from: 'the order' };
  const said = agent.role === 'overseer' ? undefined : settings.explain(`roles.${agent.role}.account`, { rig: agent.rig });
  const ofRole = said?.value === undefined ? undefined : await getAccount(reader, String(said.value));
  if (said !== undefined && ofRole?.runtime === runtime) return { account: ofRole, from: `${said.key}, ${formatSource(said.source)}` };
  const byDefault = (await listAccounts(reader)).find((account) => account.runtime === runtime && account.isDefault);
  return byDefault === undefined ? undefined : { account: byDefault, from: `default of ${runtime}` };
}

async function getOrdered(reader: Reader, name: string, runtime: string): Promise<Account> {
  const account = await getAccount(reader, name);
  if (account.runtime === runtime) return account;
  throw new Fault('invalid', `the account "${account.name}" is of ${account.runtime}, and the agent is to be played by ${runtime}`, {
    hint: `say --runtime ${account.runtime} too, or an account of ${runtime}: \`baton account list\``,
  });
}

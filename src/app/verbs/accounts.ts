import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Fault } from '#base';
import { type Login, readLogin } from '#dispatch';
import { ensureDir } from '#host';
import { findRuntime, getRuntime } from '#runtimes';
import { findLiveSession, listSessions, type Session } from '#sessions';
import { type Account, addAccount, getAccount, listAccounts, personalTownPath, removeAccount, setDefaultAccount } from '#town';
import type { Agent } from '#town/model';
import { admitAccount, howToLogIn } from '../account-environment.ts';
import type { Deps } from '../deps.ts';
import { agentOf } from './places.ts';
import { restartAgent, type StartOutcome } from './start-agents.ts';

export type AccountVerbs = ReturnType<typeof accountVerbs>;

/** An account with whether its login is there, and who runs under it now. */
export interface AccountStatus extends Account {
  readonly login: Login;
  /** The line with which its person logs in; undefined where there is nothing to log in to. */
  readonly loginBy: string | undefined;
  readonly agents: readonly string[];
}

/** Accounts: under whose login runtimes work. */
export function accountVerbs(deps: Deps) {
  return {
    add: (request: AccountToAdd) => add(deps, request),
    remove: (name: string) => removeAccount(deps, name),
    list: () => readStatuses(deps),
    status: async (name: string) => one(await readStatuses(deps, await getAccount(deps.store.db, name))),
    setDefault: (name: string) => setDefaultAccount(deps, name),
    /** Hands a live agent over to a session under another account. Fault `conflict` where it does not run, or runs under that one already. */
    switch: async ({ agent, name }: { agent: string; name: string }) => switchAccount(deps, await agentOf(deps.store.db, deps, agent), name),
  };
}

/** `home` as it was typed; `env` as VARIABLE=NAME. */
interface AccountToAdd {
  readonly name: string;
  readonly runtime: string;
  readonly home?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Adds an account; its home is made where it is missing, so that its person can log in there. Without a home and variables it gets a home of its own
 * beside the person's town. Fault `invalid` for a home of a runtime that has none to move.
 */
async function add(deps: Deps, { name, runtime: runtimeName, env, ...said }: AccountToAdd): Promise<AccountStatus> {
  const runtime = getRuntime(runtimeName, deps.settings);
  const isHomeless = said.home === undefined && Object.keys(env).length > 0;
  if (runtime.descriptor.login?.variable === undefined && !isHomeless)
    throw new Fault('invalid', `${runtime.name} has no home that could be moved, so that it has no accounts of that kind`, {
      hint: 'say what differs as variables: --env VARIABLE=NAME',
    });
  const home = isHomeless ? undefined : findHome(deps, said.home ?? join(personalTownPath(deps.env), '..', 'baton-accounts', name));
  const account = await addAccount(deps, { name, runtime: runtime.name, home, env });
  if (home !== undefined) ensureDir(home, 0o700);
  return one(await readStatuses(deps, account));
}

function findHome({ cwd, env }: Pick<Deps, 'cwd' | 'env'>, typed: string): string {
  return typed === '~' || typed.startsWith('~/') ? join(env.HOME ?? homedir(), typed.slice(1)) : resolve(cwd, typed);
}

async function readStatuses({ store, settings, env }: Deps, only?: Account): Promise<AccountStatus[]> {
  const live = await listSessions(store.db, { isUnended: true });
  return (only === undefined ? await listAccounts(store.db) : [only]).map((account) => {
    const runtime = findRuntime(account.runtime, settings);
    const login = readLogin(runtime?.descriptor.login, account, env);
    const loginBy = runtime === undefined || login.kind === 'needless' ? undefined : howToLogIn(account, runtime);
    return { ...account, login, loginBy, agents: usersOf(live, account) };
  });
}

function usersOf(live: readonly Session[], { name }: Account): string[] {
  return live.filter(({ launch }) => launch.account === name).map(({ agent }) => agent);
}

async function switchAccount(deps: Deps, agent: Agent, name: string): Promise<StartOutcome> {
  const account = await getAccount(deps.store.db, name);
  const live = await findLiveSession(deps.store.db, agent.address);
  if (live?.startedAt === undefined) throw new Fault('conflict', `${agent.address} does not run`, { hint: `start it with --account ${account.name}` });
  if (live.launch.account === account.name) throw new Fault('conflict', `${agent.address} runs under the account "${account.name}" already`);
  if (account.runtime !== live.runtime)
    throw new Fault('invalid', `the account "${account.name}" is of ${account.runtime}, and ${agent.address} is played by ${live.runtime}`, {
      hint: `name an account of ${live.runtime} (\`baton account list\`), or restart it with --runtime ${account.runtime} --account ${account.name}`,
    });
  await admitAccount(deps, { agent, runtime: live.runtime, account: account.name });
  return restartAgent(deps, agent, { account: account.name, runtime: live.runtime });
}

function one<A>([first]: readonly A[]): A {
  if (first === undefined) throw new Fault('internal', 'an account was not found again');
  return first;
}

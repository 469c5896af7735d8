import { Fault, quoteWord } from '#base';
import { chooseAccount, readLogin } from '#dispatch';
import { readEnvironmentOf } from '#host';
import { type Environment, getRuntime, type Runtime } from '#runtimes';
import type { Session } from '#sessions';
import { type Account, getAccount } from '#town';
import type { Agent } from '#town/model';
import type { Deps } from './deps.ts';
import { findDaemon } from './reach-daemon.ts';

/** Whose account a start would take: the agent, or the polecat that is to be made; its runtime; the account that is asked for. */
interface AccountAsk {
  readonly agent: Pick<Agent, 'role' | 'rig'>;
  readonly runtime: string;
  readonly account: string | undefined;
}

/**
 * What a session's account adds to the environment of its program: its home under the runtime's own name for it, and its variables, whose values come
 * from `deps.env`. Empty for a session without an account. Faults: `not-found` where the account was removed; `unavailable` where it is logged out or a
 * variable has no value.
 */
export async function accountEnvironment(
  { store, env }: Pick<Deps, 'store' | 'env'>,
  { launch }: Pick<Session, 'launch'>,
  runtime: Runtime,
): Promise<Record<string, string>> {
  if (launch.account === undefined) return {};
  const account = await getAccount(store.db, launch.account);
  refuseLoggedOut(account, runtime, env);
  const { login } = runtime.descriptor;
  const home: Record<string, string> = account.home === undefined || login?.variable === undefined ? {} : { [login.variable]: account.home };
  return { ...home, ...readVariables(account, env) };
}

/**
 * Refuses a start whose account is missing or logged out, before an order is written (L1). Variables are looked for where they would be taken from: in
 * the environment of the daemon that runs, else in the caller's, from which one would be started.
 */
export async function admitAccount(deps: Deps, { agent, runtime: name, account: ordered }: AccountAsk): Promise<void> {
  const runtime = getRuntime(name, deps.settings, { rig: agent.rig });
  const choice = await chooseAccount(deps.store.db, deps.settings, { agent, runtime: runtime.name, ordered });
  if (choice === undefined) return;
  const daemon = findDaemon(deps);
  const env = daemon === undefined ? deps.env : { ...readEnvironmentOf(daemon.pid) };
  refuseLoggedOut(choice.account, runtime, env);
  readVariables(choice.account, env);
}

function refuseLoggedOut(account: Account, runtime: Runtime, env: Environment): void {
  const login = readLogin(runtime.descriptor.login, account, env);
  if (login.kind !== 'out') return;
  throw new Fault('unavailable', `the account "${account.name}" of ${runtime.name} is logged out: there is no ${login.evidence}`, {
    hint: `log in once: \`${howToLogIn(account, runtime)}\`; \`baton account status\` looks again`,
    details: { account: account.name, runtime: runtime.name, lookedFor: login.evidence },
  });
}

/** The line with which a person logs in: the program, in the account's home. */
export function howToLogIn({ home }: Pick<Account, 'home'>, { descriptor: { command, login } }: Pick<Runtime, 'descriptor'>): string {
  return home === undefined || login?.variable === undefined ? command[0] : `${login.variable}=${quoteWord(home)} ${command[0]}`;
}

function readVariables({ name, env: sources }: Account, env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sources).map(([variable, source]) => {
      const value = env[source] ?? '';
      if (value !== '') return [variable, value];
      throw new Fault('unavailable', `the account "${name}" takes ${variable} from ${source}, which the daemon does not have`, {
        hint: `set ${source} in your shell, then \`baton daemon stop\` and \`baton daemon start\` there`,
        details: { account: name, variable, source },
      });
    }),
  );
}

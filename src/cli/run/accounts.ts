import type { App } from '#app';
import type { Page } from '../print/page.ts';
import { facts, table } from '../print/table.ts';
import { answers } from '../run.ts';
import { sessionsOf, startedLine } from './starting.ts';

type Status = Awaited<ReturnType<App['accounts']['status']>>;

/** `baton account add` */
export const addAccount = answers({
  ask: (app, request: { name: string; runtime: string; home?: string; env: Readonly<Record<string, string>> }) => app.accounts.add(request),
  print: (account) => `${account.name} is an account of ${account.runtime}\n  ${loginLine(account)}`,
  ids: ({ name }) => [name],
});

/** `baton account list` */
export const listAccounts = answers({
  ask: (app) => app.accounts.list(),
  print: accountTable,
  ids: (accounts) => accounts.map(({ name }) => name),
});

/** `baton account default [NAME]` */
export const defaultAccount = answers({
  ask: async (app, { name }: { name?: string }) =>
    name === undefined ? (await app.accounts.list()).filter(({ isDefault }) => isDefault) : [await app.accounts.setDefault(name)],
  print: (accounts) => (accounts.length === 0 ? 'no runtime has a default account' : accounts.map(({ runtime, name }) => `${runtime} = ${name}`).join('\n')),
  ids: (accounts) => accounts.map(({ name }) => name),
});

/** `baton account status [NAME]` */
export const accountStatus = answers({
  ask: async (app, { name }: { name?: string }) => (name === undefined ? app.accounts.list() : [await app.accounts.status(name)]),
  print: (accounts, page, { input }) => {
    const [only] = accounts;
    return input.name === undefined || only === undefined ? accountTable(accounts, page) : accountPage(only, page);
  },
  ids: (accounts) => accounts.map(({ name }) => name),
});

/** `baton account switch` */
export const switchAccount = answers({
  ask: (app, request: { agent: string; name: string }) => app.accounts.switch(request),
  print: startedLine,
  ids: (outcome) => sessionsOf([outcome]),
});

/** `baton account remove` */
export const removeAccount = answers({
  ask: (app, { name }: { name: string }) => app.accounts.remove(name),
  print: ({ name, home }) => `${name} is forgotten${home === undefined ? '' : `; ${home} stays as it is`}`,
  ids: ({ name }) => [name],
});

function accountTable(accounts: readonly Status[], page: Page): string {
  return table(
    page,
    [{ heading: 'ACCOUNT' }, { heading: 'RUNTIME' }, { heading: 'LOGIN' }, { heading: 'HOME', isFlexible: true }, { heading: 'RUNS' }],
    accounts.map(({ name, runtime, isDefault, login, home, agents }) => [
      name,
      `${runtime}${isDefault ? ' (default)' : ''}`,
      login.kind === 'needless' ? 'needs none' : login.kind,
      home ?? '',
      agents.join(', '),
    ]),
    'no accounts; `baton account add` adds one',
  );
}

function accountPage(account: Status, page: Page): string {
  const { name, runtime, isDefault, home, env, agents } = account;
  return facts(page, [
    ['account', name],
    ['runtime', `${runtime}${isDefault ? ', its default' : ''}`],
    ['login', loginLine(account)],
    ['home', home ?? "the person's own"],
    ...Object.entries(env).map(([variable, source]): [string, string] => [variable, `from $${source}`]),
    ['runs', agents.length === 0 ? 'nobody' : agents.join(', ')],
  ]);
}

function loginLine({ login, loginBy, runtime }: Status): string {
  if (login.kind === 'needless') return `${runtime} needs no login that could be looked for`;
  if (login.kind === 'in') return `logged in: ${login.evidence}`;
  return `logged out: there is no ${login.evidence}; log in once: ${loginBy ?? runtime}`;
}

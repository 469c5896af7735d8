import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Descriptor, Environment } from '#runtimes';
import type { Account } from '#town/model';

/**
 * Whether a program would find a login: `in`, and what shows it; `out`, and what was looked for; `needless` for a runtime without logins. What it shows
 * is a file or a variable's name, never what they hold.
 */
export type Login = { readonly kind: 'in' | 'out'; readonly evidence: string } | { readonly kind: 'needless' };

/**
 * Looks for the login of a runtime: files under the account's home, else under the runtime's own, which a variable may have moved, and variables. `env` is
 * the environment of whoever starts it. A file is looked for and never read.
 */
export function readLogin(login: Descriptor['login'], account: Pick<Account, 'home' | 'env'> | undefined, env: Environment): Login {
  if (login === undefined) return { kind: 'needless' };
  const moved = account === undefined && login.variable !== undefined ? env[login.variable] : undefined;
  const home = account?.home ?? (moved || expandHome(login.home, env));
  const files = login.files.map((file) => join(home, file));
  const file = files.find((path) => existsSync(path));
  if (file !== undefined) return { kind: 'in', evidence: file };
  const sources = login.variables.map((variable) => account?.env[variable] ?? (account === undefined ? variable : undefined));
  const source = sources.find((name) => name !== undefined && (env[name] ?? '') !== '');
  if (source !== undefined) return { kind: 'in', evidence: `$${source}` };
  const looked = [...files, ...sources.filter((name) => name !== undefined).map((name) => `$${name}`)];
  return { kind: 'out', evidence: looked.length === 0 ? home : looked.join(', ') };
}

/** `~` is the home of the person whose environment it is. */
function expandHome(path: string, env: Environment): string {
  return path === '~' || path.startsWith('~/') ? join(env.HOME ?? homedir(), path.slice(1)) : path;
}

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeError } from '#base';
import { ensureDir, writeFileAtomic } from '#host';
import type { Acceptance } from '#runtimes/model';

/**
 * Notes in a program's own files what its person would accept in a dialog, so that none stands in the way of an agent that nobody watches. What stands
 * there already stays as it is; a file that can't be read is left alone, and told, for the dialog then asks.
 */
export function accept(acceptances: readonly Acceptance[], tell: (line: string) => void): void {
  for (const acceptance of acceptances) {
    try {
      if (acceptance.kind === 'json') acceptInJson(acceptance);
      else if (!existsSync(acceptance.path)) write(acceptance.path, acceptance.text);
    } catch (error) {
      tell(`what is accepted could not be noted in "${acceptance.path}": ${describeError(error)}`);
    }
  }
}

function acceptInJson({ path, keys, value }: Extract<Acceptance, { kind: 'json' }>): void {
  const root: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  let at = asObject(root, path);
  for (const key of keys.slice(0, -1)) {
    at[key] ??= {};
    at = asObject(at[key], path);
  }
  const last = keys.at(-1) ?? '';
  if (Object.hasOwn(at, last) && at[last] === value) return;
  if (Object.hasOwn(at, last) && at[last] !== false) return;
  at[last] = value;
  write(path, `${JSON.stringify(root, null, 2)}\n`);
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new TypeError(`there is no object in "${path}" where one belongs`);
}

function write(path: string, text: string): void {
  ensureDir(dirname(path));
  writeFileAtomic(path, text, { mode: existsSync(path) ? statSync(path).mode & 0o777 : 0o600 });
}

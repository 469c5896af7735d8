import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureDir, writeFileAtomic } from '#host';
import type { Environment, Launch, LaunchFile, Mirror, Runtime } from '#runtimes/model';

/**
 * The home of a runtime's program as its environment tells it: under the variable that moves it, else where it lies by default in the person's. Undefined
 * for a runtime without one.
 */
export function homeOf({ descriptor: { login } }: Runtime, env: Environment): string | undefined {
  if (login === undefined) return undefined;
  const moved = login.variable === undefined ? undefined : env[login.variable];
  return moved ? moved : login.home.replace(/^~(?=\/|$)/, env.HOME ?? '');
}

/** Makes the mirrors and writes the files of a launch; `home` is that of the runtime's program. */
export function writeLaunchFiles({ mirrors = [], files }: Launch, home: string | undefined): void {
  for (const mirror of mirrors) if (home !== undefined) makeMirror(mirror, home);
  for (const file of files) {
    ensureDir(dirname(file.path), 0o700);
    writeFileAtomic(file.path, wholeText(file, home), { mode: 0o600 });
  }
}

/**
 * Makes a folder in which everything of the person's is linked, but for what is ours. A mirror of an earlier try is made anew: only links are taken away,
 * never what they lead to.
 */
export function makeMirror({ path, of, own, folders, files }: Mirror, home: string): void {
  const person = join(home, of);
  ensureDir(path, 0o700);
  for (const name of folders) mkdirSync(join(person, name), { recursive: true, mode: 0o700 });
  const names = new Set([...(existsSync(person) ? readdirSync(person) : []), ...folders, ...files]);
  for (const name of own) names.delete(name);
  for (const name of names) {
    rmSync(join(path, name), { recursive: true, force: true });
    symlinkSync(join(person, name), join(path, name));
  }
}

/** The text of a file: ours behind that of the person's file where it says so. */
export function wholeText({ text, behind }: LaunchFile, home: string | undefined): string {
  const path = behind === undefined || home === undefined ? undefined : join(home, behind);
  return path !== undefined && existsSync(path) ? `${readFileSync(path, 'utf8').trimEnd()}\n\n${text}` : text;
}

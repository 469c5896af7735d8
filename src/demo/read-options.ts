import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '#base';

/** What the demo was asked for. `repo` is a path or a URL; `isFresh`: the folder was made for this run and goes with it. */
export interface DemoOptions {
  readonly dir: string;
  readonly repo: string;
  readonly keep: boolean;
  /** Who plays the agents; Baton's own, which costs nothing, where nothing is said. */
  readonly runtime: string;
  readonly isFresh: boolean;
}

/** Reads the words; by default the repository that this program lies in, else the one around the current folder, and a fresh folder. */
export function readOptions(words: readonly string[], cwd: string): DemoOptions {
  const value = (name: string) => {
    const at = words.indexOf(name);
    if (at >= 0 && words[at + 1] === undefined) throw new Fault('invalid', `${name} needs a value`, { hint: 'see `baton demo --help`' });
    return at < 0 ? undefined : words[at + 1];
  };
  const asked = value('--dir');
  if (asked !== undefined) refuseFull(resolve(cwd, asked));
  const repo = readRepo(value('--repo'), cwd);
  const dir = asked === undefined ? mkdtempSync(join(tmpdir(), 'baton-demo-')) : resolve(cwd, asked);
  return { dir, repo, keep: words.includes('--keep'), runtime: value('--runtime') ?? 'runbook', isFresh: asked === undefined };
}

/** The demo removes what it made; a folder with anything in it is somebody's. */
function refuseFull(dir: string): void {
  if (existsSync(dir) && readdirSync(dir).length > 0) throw new Fault('conflict', `"${dir}" is not empty`, { hint: 'name a folder that does not exist yet' });
}

function readRepo(asked: string | undefined, cwd: string): string {
  if (asked !== undefined) return /^[a-z+]+:\/\/|^[^/]+@[^/]+:/.test(asked) ? asked : resolve(cwd, asked);
  const found = findRepository(dirname(process.argv[1] ?? cwd)) ?? findRepository(cwd);
  if (found !== undefined) return found;
  throw new Fault('not-found', 'there is no repository around this program or this folder', { hint: 'name one: `baton demo --repo PATH`' });
}

function findRepository(from: string): string | undefined {
  for (let dir = resolve(from); ; dir = dirname(dir)) {
    if (existsSync(join(dir, '.git'))) return dir;
    if (dir === dirname(dir)) return undefined;
  }
}

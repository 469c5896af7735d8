import { readName } from './git-name.ts';
import type { Git } from './open-git.ts';
import { askGit } from './run-git.ts';

/** Lines added and removed in one file; undefined for a binary one. */
export type FileDiff = { readonly path: string; readonly addedCount: number | undefined; readonly removedCount: number | undefined };
export type DiffSummary = { readonly files: readonly FileDiff[]; readonly addedCount: number; readonly removedCount: number };

/** What changed between two commits, by file; a renamed file counts as one removed and one added. Fault `not-found` for an unknown name. */
export async function diffSummary(git: Git, { repo, from, to }: { repo: string; from: string; to: string }): Promise<DiffSummary> {
  const text = await askGit(git, { dir: repo, args: ['diff-tree', '-r', '--numstat', '--no-renames', '--no-ext-diff', '--end-of-options', from, to, '--'] });
  const files = text
    .split('\n')
    .filter((line) => line !== '')
    .map(readLine);
  const sum = (counts: readonly (number | undefined)[]) => counts.reduce<number>((total, count) => total + (count ?? 0), 0);
  return { files, addedCount: sum(files.map((file) => file.addedCount)), removedCount: sum(files.map((file) => file.removedCount)) };
}

function readLine(line: string): FileDiff {
  const [added = '-', removed = '-', ...path] = line.split('\t');
  return { path: readName(path.join('\t')).text, addedCount: readCount(added), removedCount: readCount(removed) };
}

function readCount(text: string): number | undefined {
  return text === '-' ? undefined : Number(text);
}

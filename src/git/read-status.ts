import { type GitName, readName } from './git-name.ts';
import type { ChangedFile } from './model.ts';

/** A changed file. `isUnstaged`: the index has not what lies there. `hasOwnChanges`: a submodule with changes that a commit here does not hold. */
export type StatusEntry = ChangedFile & { readonly isUnstaged: boolean; readonly hasOwnChanges: boolean };

export type Status = {
  readonly head: string | undefined;
  readonly branch: string | undefined;
  readonly changed: readonly StatusEntry[];
  /** A name that ends with "/" is a folder: a git repository of its own, or, where folders are not opened, one with untracked files only. */
  readonly untracked: readonly GitName[];
};

/** What asks git for the text that `readStatus` reads; not `-z`, since our strings are UTF-8 and git's names are bytes: quoted, they are ASCII. */
export const statusArgs: readonly string[] = ['status', '--porcelain=v2', '--branch', '--no-ahead-behind', '--ignore-submodules=none'];

/** Reads `git status --porcelain=v2` (git-status(1), "Porcelain Format Version 2"). */
export function readStatus(text: string): Status {
  const lines = text.split('\n').filter((line) => line !== '');
  const header = (name: string) => lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3);
  const [oid, branch] = [header('branch.oid'), header('branch.head')];
  return {
    head: oid === '(initial)' ? undefined : oid,
    branch: branch === '(detached)' ? undefined : branch,
    changed: lines.flatMap(readChanged),
    untracked: lines.flatMap((line) => (line.startsWith('? ') ? [readName(line.slice(2))] : [])),
  };
}

function readChanged(line: string): StatusEntry[] {
  const kind = line[0] ?? '';
  const fieldCount = { '1': 8, '2': 9, u: 10 }[kind];
  if (fieldCount === undefined) return [];
  const fields = line.split(' ', fieldCount);
  const rest = line.slice(fields.join(' ').length + 1);
  const [path = '', from] = kind === '2' ? rest.split('\t') : [rest];
  const [, states = '', submodule = ''] = fields;
  return [
    {
      path: readName(path).text,
      ...(from === undefined ? {} : { from: readName(from).text }),
      status: kind === 'u' ? 'unmerged' : readState(states),
      isSubmodule: submodule.startsWith('S'),
      isUnstaged: states[1] !== '.',
      hasOwnChanges: /[MU]/.test(submodule.slice(2)),
    },
  ];
}

/** Two letters, index and worktree: what is true of the file as it lies there, compared with HEAD. */
function readState([index = '.', worktree = '.']: string): ChangedFile['status'] {
  if (worktree === 'D' || (index === 'D' && worktree === '.')) return 'deleted';
  if (index === 'R' || worktree === 'R') return 'renamed';
  if (index === 'C' || worktree === 'C') return 'copied';
  if (index === 'A' || worktree === 'A') return 'added';
  return index === 'T' || worktree === 'T' ? 'type-changed' : 'modified';
}

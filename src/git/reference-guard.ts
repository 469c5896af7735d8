import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#base';
import { ensureDir, fault, writeFileAtomic } from '#host';
import { hooksFolder, setConfig } from './make-repository.ts';
import { judgeRefName } from './model.ts';
import { type Git, moverVariable } from './open-git.ts';
import { realFolder, runGit } from './run-git.ts';

export type GuardRequest = { readonly repo: string; readonly target: string };

/**
 * Lets only Baton's own git move, make or delete the target branch and `refs/baton/*` in this repository and its worktrees; everything else passes.
 * Again is fine; another target replaces the one before. Faults: `invalid`, `conflict` where somebody else's hook is there.
 */
export async function installReferenceGuard(git: Git, { repo, target }: GuardRequest): Promise<void> {
  const judged = judgeRefName(target);
  if (judged.kind === 'invalid')
    throw new Fault('invalid', `"${target}" is no name for a branch: ${judged.reason}`, { hint: 'name the branch that work lands on' });
  const path = guardPath(realFolder(repo));
  if (existsSync(path) && !readFileSync(path, 'utf8').includes(signature)) {
    throw new Fault('conflict', `"${path}" is a hook that Baton did not write`, { hint: 'move it away and try again' });
  }
  ensureDir(hooksFolder(realFolder(repo)));
  fault('git.guard.before');
  writeFileAtomic(path, guardScript(target), { mode: 0o755 });
  await setConfig(git, repo, '--worktree', { 'core.hooksPath': hooksFolder(realFolder(repo)) });
  fault('git.guard.after');
}

/** True where the guard for this target is there, may run, and is where git looks for hooks. */
export async function isReferenceGuardInstalled(git: Git, { repo, target }: GuardRequest): Promise<boolean> {
  const path = guardPath(realFolder(repo));
  if (!existsSync(path) || readFileSync(path, 'utf8') !== guardScript(target) || (statSync(path).mode & 0o111) === 0) return false;
  // Not through our own settings: they turn hooks off.
  const { stdout } = await runGit(git, { dir: repo, args: ['config', '--worktree', '--get', 'core.hooksPath'] });
  return stdout.trim() === hooksFolder(realFolder(repo));
}

const signature = "# Baton's reference guard";

function guardPath(repo: string): string {
  return join(hooksFolder(repo), 'reference-transaction');
}

/**
 * git runs it at every change of refs, with one `<old> <new> <ref>` a line; a fetch runs it twice for each ref, so it starts no other program for a few
 * lines. After those one grep reads the rest, because a shell reads a pipe byte by byte; where grep itself fails nothing passes.
 */
function guardScript(target: string): string {
  const ref = ` refs/heads/${target}`;
  return `#!/bin/sh
${signature}: only Baton moves the target branch and refs/baton/ (githooks(5), reference-transaction).
[ "$1" = prepared ] || exit 0
[ -z "$${moverVariable}" ] || exit 0
refuse() {
  echo ${quote(`baton: refused. Only Baton moves the branch "${target}" and refs/baton/.`)} >&2
  echo 'baton: commit on your own branch and run "baton done"; Baton lands it.' >&2
  exit 1
}
lines=0
while IFS= read -r line; do
  case "$line" in *${quote(ref)} | *' refs/baton/'*) refuse ;; esac
  lines=$((lines + 1))
  [ $lines -lt 20 ] && continue
  LC_ALL=C grep -q -e ${quote(`${ref.replace(/[.$]/g, '\\$&')}$`)} -e ' refs/baton/'
  [ $? -eq 1 ] || refuse
done
exit 0
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addWorktree } from '#git';
import { makeRig, openTestGit, plainGit, writeFiles } from '#git/testing';
import { preserveTree } from './preserve-tree.ts';

const session = { id: 'sess_0badcafe' };

test('what a session changed last is preserved; a folder that is no worktree any more is nothing to wait for', async (t) => {
  const git = openTestGit();
  const { dir, repo } = await makeRig(t, git);
  const worktree = join(dir, 'max');
  await addWorktree(git, { repo, dir: worktree, branch: 'crew/max', from: 'refs/heads/main' });
  const preserve = () => preserveTree({ git }, { worktree }, session);
  assert.equal(await preserve(), undefined, 'nothing was changed');
  writeFiles(worktree, { 'a.txt': 'last words' });
  assert.equal(await preserve(), `refs/baton/preserved/${session.id}`);
  assert.equal(plainGit(repo, 'show', `refs/baton/preserved/${session.id}:a.txt`), 'last words');
  writeFileSync(join(worktree, '.git'), 'gitdir: /nowhere\n');
  assert.equal(await preserve(), undefined);
  rmSync(worktree, { recursive: true });
  assert.equal(await preserve(), undefined);
  mkdirSync(worktree);
  assert.equal(await preserve(), undefined);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { addWorktree } from './add-worktree.ts';
import { moveRef } from './move-ref.ts';
import { installReferenceGuard, isReferenceGuardInstalled } from './reference-guard.ts';
import { commitFiles, makeRig, openTestGit, plainGit, tryPlainGit, writeFiles } from './testing.ts';

const git = openTestGit();

test('from a worktree nobody but Baton moves, makes or deletes the target or refs/baton, while polecat branches commit freely (git 6)', async (t) => {
  const { dir, repo, head } = await makeRig(t);
  const worktree = join(dir, 'Toast');
  await addWorktree(git, { repo, dir: worktree, branch: 'polecat/Toast/ap-1@mol-1', from: 'main' });
  const mine = commitFiles(worktree, 'mine', { x: 'x' });
  const attempts = [
    ['branch', '-f', 'main', 'HEAD'],
    ['branch', '-M', 'polecat/Toast/ap-1@mol-1', 'main'],
    ['branch', '-C', 'polecat/Toast/ap-1@mol-1', 'main'],
    ['branch', '-m', 'main', 'other'],
    ['branch', '-D', 'main'],
    ['update-ref', 'refs/heads/main', 'HEAD'],
    ['update-ref', '-d', 'refs/heads/main'],
    ['push', '.', 'HEAD:main'],
    ['push', repo, 'HEAD:main'],
    ['fetch', '.', 'HEAD:main'],
    ['checkout', '-B', 'main'],
    ['update-ref', 'refs/baton/preserved/sess_1', 'HEAD'],
  ];
  for (const args of attempts) {
    const { code, stderr } = tryPlainGit(worktree, ...args);
    assert.notEqual(code, 0, args.join(' '));
    assert.match(stderr, /Only Baton moves the branch "main"|checked out at/, args.join(' '));
    assert.equal(plainGit(repo, 'rev-parse', 'main'), head, args.join(' '));
  }
  assert.equal(plainGit(worktree, 'rev-parse', 'HEAD'), mine);
});

test('a commit on the checked-out target is refused in words that say what to do instead (git 6)', async (t) => {
  const { dir, repo, head } = await makeRig(t);
  const worktree = join(dir, 'w');
  await addWorktree(git, { repo, dir: worktree, branch: 'crew/max', from: 'main' });
  plainGit(worktree, 'checkout', '--quiet', '--ignore-other-worktrees', 'main');
  writeFiles(worktree, { x: 'x' });
  plainGit(worktree, 'add', '.');
  const { code, stderr } = tryPlainGit(worktree, 'commit', '-m', 'on main');
  assert.notEqual(code, 0);
  assert.match(stderr, /baton: refused\. Only Baton moves the branch "main".*\n.*commit on your own branch and run "baton done"/);
  assert.equal(plainGit(repo, 'rev-parse', 'main'), head);
});

test('an npm install that sets core.hooksPath does not lift the guard (git 6)', async (t) => {
  const { dir, repo, head } = await makeRig(t);
  const worktree = join(dir, 'w');
  await addWorktree(git, { repo, dir: worktree, branch: 'crew/max', from: 'main' });
  plainGit(worktree, 'config', 'core.hooksPath', '.husky/_');
  commitFiles(worktree, 'mine', { x: 'x' });
  assert.notEqual(tryPlainGit(worktree, 'update-ref', 'refs/heads/main', 'HEAD').code, 0);
  assert.equal(plainGit(repo, 'rev-parse', 'main'), head);
});

test('Baton itself moves what the guard protects (git 6)', async (t) => {
  const { repo, head } = await makeRig(t);
  assert.equal(await moveRef(git, { repo, ref: 'refs/baton/preserved/sess_1', from: undefined, to: head }), 'moved');
  assert.equal(await moveRef(git, { repo, ref: 'refs/baton/preserved/sess_1', from: head, to: undefined }), 'moved');
});

test('installing the guard again changes nothing, another target takes the place of the first (git 6)', async (t) => {
  const { repo, head } = await makeRig(t);
  assert.equal(await isReferenceGuardInstalled(git, { repo, target: 'main' }), true);
  await installReferenceGuard(git, { repo, target: 'main' });
  await installReferenceGuard(git, { repo, target: "it's.a+b" });
  assert.equal(await isReferenceGuardInstalled(git, { repo, target: 'main' }), false);
  plainGit(repo, 'update-ref', 'refs/heads/other', head);
  plainGit(repo, 'update-ref', "refs/heads/it'sxa+b", head);
  assert.match(tryPlainGit(repo, 'update-ref', "refs/heads/it's.a+b", head).stderr, /Only Baton moves the branch "it's\.a\+b"/);
  await installReferenceGuard(git, { repo, target: 'main' });
  plainGit(repo, 'config', '--worktree', 'core.hooksPath', '/elsewhere');
  assert.equal(await isReferenceGuardInstalled(git, { repo, target: 'main' }), false);
  await installReferenceGuard(git, { repo, target: 'main' });
  chmodSync(join(repo, 'hooks/reference-transaction'), 0o644);
  assert.equal(await isReferenceGuardInstalled(git, { repo, target: 'main' }), false);
});

test('somebody else’s hook is not overwritten, and no odd target gets into the script (git 6)', async (t) => {
  const { repo } = await makeRig(t);
  writeFileSync(join(repo, 'hooks/reference-transaction'), '#!/bin/sh\n');
  await assert.rejects(installReferenceGuard(git, { repo, target: 'main' }), (error) => isFault(error, 'conflict'));
  await assert.rejects(installReferenceGuard(git, { repo, target: 'a b' }), (error) => isFault(error, 'invalid'));
});

test('a transaction of two thousand refs passes, and not with the target among them (git 6)', async (t) => {
  const { repo, head } = await makeRig(t);
  const creations = (name: string) => Array.from({ length: 2000 }, (_, i) => `create refs/heads/${name}${i} ${head}\n`).join('');
  const update = (input: string) => spawnSync('git', ['update-ref', '--stdin'], { cwd: repo, input, encoding: 'utf8' });
  assert.equal(update(creations('a/b')).status, 0);
  const refused = update(`${creations('x/b')}update refs/heads/main ${head} ${head}\n`);
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr, /Only Baton moves/);
  assert.equal(plainGit(repo, 'for-each-ref', '--format=x', 'refs/heads/').split('\n').length, 2001);
});

import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { tempDir } from '#host/testing';
import { addWorktree } from './add-worktree.ts';
import { commitAll } from './commit-all.ts';
import { readGitVersion } from './read-git-version.ts';
import { readWorktree } from './read-worktree.ts';
import { commitFiles, makeRig, makeSource, openTestGit, plainGit, tryPlainGit, writeFiles } from './testing.ts';

const git = openTestGit();

test('changed files are read with every odd name, and nothing is written (git 10)', async (t) => {
  const dir = tempDir(t);
  const odd = 'a "b"\t\\c\né.txt';
  makeSource(dir, { [odd]: 'one', 'old name': 'renamed\n'.repeat(20), gone: 'x', type: 't' });
  writeFiles(dir, { [odd]: 'two', 'new one': 'n', 'folder/x': 'x' });
  plainGit(dir, 'mv', 'old name', 'new name');
  plainGit(dir, 'rm', '--quiet', 'gone');
  writeFileSync(Buffer.concat([Buffer.from(`${dir}/b`), Buffer.of(0xff)]), 'bytes');
  const index = join(dir, '.git/index');
  const before = [readFileSync(index).toString('base64'), statSync(index).mtimeMs];
  const state = await readWorktree(git, dir);
  assert.deepEqual([readFileSync(index).toString('base64'), statSync(index).mtimeMs], before);
  assert.deepEqual(state.changed, [
    { path: odd, status: 'modified', isSubmodule: false },
    { path: 'gone', status: 'deleted', isSubmodule: false },
    { path: 'new name', from: 'old name', status: 'renamed', isSubmodule: false },
  ]);
  assert.deepEqual(state.untracked, ['b\ufffd', 'folder/', 'new one']);
  assert.deepEqual(
    [state.branch, state.head, state.operation, state.aheadCount, state.lock],
    ['main', plainGit(dir, 'rev-parse', 'HEAD'), undefined, undefined, undefined],
  );
});

test('commits ahead and behind a base are counted (git 10)', async (t) => {
  const { dir, repo } = await makeRig(t);
  const { dir: worktree } = await addWorktree(git, { repo, dir: join(dir, 'w'), branch: 'crew/max', from: 'main' });
  commitFiles(worktree, 'one', { a: 'a' });
  commitFiles(worktree, 'two', { b: 'b' });
  plainGit(worktree, 'branch', 'base', 'HEAD~1');
  plainGit(worktree, 'reset', '--quiet', '--hard', 'main');
  const { aheadCount, behindCount } = await readWorktree(git, worktree, { base: 'base' });
  assert.deepEqual([aheadCount, behindCount], [0, 1]);
  await assert.rejects(readWorktree(git, worktree, { base: 'nowhere' }), (error) => isFault(error, 'not-found') && /nowhere/.test(error.message));
});

test('an operation under way is named, its conflicts are listed, and nothing is committed over it (git 10, git 14)', async (t) => {
  const dir = tempDir(t);
  makeSource(dir, { f: 'base\n' });
  plainGit(dir, 'checkout', '--quiet', '-b', 'side');
  commitFiles(dir, 'side', { f: 'side\n' });
  const side = plainGit(dir, 'rev-parse', 'HEAD');
  plainGit(dir, 'checkout', '--quiet', 'main');
  commitFiles(dir, 'main', { f: 'main\n' });
  const operations = { merge: ['merge', 'side'], rebase: ['rebase', 'side'], 'cherry-pick': ['cherry-pick', 'side'], revert: ['revert', '--no-edit', side] };
  for (const [operation, args] of Object.entries(operations)) {
    assert.notEqual(tryPlainGit(dir, ...args).code, 0, operation);
    const state = await readWorktree(git, dir);
    assert.equal(state.operation, operation);
    assert.deepEqual(
      state.changed.map(({ path, status }) => [path, status]),
      [['f', 'unmerged']],
    );
    await assert.rejects(commitAll(git, { dir, message: 'x' }), (error) => isFault(error, 'conflict') && error.message.includes(operation));
    plainGit(dir, operation, '--abort');
  }
});

test('conflicts of an applied stash are not committed (git 14)', async (t) => {
  const dir = tempDir(t);
  makeSource(dir, { f: 'base\n' });
  writeFiles(dir, { f: 'stashed\n' });
  plainGit(dir, 'stash');
  commitFiles(dir, 'other', { f: 'other\n' });
  assert.notEqual(tryPlainGit(dir, 'stash', 'pop').code, 0);
  await assert.rejects(commitAll(git, { dir, message: 'x' }), (error) => isFault(error, 'conflict') && /"f"/.test(error.message));
});

test('commitAll commits all there is without hooks, signing or an identity of the machine, and answers "nothing" where there is none (git 14)', async (t) => {
  const dir = tempDir(t);
  makeSource(dir, { f: 'base\n' });
  for (const hook of ['pre-commit', 'commit-msg', 'post-commit']) writeFileSync(join(dir, `.git/hooks/${hook}`), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  plainGit(dir, 'config', 'commit.gpgSign', 'true');
  plainGit(dir, 'config', 'user.useConfigOnly', 'true');
  assert.equal((await commitAll(git, { dir, message: 'x' })).kind, 'nothing');
  writeFiles(dir, { f: 'changed\n', 'new/file': 'n', big: 'x'.repeat(100) });
  const made = await commitAll(git, { dir, message: 'WIP: half of it\n\n# no comment\n', author: { name: 'Toast', email: 't@example.org' }, fileBytesMax: 50 });
  assert.equal(made.kind, 'committed');
  assert.deepEqual(made.skipped, [{ path: 'big', bytes: 100, reason: 'large' }]);
  assert.equal(plainGit(dir, 'log', '-1', '--format=%an <%ae> %cn %B'), 'Toast <t@example.org> Baton WIP: half of it\n\n# no comment');
  assert.deepEqual((await readWorktree(git, dir)).untracked, ['big']);
  assert.equal(plainGit(dir, 'rev-parse', 'HEAD'), made.kind === 'committed' ? made.commit : '');
});

test('the first commit of a repository can be made by commitAll (git 14)', async (t) => {
  const dir = tempDir(t);
  plainGit(dir, 'init', '--quiet', '-b', 'main');
  assert.equal((await commitAll(git, { dir, message: 'x' })).kind, 'nothing');
  writeFiles(dir, { f: 'f' });
  assert.equal((await commitAll(git, { dir, message: 'x' })).kind, 'committed');
});

test('a locked index is waited for; when it stays, the fault names the lock and its age (git 15)', async (t) => {
  const dir = tempDir(t);
  makeSource(dir);
  writeFiles(dir, { x: 'x' });
  const lock = join(dir, '.git/index.lock');
  writeFileSync(lock, '');
  const short = openTestGit({ lockWaitMs: 100 });
  await assert.rejects(
    commitAll(short, { dir, message: 'x' }),
    (error) => isFault(error, 'conflict') && error.message.includes(lock) && /(\d+m?s|m \d+s) old/.test(error.message) && error.hint !== undefined,
  );
  assert.equal((await readWorktree(git, dir)).lock?.path, lock);
  const waiting = commitAll(git, { dir, message: 'x' });
  setTimeout(() => rmSync(lock), 150);
  assert.equal((await waiting).kind, 'committed');
});

test('a missing git is a fault that says so (git 2)', async (t) => {
  const dir = tempDir(t);
  assert.match(await readGitVersion(git), /^\d+\.\d+/);
  const none = { ...git, env: { ...git.env, PATH: dir } };
  await assert.rejects(readGitVersion(none), (error) => isFault(error, 'unavailable') && error.hint !== undefined);
  writeFileSync(join(dir, 'git'), '#!/bin/sh\necho git version 2.17.1\n', { mode: 0o755 });
  await assert.rejects(readGitVersion(none), (error) => isFault(error, 'unsupported') && /2\.17\.1/.test(error.message));
});

test('a full disk is told as such, and nothing is committed (git 2)', async (t) => {
  const dir = tempDir(t);
  makeSource(dir);
  writeFiles(dir, { x: 'x' });
  writeFileSync(
    join(dir, 'git'),
    '#!/bin/sh\nfor a; do [ "$a" = add ] && { echo "error: unable to write file: No space left on device" >&2; exit 1; }; done\nexec /usr/bin/env PATH="$REAL_PATH" git "$@"\n',
    { mode: 0o755 },
  );
  const full = { ...git, env: { ...git.env, REAL_PATH: git.env.PATH ?? '', PATH: `${dir}:${git.env.PATH}` } };
  await assert.rejects(commitAll(full, { dir, message: 'x' }), (error) => isFault(error, 'unavailable') && /the disk .* is full/.test(error.message));
});

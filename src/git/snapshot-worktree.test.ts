import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { tempDir } from '#host/testing';
import { addWorktree } from './add-worktree.ts';
import { preservedRef } from './model.ts';
import { restoreSnapshot } from './restore-snapshot.ts';
import { snapshotWorktree } from './snapshot-worktree.ts';
import { commitFiles, makeRig, makeSource, openTestGit, plainGit, tryPlainGit, writeFiles } from './testing.ts';

const git = openTestGit();
const ref = preservedRef('sess_00000001');
const message = 'Preserved: app/polecats/Toast, sess_00000001';

test('a snapshot holds tracked and untracked files and touches neither branch, HEAD, index nor files (git 11)', async (t) => {
  const { dir, repo, head } = await makeRig(t, git, {
    'changed.txt': 'old',
    'gone.txt': 'x',
    'same.txt': 's',
    'staged.txt': 'old',
    '.gitignore': 'ignored/\n',
  });
  const worktree = await makePolecat(dir, repo);
  writeFiles(worktree, { 'changed.txt': 'new', 'staged.txt': 'staged', 'sub/untracked "é" \n.txt': 'u', 'ignored/x': 'i', run: '#!/bin/sh' });
  chmodSync(join(worktree, 'run'), 0o755);
  symlinkSync('nowhere', join(worktree, 'link'));
  writeFileSync(Buffer.concat([Buffer.from(`${worktree}/b`), Buffer.of(0xff, 0xfe)]), 'bytes');
  plainGit(worktree, 'add', 'staged.txt');
  rmSync(join(worktree, 'gone.txt'));
  const before = stateOf(worktree);
  const snapshot = await snapshotWorktree(git, { dir: worktree, ref, message });
  assert.deepEqual(stateOf(worktree), before);
  assert.deepEqual([snapshot.kind, snapshot.isChanged, snapshot.skipped], ['made', true, []]);
  assert.equal(plainGit(repo, 'rev-parse', ref, `${ref}^1`), `${snapshot.commit}\n${head}`);
  assert.equal(plainGit(repo, 'log', '-1', '--format=%an %s', ref), `Baton ${message}`);
  const names = plainGit(repo, '-c', 'core.quotePath=true', 'ls-tree', '-r', '--name-only', ref).split('\n');
  assert.deepEqual(names, ['.gitignore', '"b\\377\\376"', 'changed.txt', 'link', 'run', 'same.txt', 'staged.txt', '"sub/untracked \\"\\303\\251\\" \\n.txt"']);
});

test('a snapshot comes back as it was, into a new folder and into a clean worktree (git 13)', async (t) => {
  const { dir, repo } = await makeRig(t, git, { 'changed.txt': 'old', 'gone.txt': 'x' });
  const worktree = await makePolecat(dir, repo);
  writeFiles(worktree, { 'changed.txt': 'new', 'a/untracked': 'u', run: '#!/bin/sh' });
  chmodSync(join(worktree, 'run'), 0o755);
  symlinkSync('nowhere', join(worktree, 'link'));
  rmSync(join(worktree, 'gone.txt'));
  const { commit } = await snapshotWorktree(git, { dir: worktree, ref, message });
  const status = plainGit(worktree, 'status', '--porcelain', '--untracked-files=all');
  await assert.rejects(restoreSnapshot(git, { repo, ref, dir: worktree }), (error) => isFault(error, 'conflict') && /changed\.txt/.test(String(error)));
  const other = (await addWorktree(git, { repo, dir: join(dir, 'again'), branch: 'crew/again', from: 'main' })).dir;
  for (const place of [join(dir, 'new/folder'), other]) {
    assert.deepEqual(await restoreSnapshot(git, { repo, ref, dir: place }), { commit });
    assert.deepEqual(
      [readFileSync(join(place, 'changed.txt'), 'utf8'), readFileSync(join(place, 'a/untracked'), 'utf8'), readlinkSync(join(place, 'link'))],
      ['new', 'u', 'nowhere'],
    );
    assert.deepEqual([(statSync(join(place, 'run')).mode & 0o111) !== 0, existsSync(join(place, 'gone.txt'))], [true, false]);
  }
  assert.equal(plainGit(other, 'status', '--porcelain', '--untracked-files=all'), status);
  assert.equal(plainGit(other, 'rev-parse', '--abbrev-ref', 'HEAD'), 'crew/again');
  await assert.rejects(restoreSnapshot(git, { repo, ref, dir: join(dir, 'new/folder') }), (error) => isFault(error, 'conflict'));
  await assert.rejects(
    restoreSnapshot(git, { repo, ref: preservedRef('sess_none'), dir: join(dir, 'x') }),
    (error) => isFault(error, 'not-found') && error.hint !== undefined,
  );
  assert.equal(existsSync(join(dir, 'x')), false);
});

test('large files, repositories inside, also ones without a commit, are listed and not swallowed (git 12)', async (t) => {
  const { dir, repo } = await makeRig(t);
  const worktree = await makePolecat(dir, repo);
  writeFiles(worktree, { 'big "1".bin': 'x'.repeat(2000), small: 'x', 'README.md': 'y'.repeat(2000) });
  makeSource(join(worktree, 'nested/inner'));
  mkdirSync(join(worktree, 'fresh'));
  plainGit(join(worktree, 'fresh'), 'init', '--quiet');
  writeFiles(join(worktree, 'fresh'), { x: 'x' });
  const snapshot = await snapshotWorktree(git, { dir: worktree, ref, message, fileBytesMax: 1000 });
  assert.deepEqual(
    [...snapshot.skipped].sort((a, b) => (a.path < b.path ? -1 : 1)),
    [
      { path: 'big "1".bin', bytes: 2000, reason: 'large' },
      { path: 'fresh/', bytes: 0, reason: 'repository' },
      { path: 'nested/inner/', bytes: 0, reason: 'repository' },
    ],
  );
  assert.equal(plainGit(repo, 'ls-tree', '-r', '--name-only', ref), 'README.md\nsmall');
});

test('in the middle of a rebase or merge with conflicts a snapshot holds the files as they lie there (git 12)', async (t) => {
  const { dir, repo } = await makeRig(t, git, { f: 'base\n' });
  const worktree = await makePolecat(dir, repo);
  plainGit(worktree, 'branch', 'side');
  commitFiles(worktree, 'mine', { f: 'mine\n' });
  plainGit(worktree, 'checkout', '--quiet', 'side');
  commitFiles(worktree, 'theirs', { f: 'theirs\n' });
  for (const [operation, args] of [
    ['merge', ['merge', 'polecat/Toast/b@c']],
    ['rebase', ['rebase', 'polecat/Toast/b@c']],
  ] as const) {
    assert.notEqual(tryPlainGit(worktree, ...args).code, 0);
    const before = stateOf(worktree);
    await snapshotWorktree(git, { dir: worktree, ref: preservedRef(operation), message });
    assert.deepEqual(stateOf(worktree), before);
    assert.match(plainGit(repo, 'show', `${preservedRef(operation)}:f`), /<<<<<<<[\s\S]*>>>>>>>/);
    plainGit(worktree, operation, '--abort');
  }
});

test('asked again, an unchanged worktree keeps its snapshot and a changed one keeps the earlier as second parent (git 13)', async (t) => {
  const { dir, repo, head } = await makeRig(t);
  const worktree = await makePolecat(dir, repo);
  const clean = await snapshotWorktree(git, { dir: worktree, ref, message });
  assert.deepEqual([clean.kind, clean.isChanged], ['made', false]);
  writeFiles(worktree, { x: '1' });
  const first = await snapshotWorktree(git, { dir: worktree, ref, message });
  assert.deepEqual(await snapshotWorktree(git, { dir: worktree, ref, message: 'other' }), { ...first, kind: 'kept' });
  rmSync(join(worktree, 'x'));
  writeFiles(worktree, { y: '2' });
  const second = await snapshotWorktree(git, { dir: worktree, ref, message });
  assert.equal(plainGit(repo, 'rev-parse', `${second.commit}^@`), `${head}\n${first.commit}`);
  assert.equal(plainGit(repo, 'show', `${ref}^2:x`), '1');
});

test('snapshots of one worktree at the same time all end well (git 13)', async (t) => {
  const { dir, repo } = await makeRig(t);
  const worktree = await makePolecat(dir, repo);
  writeFiles(worktree, { x: '1' });
  const snapshots = await Promise.all(Array.from({ length: 4 }, () => snapshotWorktree(git, { dir: worktree, ref, message })));
  assert.equal(new Set(snapshots.map(({ tree }) => tree)).size, 1);
  assert.equal(plainGit(repo, 'rev-parse', `${ref}^{tree}`), snapshots[0]?.tree);
});

test('a change in the very moment of the last git add is not missed (git 11)', async (t) => {
  const { dir, repo } = await makeRig(t, git, { f: 'one' });
  const worktree = await makePolecat(dir, repo);
  writeFiles(worktree, { f: 'two' });
  plainGit(worktree, 'add', 'f');
  const index = join(realpathSync(repo), 'worktrees/Toast/index');
  const at = Math.floor(statSync(index).mtimeMs / 1000) - 10;
  utimesSync(join(worktree, 'f'), at, at);
  plainGit(worktree, 'update-index', '--really-refresh');
  writeFileSync(join(worktree, 'f'), 'six');
  utimesSync(join(worktree, 'f'), at, at);
  utimesSync(index, at, at);
  await snapshotWorktree(git, { dir: worktree, ref, message });
  assert.equal(plainGit(repo, 'show', `${ref}:f`), 'six');
});

test('a folder that is gone, or that lost its .git inside another repository, is a fault and no snapshot of something else (git 2)', async (t) => {
  const dir = tempDir(t);
  const outer = makeSource(join(dir, 'outer'));
  const rig = await makeRig(t);
  const worktree = await makePolecat(outer, rig.repo);
  renameSync(join(worktree, '.git'), join(dir, 'away'));
  await assert.rejects(snapshotWorktree(git, { dir: worktree, ref, message }), (error) => isFault(error, 'invalid') && error.hint !== undefined);
  await assert.rejects(snapshotWorktree(git, { dir: join(outer, 'gone'), ref, message }), (error) => isFault(error, 'not-found') && error.hint !== undefined);
  await assert.rejects(snapshotWorktree(git, { dir: rig.repo, ref, message }), (error) => isFault(error, 'invalid'));
  await assert.rejects(snapshotWorktree(git, { dir: outer, ref: 'refs/heads/x', message }), (error) => isFault(error, 'invalid'));
  assert.equal(plainGit(outer, 'for-each-ref', 'refs/baton'), '');
});

test('before the first commit a snapshot has no parent (git 12)', async (t) => {
  const dir = tempDir(t);
  plainGit(dir, 'init', '--quiet');
  assert.equal((await snapshotWorktree(git, { dir, ref: preservedRef('none'), message })).isChanged, false);
  writeFiles(dir, { x: 'x' });
  const snapshot = await snapshotWorktree(git, { dir, ref, message });
  assert.equal(snapshot.isChanged, true);
  assert.equal(plainGit(dir, 'rev-parse', `${ref}^@`), '');
});

test('a submodule does not break a snapshot; one with changes of its own is listed (git 12)', async (t) => {
  const { dir, repo, source } = await makeRig(t);
  const worktree = await makePolecat(dir, repo);
  plainGit(worktree, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', source, 'sub');
  commitFiles(worktree, 'with submodule', {});
  assert.deepEqual((await snapshotWorktree(git, { dir: worktree, ref, message })).skipped, []);
  writeFiles(join(worktree, 'sub'), { x: 'x' });
  const snapshot = await snapshotWorktree(git, { dir: worktree, ref, message });
  assert.deepEqual(snapshot.skipped, [{ path: 'sub', bytes: 0, reason: 'repository' }]);
});

test('a locked index does not stop a snapshot (git 12)', async (t) => {
  const { dir, repo } = await makeRig(t);
  const worktree = await makePolecat(dir, repo);
  writeFiles(worktree, { x: 'x' });
  writeFileSync(join(repo, 'worktrees/Toast/index.lock'), '');
  assert.equal((await snapshotWorktree(git, { dir: worktree, ref, message })).isChanged, true);
});

test('a file that cannot be read is listed, and the others are kept (git 12)', async (t) => {
  const dir = tempDir(t);
  makeSource(join(dir, 'source'), { tracked: 'old', other: 'old' });
  const source = join(dir, 'source');
  writeFiles(source, { tracked: 'new', other: 'new', secret: 's', open: 'o' });
  for (const name of ['tracked', 'secret']) chmodSync(join(source, name), 0);
  const snapshot = await snapshotWorktree(withoutOverride(dir), { dir: source, ref, message });
  assert.deepEqual([...snapshot.skipped].map(({ path, reason }) => `${path} ${reason}`).sort(), ['secret unreadable', 'tracked unreadable']);
  assert.equal(plainGit(source, 'show', `${ref}:other`), 'new');
});

/** Root reads everything, so for root git runs without that right. */
function withoutOverride(dir: string): typeof git {
  if (process.getuid?.() !== 0) return git;
  const script = '#!/bin/sh\nPATH="$REAL_PATH" exec setpriv --bounding-set=-dac_override,-dac_read_search git "$@"\n';
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin/git'), script, { mode: 0o755 });
  return { ...git, env: { ...git.env, REAL_PATH: git.env.PATH ?? '', PATH: `${dir}/bin:${git.env.PATH}` } };
}

async function makePolecat(dir: string, repo: string): Promise<string> {
  return (await addWorktree(git, { repo, dir: join(dir, 'Toast'), branch: 'polecat/Toast/b@c', from: 'main' })).dir;
}

/** All that a snapshot must leave alone. */
function stateOf(worktree: string): unknown {
  const gitDir = plainGit(worktree, 'rev-parse', '--absolute-git-dir');
  const index = join(gitDir, 'index');
  return [
    readFileSync(index).toString('base64'),
    statSync(index).mtimeMs,
    readFileSync(join(gitDir, 'HEAD'), 'utf8'),
    plainGit(worktree, 'for-each-ref', 'refs/heads'),
    plainGit(worktree, '--no-optional-locks', 'status', '--porcelain=v2', '--untracked-files=all', '--ignored'),
  ];
}

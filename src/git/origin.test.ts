import assert from 'node:assert/strict';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { tempDir } from '#host/testing';
import { cloneBare } from './clone-bare.ts';
import { createRepository } from './create-repository.ts';
import { fastForward } from './fast-forward.ts';
import { fetchOrigin } from './fetch-origin.ts';
import { listRemote } from './list-remote.ts';
import { pushRef } from './push-ref.ts';
import { commitFiles, makeRig, makeSource, openTestGit, plainGit } from './testing.ts';

const git = openTestGit();

test('a fetch tells what moved, came and went, and moves no local branch (git 19)', async (t) => {
  const { source, repo, head } = await makeRig(t);
  plainGit(source, 'branch', 'gone');
  assert.deepEqual(await fetchOrigin(git, { repo }), { kind: 'fetched', moved: [{ ref: 'refs/remotes/origin/gone', from: undefined, to: head }] });
  plainGit(source, 'branch', '-D', 'gone');
  const next = commitFiles(source, 'next', { x: 'x' });
  assert.deepEqual(await fetchOrigin(git, { repo }), {
    kind: 'fetched',
    moved: [
      { ref: 'refs/remotes/origin/gone', from: head, to: undefined },
      { ref: 'refs/remotes/origin/main', from: head, to: next },
    ],
  });
  assert.deepEqual(await fetchOrigin(git, { repo }), { kind: 'fetched', moved: [] });
  assert.equal(plainGit(repo, 'rev-parse', 'main'), head);
});

test('an origin that is gone, is slow, or was never there is an answer and no failure (git 19)', async (t) => {
  const { dir, source, repo } = await makeRig(t);
  renameSync(source, join(dir, 'away'));
  const gone = await fetchOrigin(git, { repo });
  assert.ok(gone.kind === 'unreachable' && /does not appear to be a git repository|does not exist/.test(gone.reason), JSON.stringify(gone));
  assert.equal((await listRemote(git, { repo })).kind, 'unreachable');
  plainGit(repo, 'config', 'remote.origin.url', 'http://127.0.0.1:9/x.git');
  assert.equal((await fetchOrigin(git, { repo })).kind, 'unreachable');
  writeFileSync(join(dir, 'slow'), '#!/bin/sh\nexec sleep 60\n');
  chmodSync(join(dir, 'slow'), 0o755);
  plainGit(repo, 'config', 'remote.origin.url', join(dir, 'away'));
  plainGit(repo, 'config', 'remote.origin.uploadpack', join(dir, 'slow'));
  const slow = await fetchOrigin(git, { repo, timeoutMs: 300 });
  assert.ok(slow.kind === 'unreachable' && /300ms/.test(slow.reason), JSON.stringify(slow));
  await createRepository(git, { dir: join(dir, 'new.git'), branch: 'main' });
  assert.deepEqual(await fetchOrigin(git, { repo: join(dir, 'new.git') }), { kind: 'no-origin' });
  await assert.rejects(fetchOrigin(git, { repo: join(dir, 'none.git') }), (error) => isFault(error, 'not-found'));
});

test('a branch goes forward to origin’s, and never back or aside (git 19)', async (t) => {
  const { source, repo, head } = await makeRig(t);
  const forward = async () => {
    await fetchOrigin(git, { repo });
    return fastForward(git, { repo, branch: 'main' });
  };
  assert.deepEqual(await forward(), { kind: 'up-to-date', aheadCount: 0 });
  const next = commitFiles(source, 'next', { x: 'x' });
  assert.deepEqual(await forward(), { kind: 'forwarded', from: head, to: next });
  const landed = plainGit(repo, 'commit-tree', `${next}^{tree}`, '-p', next, '-m', 'landed');
  plainGit(repo, '-c', 'core.hooksPath=/dev/null', 'update-ref', 'refs/heads/main', landed);
  assert.deepEqual(await forward(), { kind: 'up-to-date', aheadCount: 1 });
  commitFiles(source, 'aside', { y: 'y' });
  assert.deepEqual(await forward(), { kind: 'diverged', aheadCount: 1, behindCount: 1 });
  assert.equal(plainGit(repo, 'rev-parse', 'main'), landed);
  assert.deepEqual(await fastForward(git, { repo, branch: 'nowhere' }), { kind: 'no-remote-branch' });
  plainGit(repo, 'update-ref', 'refs/remotes/origin/fresh', head);
  assert.deepEqual(await fastForward(git, { repo, branch: 'fresh' }), { kind: 'forwarded', from: undefined, to: head });
});

test('a shallow source that goes on is fetched again (git 19)', async (t) => {
  const dir = tempDir(t);
  const far = makeSource(join(dir, 'far'));
  commitFiles(far, 'second', { b: 'b' });
  plainGit(dir, 'clone', '--quiet', '--depth=1', `file://${far}`, 'source');
  const repo = join(dir, 'repo.git');
  await cloneBare(git, { source: join(dir, 'source'), dir: repo });
  const next = commitFiles(join(dir, 'source'), 'third', { c: 'c' });
  const fetched = await fetchOrigin(git, { repo });
  assert.deepEqual(fetched.kind === 'fetched' && fetched.moved.map(({ to }) => to), [next]);
});

test('a push is believed when ls-remote shows it, and is refused over what others pushed (git 20)', async (t) => {
  const dir = tempDir(t);
  plainGit(dir, 'clone', '--quiet', '--bare', makeSource(join(dir, 'start')), 'origin.git');
  const repo = join(dir, 'repo.git');
  const { head } = await cloneBare(git, { source: join(dir, 'origin.git'), dir: repo });
  const next = plainGit(repo, 'commit-tree', `${head}^{tree}`, '-p', head, '-m', 'next');
  const aside = plainGit(repo, 'commit-tree', `${head}^{tree}`, '-p', head, '-m', 'aside');
  const push = (ref: string, to: string, lease?: string) => pushRef(git, { repo, ref, to: `refs/heads/${to}`, lease });
  assert.deepEqual(await push(next, 'main'), { kind: 'pushed', commit: next });
  assert.deepEqual(await push(next, 'main'), { kind: 'pushed', commit: next });
  assert.deepEqual(await push(aside, 'main'), { kind: 'rejected', reason: 'non-fast-forward', isAt: next });
  assert.deepEqual(await push(aside, 'main', head), { kind: 'rejected', reason: 'stale info', isAt: next });
  assert.deepEqual(await push(aside, 'main', next), { kind: 'pushed', commit: aside });
  assert.deepEqual(await push(next, 'polecat/Toast/b@c', 'none'), { kind: 'pushed', commit: next });
  assert.equal((await push(aside, 'polecat/Toast/b@c', 'none')).kind, 'rejected');
  const remote = await listRemote(git, { repo, patterns: ['refs/heads/*'] });
  assert.deepEqual(remote.kind === 'listed' && [...remote.refs], [
    ['refs/heads/main', aside],
    ['refs/heads/polecat/Toast/b@c', next],
  ]);
  await assert.rejects(push('nowhere', 'main'), (error) => isFault(error, 'not-found'));
});

test('an origin that takes no push says why (git 20)', async (t) => {
  const { repo, source, head } = await makeRig(t);
  const next = plainGit(repo, 'commit-tree', `${head}^{tree}`, '-p', head, '-m', 'next');
  const pushed = await pushRef(git, { repo, ref: next, to: 'refs/heads/main' });
  assert.deepEqual(pushed, { kind: 'rejected', reason: 'branch is currently checked out', isAt: head });
  assert.equal(plainGit(source, 'rev-parse', 'main'), head);
});

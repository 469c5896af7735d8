import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { eventually } from '#host/testing';
import { addWorktree } from './add-worktree.ts';
import { excludeFromWorktree } from './exclude-from-worktree.ts';
import { listWorktrees } from './list-worktrees.ts';
import { readWorktree } from './read-worktree.ts';
import { removeWorktree } from './remove-worktree.ts';
import { commitFiles, makeRig, openTestGit, plainGit, startVerb, writeFiles } from './testing.ts';

const git = openTestGit();
const isConflict = (error: unknown) => isFault(error, 'conflict') && error.hint !== undefined;

test('a worktree comes on a new branch, on one that is there, or detached; asked for again it is left as it is (git 7)', async (t) => {
  const { dir, repo, head } = await makeRig(t);
  const a = await addWorktree(git, { repo, dir: join(dir, 'a'), branch: 'polecat/a/b@c', from: 'main' });
  assert.deepEqual(a, { kind: 'made', dir: join(dir, 'a'), head });
  const mine = commitFiles(a.dir, 'mine', { x: 'x' });
  assert.deepEqual(await addWorktree(git, { repo, dir: a.dir, branch: 'polecat/a/b@c', from: 'main' }), { kind: 'there', dir: a.dir, head: mine });
  await removeWorktree(git, { repo, dir: a.dir });
  assert.deepEqual(await addWorktree(git, { repo, dir: join(dir, 'b'), branch: 'polecat/a/b@c', from: 'main' }), {
    kind: 'made',
    dir: join(dir, 'b'),
    head: mine,
  });
  assert.equal((await addWorktree(git, { repo, dir: join(dir, 'd'), from: 'main' })).head, head);
  assert.equal((await readWorktree(git, join(dir, 'd'))).branch, undefined);
});

test('a path or branch that is taken, an unknown start and a bad name are faults, and nothing is touched (git 7)', async (t) => {
  const { dir, repo } = await makeRig(t);
  writeFiles(dir, { 'taken/file': 'mine', file: 'mine' });
  mkdirSync(join(dir, 'empty'));
  await addWorktree(git, { repo, dir: join(dir, 'a'), branch: 'crew/a', from: 'main' });
  const add = (name: string, branch: string, from?: string) => addWorktree(git, { repo, dir: join(dir, name), branch, from });
  await assert.rejects(add('taken', 'crew/x', 'main'), isConflict);
  await assert.rejects(add('file', 'crew/x', 'main'), isConflict);
  await assert.rejects(add('a', 'crew/other', 'main'), isConflict);
  await assert.rejects(add('b', 'crew/a', 'main'), (error) => isConflict(error) && /already checked out in ".*a"/.test(String(error)));
  await assert.rejects(add('b', 'crew/b', 'nowhere'), (error) => isFault(error, 'not-found'));
  await assert.rejects(add('b', 'crew/b'), (error) => isFault(error, 'not-found'));
  await assert.rejects(add('b', 'a b', 'main'), (error) => isFault(error, 'invalid'));
  await assert.rejects(add('b', 'crew/a/b', 'main'), isConflict);
  assert.equal(readFileSync(join(dir, 'taken/file'), 'utf8') + readFileSync(join(dir, 'file'), 'utf8'), 'minemine');
  assert.equal(existsSync(join(dir, 'b')), false);
  assert.equal((await add('empty', 'crew/e', 'main')).kind, 'made');
  assert.deepEqual(readdirSync(join(repo, 'baton-claims')), []);
});

test('thirty worktrees are made at once in one repository (git 7)', async (t) => {
  const { dir, repo, head } = await makeRig(t);
  const names = Array.from({ length: 30 }, (_, i) => `p${i}`);
  const made = await Promise.all(names.map((name) => addWorktree(git, { repo, dir: join(dir, name), branch: `polecat/${name}/b@c`, from: 'main' })));
  assert.deepEqual(
    made.map(({ kind, head: at }) => [kind, at]),
    names.map(() => ['made', head]),
  );
  const worktrees = await listWorktrees(git, { repo });
  assert.deepEqual(worktrees.map(({ dir: at, branch }) => `${at} ${branch}`).sort(), names.map((name) => `${join(dir, name)} polecat/${name}/b@c`).sort());
  assert.ok(names.every((name) => readFileSync(join(dir, name, 'README.md'), 'utf8') === 'hello\n'));
});

test('a worktree whose making was killed is made anew, whenever it was killed (git 8)', async (t) => {
  const files = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`d${i % 50}/f${i}`, `${i}`]));
  const { dir, repo, head } = await makeRig(t, git, files);
  const request = { repo, dir: join(dir, 'Toast'), branch: 'polecat/Toast/b@c', from: 'main' };
  for (const point of ['git.worktree-add.before', 'git.worktree-add.made']) {
    assert.equal((await startVerb('addWorktree', request, { fault: `${point}=kill` }).exited).signal, 'SIGKILL', point);
    assert.equal((await addWorktree(git, request)).kind, 'made', point);
    await removeWorktree(git, request);
  }
  for (const seen of [join(repo, 'worktrees/Toast'), join(dir, 'Toast/d1')]) {
    const killed = startVerb('addWorktree', request);
    await eventually(() => existsSync(seen), seen);
    killed.child.kill('SIGKILL');
    await killed.exited;
    assert.deepEqual(await addWorktree(git, request), { kind: 'made', dir: request.dir, head }, seen);
    const { changed, untracked, branch } = await readWorktree(git, request.dir);
    assert.deepEqual([changed, untracked, branch], [[], [], request.branch]);
    await removeWorktree(git, request);
  }
  assert.deepEqual(readdirSync(join(repo, 'baton-claims')), []);
});

test('a folder that somebody else put where a killed attempt had not begun yet is not removed (git 8)', async (t) => {
  const { dir, repo } = await makeRig(t);
  const request = { repo, dir: join(dir, 'Toast'), branch: 'crew/x', from: 'main' };
  assert.equal((await startVerb('addWorktree', request, { fault: 'git.ref.before=kill' }).exited).signal, 'SIGKILL');
  assert.equal(readdirSync(join(repo, 'baton-claims')).length, 1);
  writeFiles(request.dir, { precious: 'mine' });
  await assert.rejects(addWorktree(git, request), isConflict);
  assert.equal(readFileSync(join(request.dir, 'precious'), 'utf8'), 'mine');
});

test('a record that a killed git left half-written does not block the others for ever (git 8)', async (t) => {
  const { dir, repo } = await makeRig(t);
  await addWorktree(git, { repo, dir: join(dir, 'a'), branch: 'crew/a', from: 'main' });
  const record = join(repo, 'worktrees/broken');
  mkdirSync(record);
  for (const file of ['gitdir', 'commondir', 'HEAD']) writeFileSync(join(record, file), '');
  utimesSync(record, 1, 1);
  assert.equal((await addWorktree(git, { repo, dir: join(dir, 'b'), branch: 'crew/b', from: 'main' })).kind, 'made');
  assert.equal(existsSync(record), false);
});

test('removing takes the folder and the record, with whatever is in it, also when the folder or its .git is gone (git 9)', async (t) => {
  const { dir, repo } = await makeRig(t);
  const remove = (name: string) => removeWorktree(git, { repo, dir: join(dir, name) });
  for (const name of ['a', 'b', 'c', 'd']) await addWorktree(git, { repo, dir: join(dir, name), branch: `crew/${name}`, from: 'main' });
  writeFiles(join(dir, 'a'), { 'README.md': 'changed', 'untracked/x': 'x', 'node_modules/y': 'y' });
  rmSync(join(dir, 'b'), { recursive: true });
  rmSync(join(dir, 'c/.git'));
  symlinkSync(join(dir, 'd'), join(dir, 'link'));
  assert.deepEqual(
    [await remove('a'), await remove('b'), await remove('c'), await remove('link'), await remove('a'), await remove('never')],
    ['removed', 'removed', 'removed', 'removed', 'gone', 'gone'],
  );
  assert.deepEqual(await listWorktrees(git, { repo }), []);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((name) => existsSync(join(dir, name))),
    [false, false, false, false],
  );
  assert.match(plainGit(repo, 'branch', '--list'), /crew\/a/);
  mkdirSync(join(dir, 'other'));
  await assert.rejects(remove('other'), isConflict);
});

test('a worktree whose folder was deleted by hand is made anew on its branch (git 9)', async (t) => {
  const { dir, repo } = await makeRig(t);
  const request = { repo, dir: join(dir, 'a'), branch: 'crew/a', from: 'main' };
  await addWorktree(git, request);
  rmSync(request.dir, { recursive: true });
  assert.deepEqual(
    (await listWorktrees(git, { repo })).map(({ isMissing }) => isMissing),
    [true],
  );
  assert.equal((await addWorktree(git, request)).kind, 'made');
});

test('a locked worktree is not removed; the fault says why it is locked (git 9)', async (t) => {
  const { dir, repo } = await makeRig(t);
  await addWorktree(git, { repo, dir: join(dir, 'a'), branch: 'crew/a', from: 'main' });
  plainGit(repo, 'worktree', 'lock', '--reason', 'max: on a stick', join(dir, 'a'));
  assert.deepEqual((await listWorktrees(git, { repo }))[0]?.lock, { reason: 'max: on a stick' });
  await assert.rejects(removeWorktree(git, { repo, dir: join(dir, 'a') }), (error) => isConflict(error) && /max: on a stick/.test(String(error)));
  assert.ok(existsSync(join(dir, 'a/README.md')));
});

test('excluded patterns hide our files from git in every worktree, once each (git 7)', async (t) => {
  const { dir, repo } = await makeRig(t);
  for (const name of ['a', 'b']) await addWorktree(git, { repo, dir: join(dir, name), branch: `crew/${name}`, from: 'main' });
  const patterns = ['/.claude/settings.json', '/.baton/'];
  await Promise.all(['a', 'b', 'a'].map((name) => excludeFromWorktree(git, { dir: join(dir, name), patterns })));
  await excludeFromWorktree(git, { dir: join(dir, 'a'), patterns: [...patterns, '/more'] });
  writeFiles(join(dir, 'b'), { '.claude/settings.json': '{}', '.baton/x': 'x', more: 'm', other: 'o' });
  assert.deepEqual((await readWorktree(git, join(dir, 'b'))).untracked, ['other']);
  assert.match(readFileSync(join(repo, 'info/exclude'), 'utf8'), /\/more\n$/);
});

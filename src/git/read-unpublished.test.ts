import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { addWorktree, readUnpublished } from './index.ts';
import { commitFiles, makeRig, openTestGit, plainGit, writeFiles } from './testing.ts';

test('commits that nobody else has are counted, and stashes of the branch are told, those of others not (git 21)', async (t) => {
  const git = openTestGit();
  const { dir, repo } = await makeRig(t, git);
  const [one, two] = [join(dir, 'one'), join(dir, 'two')];
  for (const [place, branch] of [
    [one, 'work/one'],
    [two, 'work/two'],
  ] as const)
    await addWorktree(git, { repo, dir: place, branch, from: 'main' });
  const read = () => readUnpublished(git, { dir: one, branch: 'work/one', target: 'main' });
  assert.deepEqual(await read(), { commitCount: 0, stashes: [] });
  commitFiles(one, 'first of it', { 'a.txt': 'a\n' });
  commitFiles(one, 'second of it', { 'b.txt': 'b\n' });
  for (const [place, text] of [
    [one, 'mine\n'],
    [two, 'theirs\n'],
  ] as const) {
    writeFiles(place, { 'README.md': text });
    plainGit(place, 'stash', '--quiet');
  }
  const { commitCount, stashes } = await read();
  assert.deepEqual([commitCount, stashes.length], [2, 1]);
  assert.match(stashes[0] ?? '', /^WIP on work\/one: .* second of it$/);
  plainGit(repo, 'update-ref', 'refs/remotes/origin/work/one', plainGit(one, 'rev-parse', 'HEAD~1'));
  assert.equal((await read()).commitCount, 1);
});

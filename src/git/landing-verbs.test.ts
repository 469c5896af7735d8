import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { addWorktree } from './add-worktree.ts';
import { countCommits } from './count-commits.ts';
import { diffSummary } from './diff-summary.ts';
import { foldCommits } from './fold-commits.ts';
import { isAncestor } from './is-ancestor.ts';
import { listCommits } from './list-commits.ts';
import { moveRef } from './move-ref.ts';
import { listRefs, readRef } from './read-refs.ts';
import { readWorktree } from './read-worktree.ts';
import { rebaseBranch } from './rebase-branch.ts';
import { resetWorktree } from './reset-worktree.ts';
import { resolveCommit } from './resolve-commit.ts';
import { commitFiles, makeRig, openTestGit, plainGit, tryPlainGit, writeFiles } from './testing.ts';

const git = openTestGit();

test('of twenty that move a ref from where it stood, exactly one does (git 16)', async (t) => {
  const { repo, head } = await makeRig(t);
  const tree = plainGit(repo, 'rev-parse', `${head}^{tree}`);
  const commits = Array.from({ length: 20 }, (_, i) => plainGit(repo, 'commit-tree', tree, '-p', head, '-m', `${i}`));
  const answers = await Promise.all(commits.map((to) => moveRef(git, { repo, ref: 'refs/heads/main', from: head, to })));
  assert.deepEqual(answers.filter((answer) => answer === 'moved').length, 1);
  assert.equal(plainGit(repo, 'rev-parse', 'main'), commits[answers.indexOf('moved')]);
});

test('a ref is made only where none is, removed only where it stands, and a name that does not fit is a fault (git 16)', async (t) => {
  const { repo, head } = await makeRig(t);
  const move = (ref: string, from: string | undefined, to: string | undefined) => moveRef(git, { repo, ref, from, to });
  assert.equal(await move('refs/baton/x', undefined, head), 'moved');
  assert.equal(await move('refs/baton/x', undefined, head), 'changed-meanwhile');
  assert.equal(await move('refs/baton/x', '1'.repeat(40), undefined), 'changed-meanwhile');
  assert.deepEqual(
    (await listRefs(git, { repo, prefix: 'refs/baton/' })).map(({ ref, commit }) => [ref, commit]),
    [['refs/baton/x', head]],
  );
  assert.equal(await move('refs/baton/x', head, undefined), 'moved');
  assert.equal(await move('refs/baton/x', head, undefined), 'changed-meanwhile');
  assert.equal(await move('refs/baton/x', undefined, undefined), 'moved');
  await assert.rejects(move('refs/heads/main/sub', undefined, head), (error) => isFault(error, 'conflict'));
  await assert.rejects(move('main', undefined, head), (error) => isFault(error, 'invalid'));
  assert.equal(await readRef(git, { repo, ref: 'refs/heads/main' }), head);
});

test('a branch is put on top of the target with its authors kept, and no branch moves (git 17)', async (t) => {
  const rig = await makeLanding(t, { f: 'base\n' });
  const branchHead = rig.commit('polecat', { a: 'a' });
  const onto = rig.commit('target', { b: 'b' });
  const refs = plainGit(rig.repo, 'for-each-ref');
  writeFiles(rig.landing, { 'README.md': 'left over', 'left/over': 'x' });
  const rebased = await rebaseBranch(git, { worktree: rig.landing, branchHead, onto });
  assert.ok(rebased.kind === 'clean');
  assert.equal(plainGit(rig.repo, 'log', '--format=%an %cn %s', '-2', rebased.head), 'Toast Baton polecat\nToast Toast target');
  assert.deepEqual(plainGit(rig.repo, 'ls-tree', '--name-only', rebased.head), 'a\nb\nf');
  assert.equal(plainGit(rig.repo, 'for-each-ref'), refs);
  await assertClean(rig.landing, rebased.head);
});

test('a branch that already stands on the target keeps its commits, and one without commits of its own is the target (git 17)', async (t) => {
  const rig = await makeLanding(t, { f: 'base\n' });
  const branchHead = rig.commit('polecat', { a: 'a' });
  assert.deepEqual(await rebaseBranch(git, { worktree: rig.landing, branchHead, onto: rig.head }), { kind: 'clean', head: branchHead });
  assert.deepEqual(await rebaseBranch(git, { worktree: rig.landing, branchHead: rig.head, onto: branchHead }), { kind: 'clean', head: branchHead });
});

test('a conflict names its files and leaves the worktree clean on the target (git 17)', async (t) => {
  const rig = await makeLanding(t, { f: 'base\n', 'é x': 'base\n' });
  const branchHead = rig.commit('polecat', { f: 'mine\n', 'é x': 'mine\n' });
  const onto = rig.commit('target', { f: 'theirs\n', 'é x': 'theirs\n' });
  const rebased = await rebaseBranch(git, { worktree: rig.landing, branchHead, onto });
  assert.ok(rebased.kind === 'conflict');
  assert.deepEqual([...rebased.files].sort(), ['f', 'é x']);
  assert.match(rebased.detail, /CONFLICT \(content\): Merge conflict in f/);
  await assertClean(rig.landing, onto);
  await assert.rejects(rebaseBranch(git, { worktree: rig.landing, branchHead: 'nowhere', onto }), (error) => isFault(error, 'not-found'));
});

test('the landing’s worktree is put right after anything: a rebase stopped half-way, changes, a stale lock; ignored files stay (git 17)', async (t) => {
  const rig = await makeLanding(t, { f: 'base\n', '.gitignore': 'cache/\n' });
  const [mine, theirs] = [rig.commit('polecat', { f: 'mine\n' }), rig.commit('target', { f: 'theirs\n' })];
  const dir = rig.landing;
  plainGit(dir, 'checkout', '--quiet', '--detach', mine);
  assert.notEqual(tryPlainGit(dir, 'rebase', theirs).code, 0);
  writeFiles(dir, { 'cache/kept': 'k', 'left/over': 'x' });
  mkdirSync(join(dir, 'nested'));
  plainGit(join(dir, 'nested'), 'init', '--quiet');
  const lock = join(plainGit(dir, 'rev-parse', '--absolute-git-dir'), 'index.lock');
  writeFileSync(lock, '');
  assert.deepEqual(await resetWorktree(openTestGit({ lockWaitMs: 50 }), { dir, to: theirs }), { head: theirs });
  await assertClean(dir, theirs);
  assert.deepEqual([existsSync(lock), readFileSync(join(dir, 'cache/kept'), 'utf8'), existsSync(join(dir, 'nested'))], [false, 'k', false]);
});

test('WIP commits are folded into their neighbours with the same files at the end (git 18)', async (t) => {
  const rig = await makeLanding(t, { f: 'base\n' });
  const chain = [
    ['WIP: a', { a: '1' }],
    ['add a', { a: '2' }],
    ['add b', { b: '1' }],
    ['WIP: b', { b: '2' }],
  ] as const;
  let head = rig.head;
  for (const [message, files] of chain) head = rig.commit(message, files, head);
  const fold = (from: string, to: string) =>
    foldCommits(git, { repo: rig.repo, base: from, head: to, isFolded: ({ subject }) => subject.startsWith('WIP:'), message: 'all of it' });
  const folded = await fold(rig.head, head);
  assert.equal(plainGit(rig.repo, 'log', '--format=%an %s', `${rig.head}..${folded}`), 'Toast add b\nToast add a');
  assert.equal(plainGit(rig.repo, 'rev-parse', `${folded}^{tree}`), plainGit(rig.repo, 'rev-parse', `${head}^{tree}`));
  assert.equal(plainGit(rig.repo, 'show', `${folded}~1:a`), '2');
  assert.equal(await fold(rig.head, folded), folded);
  const only = rig.commit('WIP: x', { x: 'x' });
  assert.equal(plainGit(rig.repo, 'log', '--format=%s', `${rig.head}..${await fold(rig.head, only)}`), 'all of it');
});

test('history is read: commits, counts, ancestors, differences, names (git 10)', async (t) => {
  const rig = await makeLanding(t, { f: 'one\ntwo\n' });
  const first = rig.commit('first\n\nwith a body', { f: 'one\n', é: 'x\n' });
  const second = rig.commit('second', { bin: '\0\x01' }, first);
  const { repo } = rig;
  const commits = await listCommits(git, { repo, from: rig.head, to: second });
  assert.deepEqual(
    commits.map(({ commit, parents, subject, message, author }) => [commit, parents, subject, message, author.name]),
    [
      [second, [first], 'second', 'second', 'Toast'],
      [first, [rig.head], 'first', 'first\n\nwith a body', 'Toast'],
    ],
  );
  assert.equal((await listCommits(git, { repo, to: second, max: 1 })).length, 1);
  assert.deepEqual(await countCommits(git, { repo, from: second, to: rig.head }), { aheadCount: 0, behindCount: 2 });
  assert.deepEqual([await isAncestor(git, { repo, ancestor: first, of: second }), await isAncestor(git, { repo, ancestor: second, of: first })], [true, false]);
  await assert.rejects(isAncestor(git, { repo, ancestor: 'nowhere', of: first }), (error) => isFault(error, 'not-found'));
  assert.deepEqual(await diffSummary(git, { repo, from: rig.head, to: second }), {
    files: [
      { path: 'bin', addedCount: undefined, removedCount: undefined },
      { path: 'f', addedCount: 0, removedCount: 1 },
      { path: 'é', addedCount: 1, removedCount: 0 },
    ],
    addedCount: 1,
    removedCount: 1,
  });
  assert.deepEqual(
    [
      await resolveCommit(git, { repo, name: second.slice(0, 10) }),
      await resolveCommit(git, { repo, name: 'nowhere' }),
      await resolveCommit(git, { repo, name: '--all' }),
    ],
    [second, undefined, undefined],
  );
});

/** A rig with a landing worktree, and a hand that commits on top of a commit, the first by default, without moving a branch of anybody. */
async function makeLanding(t: Parameters<typeof makeRig>[0], files: Readonly<Record<string, string>>) {
  const rig = await makeRig(t, git, files);
  const landing = (await addWorktree(git, { repo: rig.repo, dir: join(rig.dir, 'landing'), from: 'main' })).dir;
  const hand = (await addWorktree(git, { repo: rig.repo, dir: join(rig.dir, 'hand'), from: 'main' })).dir;
  const commit = (message: string, changes: Readonly<Record<string, string>>, on = rig.head) => {
    plainGit(hand, 'checkout', '--quiet', '--detach', on);
    return commitFiles(hand, message, changes);
  };
  return { ...rig, landing, commit };
}

async function assertClean(dir: string, head: string): Promise<void> {
  const state = await readWorktree(git, dir);
  assert.deepEqual([state.head, state.branch, state.changed, state.untracked, state.operation], [head, undefined, [], [], undefined]);
}

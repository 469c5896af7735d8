import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bug } from '#base';
import { crewBranch, isObjectId, judgeRefName, polecatBranch, preservedRef, readOurBranch } from './model.ts';
import { findLock, isRemoteUrl, judgeFailure, judgeTarget, planFold } from './rules.ts';
import { openTestGit, tryPlainGit } from './testing.ts';

test('the branches of polecats and crew are read back as they were written (git 1)', () => {
  assert.equal(polecatBranch({ name: 'Toast', bead: 'ap-1x2y3', molecule: 'mol-9z8y7' }), 'polecat/Toast/ap-1x2y3@mol-9z8y7');
  assert.deepEqual(readOurBranch('polecat/Toast/ap-1x2y3@mol-9z8y7'), { kind: 'polecat', name: 'Toast', bead: 'ap-1x2y3', molecule: 'mol-9z8y7' });
  assert.deepEqual(readOurBranch(crewBranch('max')), { kind: 'crew', name: 'max' });
  for (const other of ['main', 'polecat/Toast', 'polecat/a/b/c@d', 'crew/max/more']) assert.equal(readOurBranch(other), undefined);
});

test('a name that would escape its place is never made into a branch or ref (git 1)', () => {
  for (const name of ['..', 'a b', '.hidden', 'x.lock', 'a/b', '']) assert.throws(() => crewBranch(name), Bug, name);
  assert.throws(() => preservedRef('../heads/main'), Bug);
  assert.equal(preservedRef('sess_0123abcd'), 'refs/baton/preserved/sess_0123abcd');
});

test('what counts as the name of a ref is what git itself says (git 1)', () => {
  const names = fc.string({
    unit: fc.constantFrom('a', 'B', '/', '.', '-', '@', '{', '~', ' ', '\\', '*', 'é', '.lock', '[', ':'),
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(names, (name) => {
      const git = tryPlainGit('/', 'check-ref-format', `refs/heads/${name}`).code === 0;
      const isOurs = judgeRefName(`refs/heads/${name}`).kind === 'valid';
      assert.equal(isOurs, git, JSON.stringify(name));
    }),
    { numRuns: 150 },
  );
  assert.equal(judgeRefName('-x').kind, 'invalid');
});

test('the target is the branch asked for, else HEAD’s, else what a detached HEAD makes likely (git 3)', () => {
  const branches = new Map([
    ['main', 'a'],
    ['next', 'b'],
  ]);
  const judge = (headBranch?: string, headCommit?: string, wanted?: string, known = branches) => {
    const choice = judgeTarget({ headBranch, headCommit, branches: known }, wanted);
    return choice.kind === 'chosen' ? `${choice.target}@${choice.commit}` : choice.kind;
  };
  assert.equal(judge('next', 'b'), 'next@b');
  assert.equal(judge('next', 'b', 'main'), 'main@a');
  assert.equal(judge('next', 'b', 'gone'), 'unclear');
  assert.equal(judge(undefined, 'b'), 'next@b');
  assert.equal(judge(undefined, 'c'), 'main@a');
  assert.equal(judge(undefined, 'c', undefined, new Map([['dev', 'd']])), 'dev@d');
  assert.equal(judge(undefined, 'c', undefined, new Map()), 'main@c');
  assert.equal(
    judge(
      undefined,
      undefined,
      undefined,
      new Map([
        ['x', 'd'],
        ['y', 'e'],
      ]),
    ),
    'unclear',
  );
  assert.equal(judge(undefined, undefined, undefined, new Map()), 'no-commits');
});

test('folders and remotes are told apart as git does (git 3)', () => {
  for (const url of ['https://example.org/x.git', 'ssh://h/x', 'file:///tmp/x', 'git@example.org:me/x.git', 'host:x'])
    assert.equal(isRemoteUrl(url), true, url);
  for (const path of ['/tmp/x', './x', 'x', '/tmp/a:b', 'dir/a:b']) assert.equal(isRemoteUrl(path), false, path);
});

test('known failures of git become sentences, the value quoted, with a hint (git 2)', () => {
  const full = judgeFailure('error: unable to write file x: No space left on device', '/w');
  assert.deepEqual([full?.kind, full?.message], ['unavailable', 'the disk that holds "/w" is full']);
  assert.match(judgeFailure("fatal: 'main' is already checked out at '/w/a'", '/w')?.message ?? '', /"\/w\/a"/);
  assert.match(judgeFailure("fatal: detected dubious ownership in repository at '/x'", '/w')?.hint ?? '', /safe\.directory "\/x"/);
  assert.equal(judgeFailure('fatal: something else', '/w'), undefined);
});

test('locks are found in what git says, and a record that is being written (git 15)', () => {
  assert.deepEqual(findLock("fatal: Unable to create '/w/.git/index.lock': File exists."), { kind: 'lock', path: '/w/.git/index.lock' });
  assert.deepEqual(findLock('error: could not lock config file /w/config: File exists'), { kind: 'lock', path: '/w/config.lock' });
  assert.deepEqual(findLock("fatal: failed to read '/r/worktrees/w1/commondir': Success"), { kind: 'half-made', path: '/r/worktrees/w1/commondir' });
  assert.equal(findLock('fatal: not a git repository'), undefined);
});

test('folded commits go into the next kept one, those at the end into the last (git 13)', () => {
  const plan = (text: string) =>
    planFold([...text].map((commit) => ({ commit, isFolded: commit === commit.toLowerCase() }))).map(({ message, tree }) => message + tree);
  assert.deepEqual(plan('aBcD'), ['BB', 'DD']);
  assert.deepEqual(plan('Abc'), ['Ac']);
  assert.deepEqual(plan('abc'), ['cc']);
  assert.deepEqual(plan('ABc'), ['AA', 'Bc']);
  assert.deepEqual(plan(''), []);
});

test('an object id is told from a name (git 1)', () => {
  assert.equal(isObjectId('a'.repeat(40)), true);
  assert.equal(isObjectId('a'.repeat(64)), true);
  assert.equal(isObjectId('main'), false);
});

test('only what openGit built reaches git: nothing of the caller’s GIT_* (git 2)', () => {
  const { env } = openTestGit();
  assert.deepEqual([env.GIT_TERMINAL_PROMPT, env.LC_ALL, env.GIT_AUTHOR_NAME], ['0', 'C', 'Baton']);
});

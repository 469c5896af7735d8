import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { eventually, tempDir } from '#host/testing';
import { cloneBare } from './clone-bare.ts';
import { createRepository } from './create-repository.ts';
import { findRepositoryAround, readRepository } from './find-repository.ts';
import { commitFiles, makeSource, openTestGit, plainGit, startVerb, tryPlainGit } from './testing.ts';

const git = openTestGit();

test('a clone has all branches of origin, one local branch as target, and leaves the source byte-identical (git 3)', async (t) => {
  const dir = tempDir(t);
  const source = makeSource(join(dir, 'source'));
  plainGit(source, 'branch', 'feature/x');
  plainGit(source, 'checkout', '--quiet', '-b', 'work');
  const head = commitFiles(source, 'second', { 'a/b.txt': 'b' });
  plainGit(source, 'tag', 'v1');
  const before = fingerprint(source);
  const repo = join(dir, 'repo.git');
  assert.deepEqual(await cloneBare(git, { source, dir: repo }), { target: 'work', head, isDetached: false, isShallow: false });
  assert.equal(fingerprint(source), before);
  assert.equal(
    plainGit(repo, 'for-each-ref', '--format=%(refname)'),
    ['refs/heads/work', 'refs/remotes/origin/feature/x', 'refs/remotes/origin/main', 'refs/remotes/origin/work', 'refs/tags/v1'].join('\n'),
  );
  assert.deepEqual(await readRepository(git, repo), {
    gitDir: repo,
    commonDir: repo,
    top: undefined,
    branch: 'work',
    head,
    isBare: true,
    isShallow: false,
    origin: source,
  });
  assert.equal(plainGit(repo, 'config', 'core.hooksPath'), join(repo, 'hooks'));
  assert.equal(existsSync(join(repo, 'objects/info/alternates')), false);
  plainGit(repo, 'fsck', '--full', '--strict');
});

test('pushing from a clone fails and says who pushes instead (git 3)', async (t) => {
  const dir = tempDir(t);
  const source = makeSource(join(dir, 'source'));
  await cloneBare(git, { source, dir: join(dir, 'repo.git') });
  for (const args of [['push', 'origin', 'main'], ['push']]) {
    const pushed = tryPlainGit(join(dir, 'repo.git'), ...args);
    assert.notEqual(pushed.code, 0);
  }
  assert.match(tryPlainGit(join(dir, 'repo.git'), 'push', 'origin', 'main').stderr, /push is disabled here; baton rig publish does it/);
});

test('a shallow clone, a linked worktree, a file:// URL and a path with odd characters are all fine sources (git 3)', async (t) => {
  const dir = tempDir(t);
  const odd = makeSource(join(dir, 'sp ace "q" é'));
  const head = commitFiles(odd, 'second', { b: 'b' });
  plainGit(dir, 'clone', '--quiet', '--depth=1', `file://${odd}`, 'shallow');
  plainGit(odd, 'worktree', 'add', '--quiet', '-b', 'side', join(dir, 'linked'));
  symlinkSync(join(dir, 'linked'), join(dir, 'link'));
  const sources = { odd, shallow: join(dir, 'shallow'), linked: join(dir, 'linked'), link: join(dir, 'link'), url: `file://${odd}` };
  for (const [name, source] of Object.entries(sources)) {
    const before = source.startsWith('/') ? fingerprint(source) : '';
    const cloned = await cloneBare(git, { source, dir: join(dir, `${name}.git`) });
    assert.deepEqual(cloned, { target: name.startsWith('link') ? 'side' : 'main', head, isDetached: false, isShallow: name === 'shallow' }, name);
    assert.equal(plainGit(join(dir, `${name}.git`), 'log', '--format=%s', '-1', cloned.target), 'second');
    if (before !== '') assert.equal(fingerprint(source), before);
  }
});

test('a source with a detached HEAD gets the branch that stands there, also when it has none at all (git 3)', async (t) => {
  const dir = tempDir(t);
  const source = makeSource(join(dir, 'source'));
  const first = plainGit(source, 'rev-parse', 'HEAD');
  const head = commitFiles(source, 'second', { b: 'b' });
  plainGit(source, 'checkout', '--quiet', '--detach', first);
  assert.deepEqual(await cloneBare(git, { source, dir: join(dir, 'a.git') }), { target: 'main', head, isDetached: true, isShallow: false });
  plainGit(source, 'branch', '--quiet', '-D', 'main');
  assert.deepEqual(await cloneBare(git, { source, dir: join(dir, 'b.git') }), { target: 'main', head: first, isDetached: true, isShallow: false });
  assert.equal(plainGit(join(dir, 'b.git'), 'rev-parse', 'main'), first);
});

test('the target may be named; a mistyped one is a fault with the nearest (git 3)', async (t) => {
  const dir = tempDir(t);
  const source = makeSource(join(dir, 'source'));
  plainGit(source, 'branch', 'develop');
  assert.equal((await cloneBare(git, { source, dir: join(dir, 'a.git'), target: 'develop' })).target, 'develop');
  await assert.rejects(
    cloneBare(git, { source, dir: join(dir, 'b.git'), target: 'develp' }),
    (error) => isFault(error, 'not-found') && error.hint === 'did you mean "develop"?',
  );
  assert.deepEqual(readdirSync(dir).sort(), ['a.git', 'source']);
});

test('no commits, no repository, no such folder, a file, an unreachable URL, a taken place: each its fault with a hint, and nothing half-made (git 5)', async (t) => {
  const dir = tempDir(t);
  for (const name of ['empty', 'plain', 'taken']) mkdirSync(join(dir, name));
  plainGit(join(dir, 'empty'), 'init', '--quiet');
  const source = makeSource(join(dir, 'source'));
  mkdirSync(join(dir, 'taken', 'x'));
  const cases: [string, string, string, RegExp][] = [
    [join(dir, 'empty'), 'repo', 'invalid', /has no commits/],
    [join(dir, 'plain'), 'repo', 'invalid', /is not a git repository/],
    [join(dir, 'gone'), 'repo', 'not-found', /there is no ".*gone"/],
    [join(source, 'README.md'), 'repo', 'invalid', /is a file/],
    ['some/where', 'repo', 'invalid', /neither a URL nor an absolute path/],
    [`file://${dir}/gone`, 'repo', 'invalid', /not a git repository/],
    ['http://me:secret@127.0.0.1:9/x.git', 'repo', 'unavailable', /^"http:\/\/…@127\.0\.0\.1:9\/x\.git" could not be read/],
    [source, 'taken', 'conflict', /is already there/],
    [source, 'no/such/repo', 'not-found', /does not exist/],
  ];
  for (const [from, to, kind, message] of cases) {
    await assert.rejects(cloneBare(git, { source: from, dir: join(dir, to) }), (error) => {
      assert.ok(isFault(error), String(error));
      assert.doesNotMatch(JSON.stringify([error.message, error.hint, error.details, String(error.cause)]), /secret/);
      assert.deepEqual([error.kind, message.test(error.message), error.hint !== undefined], [kind, true, true], `${from}: ${error.message}`);
      return true;
    });
  }
  assert.deepEqual(readdirSync(dir).sort(), ['empty', 'plain', 'source', 'taken']);
});

test('a source of another user is refused with the command that allows it (git 5)', { skip: process.getuid?.() !== 0 }, async (t) => {
  const dir = tempDir(t);
  const source = makeSource(join(dir, 'source'));
  chownSync(join(source, '.git'), 65534, 65534);
  await assert.rejects(
    cloneBare(git, { source, dir: join(dir, 'repo.git') }),
    (error) => isFault(error, 'invalid') && /safe\.directory/.test(error.hint ?? ''),
  );
});

test('a clone that is killed leaves nothing under the final name, and the next one cleans up and works (git 4)', async (t) => {
  const dir = tempDir(t);
  const source = makeSource(join(dir, 'source'), Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, `${i}`.repeat(2000)])));
  const request = { source, dir: join(dir, 'repo.git') };
  // On a busy machine a look may come after the rename.
  while ((await killAtDraft(request)) === 'too-late') rmSync(request.dir, { recursive: true });
  assert.equal(existsSync(request.dir), false);
  const late = startVerb('cloneBare', request, { fault: 'git.repository.before=kill' });
  assert.equal((await late.exited).signal, 'SIGKILL');
  assert.deepEqual([existsSync(request.dir), existsSync(join(dir, '.repo.git.partial'))], [false, true]);
  const cloned = await cloneBare(git, request);
  assert.equal(cloned.target, 'main');
  assert.deepEqual(readdirSync(dir).sort(), ['repo.git', 'source']);
  plainGit(request.dir, 'fsck', '--full');
});

/** Kills a clone as soon as its draft is there. */
async function killAtDraft(request: { source: string; dir: string }): Promise<'killed' | 'too-late'> {
  const early = startVerb('cloneBare', request);
  await eventually(() => existsSync(join(request.dir, '../.repo.git.partial')) || existsSync(request.dir), 'the draft');
  early.child.kill('SIGKILL');
  await early.exited;
  return existsSync(request.dir) ? 'too-late' : 'killed';
}

test('of two clones into one place at a time, one makes it and the other is told who does (git 4)', async (t) => {
  const dir = tempDir(t);
  const source = makeSource(join(dir, 'source'));
  const results = await Promise.allSettled([1, 2].map(() => cloneBare(git, { source, dir: join(dir, 'repo.git') })));
  const failed = results.filter((result) => result.status === 'rejected');
  assert.equal(failed.length, 1);
  assert.ok(isFault(failed[0]?.reason, 'conflict'));
  assert.deepEqual(readdirSync(dir).sort(), ['repo.git', 'source']);
});

test('a new repository has one empty commit and no origin (git 4)', async (t) => {
  const dir = tempDir(t);
  const repo = join(dir, 'new.git');
  const made = await createRepository(git, { dir: repo, branch: 'trunk' });
  assert.deepEqual(await readRepository(git, repo), {
    gitDir: repo,
    commonDir: repo,
    top: undefined,
    branch: 'trunk',
    head: made.head,
    isBare: true,
    isShallow: false,
    origin: undefined,
  });
  assert.equal(plainGit(repo, 'log', '--format=%an %cn %s', 'trunk'), 'Baton Baton Start');
  assert.equal(plainGit(repo, 'ls-tree', 'trunk'), '');
  await assert.rejects(createRepository(git, { dir: repo, branch: 'trunk' }), (error) => isFault(error, 'conflict'));
  await assert.rejects(createRepository(git, { dir: join(dir, 'b.git'), branch: 'a b' }), (error) => isFault(error, 'invalid'));
});

test('the repository around a folder is found from below its top, and none where there is none (git 2)', async (t) => {
  const dir = tempDir(t);
  const source = makeSource(join(dir, 'source'), { 'a/b/c.txt': 'c' });
  const found = await findRepositoryAround(git, join(source, 'a/b'));
  assert.deepEqual([found?.top, found?.branch, found?.isBare], [source, 'main', false]);
  assert.equal(await findRepositoryAround(git, dir), undefined);
  assert.equal(await findRepositoryAround(git, join(dir, 'gone')), undefined);
  await assert.rejects(readRepository(git, join(source, 'a')), (error) => isFault(error, 'invalid'));
  renameSync(join(source, '.git'), join(dir, 'away'));
  await assert.rejects(readRepository(git, source), (error) => isFault(error, 'invalid') && error.cause instanceof Error);
});

/** Every file below, with its bytes, mode and times: what "byte-identical" means. */
function fingerprint(dir: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()) {
    const stat = lstatSync(join(dir, name));
    hash.update(`${name} ${stat.mode} ${stat.mtimeMs} ${stat.ino}\n`);
    if (stat.isFile()) hash.update(readFileSync(join(dir, name)));
  }
  return hash.digest('hex');
}

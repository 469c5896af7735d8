import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { FaultKind } from '#base';
import { makeSource, plainGit, tryPlainGit, writeFiles } from '#git/testing';
import { tempDir } from '#host/testing';
import { readEvents } from '#store';
import { withoutSecrets } from './add-rig.ts';
import { addCrew, addRig, listAgents, listRigs, rigPaths, showRig } from './index.ts';
import { isFaultWith, runVerbApart, testTown } from './testing.ts';

/** Everything in a folder, byte for byte, names and modes too. */
function fingerprint(dir: string): string {
  return execFileSync('sh', ['-c', 'find . -printf "%p %m %s %T@\\n" | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum'], {
    cwd: dir,
    encoding: 'utf8',
  });
}

describe('addRig', () => {
  it('clones a repository, guards its target, writes settings and rows, and leaves the source as it was (town 9)', async (test) => {
    const town = await testTown(test);
    const source = makeSource(join(town.dir, 'source'));
    plainGit(source, 'branch', 'other');
    const before = fingerprint(source);
    const added = await addRig(town, { name: 'app', source: '../source', cwd: town.root });
    assert.equal(fingerprint(source), before);
    assert.deepEqual({ ...added.rig, createdAt: 0 }, { name: 'app', prefix: 'ap', source, target: 'main', state: 'open', createdAt: 0, removedAt: null });
    assert.deepEqual([added.head, added.isNew, added.isDetached], [plainGit(source, 'rev-parse', 'HEAD'), false, false]);
    assert.deepEqual(
      (await listAgents(town.store.db, { rig: 'app' })).map(({ address, pane, desired }) => [address, pane, desired]),
      [
        ['app/witness', 'ap-witness', 'stopped'],
        ['app/refinery', 'ap-refinery', 'stopped'],
      ],
    );
    const shown = await showRig(town, 'APP');
    assert.deepEqual([shown.head, shown.isGuarded, shown.worktrees], [added.head, true, []]);
    const paths = rigPaths(town.root, 'app');
    assert.equal((statSync(paths.settings).mode & 0o777).toString(8), '600');
    for (const folder of [paths.crew, paths.polecats, paths.witness]) assert.ok(statSync(folder).isDirectory());
    assert.deepEqual(readdirSync(paths.root).sort(), ['crew', 'polecats', 'refinery', 'repo.git', 'rig.toml', 'witness']);
    assert.deepEqual(
      (await readEvents(town.store.db, { types: ['rig_added'] })).map(({ rig, actor, payload }) => [rig, actor, payload.source]),
      [['app', 'overseer', source]],
    );
    assert.notEqual(tryPlainGit(paths.repository, 'update-ref', '-d', 'refs/heads/main').code, 0);
  });

  it('takes the repository around, or makes one with a first commit (town 9)', async (test) => {
    const town = await testTown(test);
    const source = makeSource(join(town.dir, 'around'), { 'a/b/c.txt': 'x' });
    assert.equal((await addRig(town, { name: 'one', cwd: join(source, 'a', 'b') })).rig.source, source);
    const outside = tempDir(test);
    await assert.rejects(addRig(town, { name: 'two', cwd: outside }), isFaultWith('invalid', outside));
    const made = await addRig(town, { name: 'two', cwd: outside, create: true });
    assert.deepEqual([made.rig.source, made.rig.target, made.isNew], [null, 'main', true]);
    assert.equal(plainGit(rigPaths(town.root, 'two').repository, 'rev-list', '--count', 'main'), '1');
    const crew = await addCrew(town, { rig: 'one', name: 'max' });
    assert.equal((await addRig(town, { name: 'three', cwd: crew.worktree ?? '', create: true })).isNew, true, "our own worktree is nobody's source");
  });

  it('refuses bad names, prefixes and sources with a hint, and leaves nothing behind (town 9)', async (test) => {
    const town = await testTown(test);
    const source = makeSource(join(town.dir, 'source'));
    await addRig(town, { name: 'app', source, cwd: town.dir });
    const empty = join(town.dir, 'empty');
    mkdirSync(empty);
    plainGit(empty, 'init', '--quiet');
    const before = readdirSync(town.root).sort();
    const refused: [Partial<Parameters<typeof addRig>[1]>, FaultKind, string][] = [
      [{ name: '../x' }, 'invalid', '"../x"'],
      [{ name: 'mayor' }, 'invalid', '"mayor"'],
      [{ name: 'x', prefix: 'ABC' }, 'invalid', '"ABC"'],
      [{ name: 'x', prefix: 'ap' }, 'conflict', '"ap"'],
      [{ name: 'x', prefix: 'hq' }, 'conflict', '"hq"'],
      [{ name: 'x', source: empty }, 'invalid', 'no commits'],
      [{ name: 'x', source: town.dir }, 'invalid', town.dir],
      [{ name: 'x', source: 'gone' }, 'not-found', 'gone'],
      [{ name: 'x', source: 'file:///gone' }, 'invalid', 'gone'],
      [{ name: 'APP' }, 'conflict', '"app"'],
    ];
    for (const [request, kind, word] of refused)
      await assert.rejects(addRig(town, { name: 'x', source, cwd: town.dir, ...request }), isFaultWith(kind, word), JSON.stringify(request));
    assert.deepEqual(readdirSync(town.root).sort(), before);
    assert.deepEqual(
      (await listRigs(town.store.db)).map(({ name }) => name),
      ['app'],
    );
    writeFiles(town.root, { 'x/mine.txt': 'mine' });
    await assert.rejects(addRig(town, { name: 'x', source, cwd: town.dir }), isFaultWith('conflict', join(town.root, 'x')));
    assert.deepEqual(readdirSync(join(town.root, 'x')), ['mine.txt']);
  });

  it('keeps passwords of a URL out of rows and journal (town 9)', () => {
    assert.equal(withoutSecrets('https://user:token@example.org/a.git'), 'https://example.org/a.git');
    assert.equal(withoutSecrets('https://token@example.org/a.git'), 'https://example.org/a.git');
    assert.equal(withoutSecrets('ssh://git:secret@example.org/a.git'), 'ssh://git@example.org/a.git');
    for (const url of ['git@example.org:a/b.git', '/home/a@b/c', 'ssh://git@example.org/a']) assert.equal(withoutSecrets(url), url);
  });

  it('gives each rig a prefix of its own, asked for or derived (town 4)', async (test) => {
    const town = await testTown(test);
    const source = makeSource(join(town.dir, 'source'));
    const prefixes: string[] = [];
    for (const name of ['app', 'apple', 'apply', 'my-app']) prefixes.push((await addRig(town, { name, source, cwd: town.dir })).rig.prefix);
    prefixes.push((await addRig(town, { name: 'other', source, prefix: 'oth', cwd: town.dir })).rig.prefix);
    assert.deepEqual(prefixes, ['ap', 'app', 'appl', 'ma', 'oth']);
  });

  for (const point of [
    'rig.add.begun',
    'git.repository.before',
    'rig.add.cloned',
    'rig.add.filled',
    'rig.add.before',
    'rig.add.inside',
    'rig.add.after',
    'rig.add.marked',
  ]) {
    it(`killed at ${point} can be done again, from another source too (town 9)`, async (test) => {
      const town = await testTown(test);
      const [first, second] = [makeSource(join(town.dir, 'first')), makeSource(join(town.dir, 'second'), { 'b.txt': 'b' })];
      const killed = await runVerbApart('addRig', { name: 'app', source: first, cwd: town.dir }, { root: town.root, fault: `${point}=kill` });
      assert.equal(killed.signal, 'SIGKILL', killed.stderr);
      const isDone = point === 'rig.add.after' || point === 'rig.add.marked';
      if (isDone) await assert.rejects(addRig(town, { name: 'app', source: second, cwd: town.dir }), isFaultWith('conflict', '"app"'));
      else assert.equal((await addRig(town, { name: 'app', source: second, cwd: town.dir })).rig.source, second);
      const shown = await showRig(town, 'app');
      assert.deepEqual([shown.head, shown.isGuarded], [plainGit(isDone ? first : second, 'rev-parse', 'HEAD'), true]);
      await addCrew(town, { rig: 'app', name: 'max' });
    });
  }

  it('has one winner and one clear conflict where two processes add one name (town 9)', async (test) => {
    const town = await testTown(test);
    const source = makeSource(join(town.dir, 'source'));
    const request = { name: 'app', source, cwd: town.dir };
    const ends = await Promise.all(Array.from({ length: 3 }, () => runVerbApart('addRig', request, { root: town.root })));
    assert.equal(ends.filter(({ code }) => code === 0).length, 1, ends.map(({ stderr }) => stderr).join('\n'));
    assert.ok(ends.filter(({ code }) => code !== 0).every(({ stderr }) => /kind: 'conflict'/.test(stderr)));
    assert.deepEqual([(await listRigs(town.store.db)).length, (await showRig(town, 'app')).isGuarded], [1, true]);
  });
});

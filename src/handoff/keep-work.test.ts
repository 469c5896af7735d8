import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readSection } from '#context';
import { commitFiles, plainGit, tryPlainGit, writeFiles } from '#git/testing';
import { runApart, writerOf } from '#sessions/testing';
import { handOff } from './hand-off.ts';
import { asked, atWork, endOf, own } from './testing.ts';

const rig = '[handoff]\nwip = "push"\n';
const head = (dir: string, format = '%s|%an') => plainGit(dir, 'log', '-1', `--format=${format}`);

describe('what is committed before a cycle', () => {
  it('commits what is not committed, as the agent and without hooks, and the row names the commit (handoff 15)', async (t) => {
    const work = await atWork(t, { rig });
    writeFiles(work.worktree, { '.git-hooks/pre-commit': '#!/bin/sh\nexit 1\n' });
    plainGit(work.worktree, 'config', 'core.hooksPath', `${work.worktree}/.git-hooks`);
    const answer = await handOff(own(work), asked);
    assert.ok(answer.kind === 'handed-off');
    assert.equal(head(work.worktree), 'WIP: third beam|app/crew/max');
    assert.equal(plainGit(work.worktree, 'status', '--porcelain'), '');
    const end = await endOf(work);
    assert.deepEqual(end?.wip, { branch: 'crew/max', commit: head(work.worktree, '%H'), pushedAt: undefined });
    assert.match(
      readSection(answer.document, 'Working set'),
      /^Committed by Baton: [0-9a-f]{10} WIP: third beam, which holds README\.md, .*; landing folds it\.$/m,
    );
    assert.match(readSection(answer.document, 'Working set'), /^Preserved as refs\/baton\/preserved\//m);
    assert.equal(/^Not committed/m.test(answer.document), false);
  });

  for (const point of ['handoff.wip.before', 'git.commit.after', 'handoff.wip.after', 'handoff.commit.inside']) {
    it(`killed at ${point}, the next attempt builds on the commit that is there (handoff 1, 15)`, async (t) => {
      const work = await atWork(t, { rig });
      appendFileSync(join(work.root, 'app', 'rig.toml'), `\n${rig}`);
      const call = '(room, parts, request) => room.handOff(parts, request)';
      const before = head(work.worktree, '%H');
      const killed = await runApart('#handoff', call, asked, { root: work.root, by: writerOf(work.session), fault: `${point}=kill` });
      assert.equal(killed.signal, 'SIGKILL', killed.stderr);
      assert.equal(await endOf(work), undefined);
      const answer = await handOff(own(work), asked);
      assert.ok(answer.kind === 'handed-off');
      assert.equal(plainGit(work.worktree, 'rev-list', '--count', `${before}..HEAD`), '1');
      assert.deepEqual((await endOf(work))?.wip, { branch: 'crew/max', commit: head(work.worktree, '%H'), pushedAt: undefined });
    });
  }

  it('commits nothing in the middle of a merge, on no branch or on the target, and says that the snapshot has it (handoff 15)', async (t) => {
    const cases: [(dir: string) => void, RegExp][] = [
      [
        (dir) => {
          plainGit(dir, 'stash', '--quiet', '--include-untracked');
          plainGit(dir, 'switch', '--quiet', '-c', 'side');
          commitFiles(dir, 'side', { 'README.md': 'side\n' });
          plainGit(dir, 'switch', '--quiet', 'crew/max');
          commitFiles(dir, 'ours', { 'README.md': 'ours\n' });
          assert.notEqual(tryPlainGit(dir, 'merge', 'side').code, 0);
        },
        /^Not committed by Baton, because a merge is under way; the snapshot has it\.$/m,
      ],
      [(dir) => plainGit(dir, 'checkout', '--quiet', '--detach'), /because HEAD is on no branch/],
      [(dir) => plainGit(dir, 'symbolic-ref', 'HEAD', 'refs/heads/main'), /because HEAD is on "main", which only landing moves/],
    ];
    for (const [disturb, words] of cases) {
      const work = await atWork(t, { rig });
      disturb(work.worktree);
      const before = head(work.worktree, '%H');
      const answer = await handOff(own(work), asked);
      assert.ok(answer.kind === 'handed-off' && answer.preservedRef !== undefined);
      assert.match(readSection(answer.document, 'Working set'), words);
      assert.deepEqual([head(work.worktree, '%H'), (await endOf(work))?.wip], [before, undefined]);
    }
  });

  it('only warns a crew member, of files and of commits that are nowhere else (handoff 15)', async (t) => {
    const work = await atWork(t);
    commitFiles(work.worktree, 'a commit', { 'third.txt': 'x\n' });
    const before = head(work.worktree, '%H');
    writeFiles(work.worktree, { 'README.md': 'more\n' });
    const answer = await handOff(own(work), asked);
    assert.ok(answer.kind === 'handed-off');
    assert.match(answer.warnings.join('\n'), /^\d files? not committed: README\.md.*\n1 commit neither pushed nor landed$/s);
    assert.equal(head(work.worktree, '%H'), before);
  });
});

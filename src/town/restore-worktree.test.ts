import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { commitFiles, plainGit } from '#git/testing';
import { readEvents } from '#store';
import { addCrew, restoreWorktree, rigPaths } from './index.ts';
import { addTestRig, runVerbApart, testTown } from './testing.ts';

const prepare = async (dir: string) => {
  writeFileSync(join(dir, 'prepared'), '');
  return { kind: 'passed' } as const;
};

describe('restoreWorktree', () => {
  it('makes a deleted worktree again on its branch, once, with all that was committed (town 18)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const agent = await addCrew(town, { rig: 'app', name: 'max' });
    const dir = agent.worktree ?? '';
    const head = commitFiles(dir, 'work', { 'w.txt': 'w\n' });
    assert.deepEqual(await restoreWorktree(town, agent, prepare), { kind: 'there' });
    rmSync(dir, { recursive: true });
    assert.deepEqual(await restoreWorktree(town, agent, prepare), { kind: 'restored' });
    assert.deepEqual([plainGit(dir, 'rev-parse', 'HEAD'), plainGit(dir, 'branch', '--show-current')], [head, 'crew/max']);
    assert.ok(existsSync(join(dir, 'prepared')));
    assert.deepEqual(await restoreWorktree(town, agent, prepare), { kind: 'there' });
    assert.equal((await readEvents(town.store.db, { types: ['worktree_restored'] })).length, 1);
  });

  for (const point of ['git.worktree-add.made', 'worktree.restore.before', 'worktree.restore.after'])
    it(`killed at ${point} it is gone on with, and the worktree is prepared (town 18)`, async (test) => {
      const town = await testTown(test);
      await addTestRig(town);
      const agent = await addCrew(town, { rig: 'app', name: 'max' });
      const dir = agent.worktree ?? '';
      rmSync(dir, { recursive: true });
      assert.equal((await runVerbApart('restoreWorktree', agent, { root: town.root, fault: `${point}=kill` })).signal, 'SIGKILL');
      await assert.rejects(
        restoreWorktree(town, agent, async () => {
          throw new Error('cut off');
        }),
        /cut off/,
      );
      assert.deepEqual(await restoreWorktree(town, agent, prepare), { kind: 'restored' });
      assert.deepEqual([plainGit(dir, 'branch', '--show-current'), existsSync(join(dir, 'prepared'))], ['crew/max', true]);
      assert.deepEqual(await restoreWorktree(town, agent, prepare), { kind: 'there' });
    });

  it('tells of a worktree that could not be prepared, and of which command failed (town 18)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const agent = await addCrew(town, { rig: 'app', name: 'max' });
    rmSync(agent.worktree ?? '', { recursive: true });
    const failing = async () => ({ kind: 'failed', command: 'make', detail: 'no rule' }) as const;
    assert.deepEqual(await restoreWorktree(town, agent, failing), { kind: 'restored' });
    const [told] = await readEvents(town.store.db, { types: ['worktree_setup_failed'] });
    assert.deepEqual([told?.agent, told?.payload], [agent.address, { worktree: agent.worktree, command: 'make', detail: 'no rule' }]);
  });

  it('says what is in the way, and makes nothing (town 18)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const agent = await addCrew(town, { rig: 'app', name: 'max' });
    const dir = agent.worktree ?? '';
    rmSync(dir, { recursive: true });
    const repo = rigPaths(town.root, 'app').repository;
    plainGit(repo, 'worktree', 'prune');
    plainGit(repo, 'branch', '-D', 'crew/max');
    const answer = await restoreWorktree(town, agent, prepare);
    assert.ok(answer.kind === 'missing' && answer.why.includes('crew/max'), JSON.stringify(answer));
    assert.deepEqual(await restoreWorktree(town, { ...agent, branch: null }, prepare), { kind: 'missing', why: 'no branch of it is known' });
    assert.equal(existsSync(dir), false);
  });
});

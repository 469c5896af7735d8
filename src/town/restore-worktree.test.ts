import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { commitFiles, plainGit } from '#git/testing';
import { readEvents } from '#store';
import { addCrew, restoreWorktree, rigPaths } from './index.ts';
import { addTestRig, testTown } from './testing.ts';

describe('restoreWorktree', () => {
  it('makes a deleted worktree again on its branch, once, with all that was committed (town 18)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const agent = await addCrew(town, { rig: 'app', name: 'max' });
    const dir = agent.worktree ?? '';
    const head = commitFiles(dir, 'work', { 'w.txt': 'w\n' });
    assert.deepEqual(await restoreWorktree(town, agent), { kind: 'there' });
    rmSync(dir, { recursive: true });
    assert.deepEqual(await restoreWorktree(town, agent), { kind: 'restored' });
    assert.deepEqual([plainGit(dir, 'rev-parse', 'HEAD'), plainGit(dir, 'branch', '--show-current')], [head, 'crew/max']);
    assert.deepEqual(await restoreWorktree(town, agent), { kind: 'there' });
    assert.equal((await readEvents(town.store.db, { types: ['worktree_restored'] })).length, 1);
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
    const answer = await restoreWorktree(town, agent);
    assert.ok(answer.kind === 'missing' && answer.why.includes('crew/max'), JSON.stringify(answer));
    assert.deepEqual(await restoreWorktree(town, { ...agent, branch: null }), { kind: 'missing', why: 'no branch of it is known' });
    assert.equal(existsSync(dir), false);
  });
});

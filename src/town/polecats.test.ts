import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isFault } from '#base';
import { polecatBranch } from '#git';
import { commitFiles, plainGit, writeFiles } from '#git/testing';
import { readEvents } from '#store';
import {
  addCrew,
  clearSpawningRow,
  countPolecats,
  createPolecatWorktree,
  findAbandonedSpawns,
  freePolecatRow,
  getAgent,
  listUnfreedPolecats,
  type PolecatToReserve,
  polecatNames,
  type ReserveAnswer,
  removePolecatWorktree,
  reservePolecatRow,
  retirePolecatRow,
  rigPaths,
  takeClearanceRow,
} from './index.ts';
import { addTestRig, seedAgentSession, type TestTown, testTown } from './testing.ts';

const reserve = (town: TestTown, request: Partial<PolecatToReserve> & { bead: string }): Promise<ReserveAnswer> =>
  town.store.change(town.by, (tx, at) => reservePolecatRow(tx, at, { rig: 'app', spawner: 'me', ...request }));
const retire = (town: TestTown, agent: string) =>
  town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await retirePolecatRow(tx, at, { agent }) }));
const nameOf = (answer: ReserveAnswer) => (answer.kind === 'reserved' ? answer.agent.name : answer.kind);

describe('reservePolecatRow', () => {
  it('gives the first free name of the pool, and a freed one again with its history (town 16)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    assert.equal(nameOf(await reserve(town, { bead: 'ap-00001' })), polecatNames[0]);
    assert.equal(nameOf(await reserve(town, { bead: 'ap-00002' })), polecatNames[1]);
    await seedAgentSession(town, 'sess_0a1b2c3d', 'app/polecats/Toast');
    await retire(town, 'app/polecats/Toast');
    assert.notEqual((await getAgent(town.store.db, 'app/polecats/Toast')).retiredAt, null);
    const again = await reserve(town, { bead: 'ap-00003' });
    assert.deepEqual([nameOf(again), again.kind === 'reserved' && again.agent.retiredAt], ['Toast', null]);
    assert.equal((await town.store.db.selectFrom('sessions').select('agent').executeTakeFirst())?.agent, 'app/polecats/Toast');
    assert.deepEqual(
      (await readEvents(town.store.db, { types: ['spawn', 'polecat_retired'] })).map(({ type, bead }) => [type, bead]),
      [
        ['spawn', 'ap-00001'],
        ['spawn', 'ap-00002'],
        ['polecat_retired', 'ap-00001'],
        ['spawn', 'ap-00003'],
      ],
    );
  });

  it('does not give the name of a retired one whose worktree is still there (town 17)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const agent = 'app/polecats/Toast';
    await reserve(town, { bead: 'ap-00001' });
    const worktree = join(town.root, 'app/polecats/Toast');
    await town.store.change(town.by, async (tx, at) => ({
      answer: undefined,
      events: await retirePolecatRow(tx, at, { agent, clearance: { worktree, clearer: '1|x' } }),
    }));
    assert.equal(nameOf(await reserve(town, { bead: 'ap-00002' })), polecatNames[1]);
    assert.equal(nameOf(await reserve(town, { bead: 'ap-00003', name: 'Toast' })), 'taken');
    assert.deepEqual(
      (await listUnfreedPolecats(town.store.db)).map(({ address }) => address),
      [agent],
    );
    assert.equal(await countPolecats(town.store.db, 'app'), 1);
    const take = (from: string, to: string) =>
      town.store.change(town.by, async (tx) => ({ answer: undefined, events: await takeClearanceRow(tx, { agent, from, to }) }));
    await take('9|z', '8|w');
    await take('1|x', '2|y');
    assert.equal((await getAgent(town.store.db, agent)).spawner, '2|y', 'taken over from the one that is named, once');
    await town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await freePolecatRow(tx, at, { agent, clearer: '2|y' }) }));
    assert.deepEqual(await listUnfreedPolecats(town.store.db), []);
    assert.equal(nameOf(await reserve(town, { bead: 'ap-00003' })), 'Toast');
  });

  it('spawns once for a bead: of twenty at once one wins (town 16)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const answers = await Promise.all(Array.from({ length: 20 }, () => reserve(town, { bead: 'ap-00001' })));
    assert.equal(answers.filter(({ kind }) => kind === 'reserved').length, 1);
    assert.ok(answers.every((answer) => answer.kind === 'reserved' || answer.by === 'app/polecats/Toast'));
    assert.equal(await countPolecats(town.store.db, 'APP'), 1);
  });

  it('takes an asked name, unless it is in use or against the rules; crew names are not given (town 16)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    await addCrew(town, { rig: 'app', name: 'toast' });
    assert.equal(nameOf(await reserve(town, { bead: 'ap-00001' })), polecatNames[1]);
    assert.equal(nameOf(await reserve(town, { bead: 'ap-00002', name: 'Zed' })), 'Zed');
    assert.deepEqual(await reserve(town, { bead: 'ap-00003', name: 'zed' }), { kind: 'taken', by: 'app/polecats/Zed' });
    await assert.rejects(reserve(town, { bead: 'ap-00004', name: 'crew-x' }), (error) => isFault(error, 'invalid'));
    await assert.rejects(reserve(town, { bead: 'ap-00004', rig: 'nowhere' }), (error) => isFault(error, 'not-found'));
  });

  it('is found as abandoned until its maker is done with it (town 16)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    await reserve(town, { bead: 'ap-00001', spawner: '1|x' });
    assert.deepEqual(
      (await findAbandonedSpawns(town.store.db)).map(({ address, spawningBead, spawner }) => [address, spawningBead, spawner]),
      [['app/polecats/Toast', 'ap-00001', '1|x']],
    );
    const clear = () =>
      town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await clearSpawningRow(tx, at, { agent: 'app/polecats/Toast' }) }));
    await clear();
    await clear();
    assert.deepEqual(await findAbandonedSpawns(town.store.db), []);
    assert.equal(nameOf(await reserve(town, { bead: 'ap-00001' })), polecatNames[1]);
  });
});

describe('worktrees of polecats', () => {
  it('are made on the branch of the assignment, and go with everything preserved; the branch stays (town 17)', async (test) => {
    const town = await testTown(test);
    const { head } = await addTestRig(town);
    await reserve(town, { bead: 'ap-00001' });
    const branch = polecatBranch({ name: 'Toast', bead: 'ap-00001', molecule: 'mol-1' });
    const request = { agent: 'app/polecats/Toast', branch };
    const made = await createPolecatWorktree(town, request);
    assert.deepEqual([made.worktree, made.agent.branch], [join(town.root, 'app', 'polecats', 'Toast'), 'polecat/Toast/ap-00001@mol-1']);
    assert.deepEqual(await getAgent(town.store.db, request.agent), made.agent);
    assert.equal(plainGit(made.worktree, 'rev-parse', 'HEAD'), head);
    assert.equal((await createPolecatWorktree(town, request)).worktree, made.worktree, 'again is fine');
    const work = commitFiles(made.worktree, 'work', { 'w.txt': 'w' });
    writeFiles(made.worktree, { 'draft.txt': 'unsaved' });
    await seedAgentSession(town, 'sess_0a1b2c3d', request.agent);
    const cleared = await removePolecatWorktree(town, { agent: request.agent, reason: 'over' });
    const repo = rigPaths(town.root, 'app').repository;
    assert.equal(plainGit(repo, 'show', `${cleared.preservedRef}:draft.txt`), 'unsaved');
    assert.equal(plainGit(repo, 'rev-parse', branch), work);
    assert.ok(!existsSync(made.worktree));
    assert.deepEqual(await removePolecatWorktree(town, { agent: request.agent, reason: 'over' }), { preservedRef: undefined, movedTo: undefined, ignored: [] });
    assert.equal(plainGit((await createPolecatWorktree(town, request)).worktree, 'rev-parse', 'HEAD'), work, 'a later one goes on');
  });

  it('whose work is all committed leave no ref behind (town 17)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    await reserve(town, { bead: 'ap-00001' });
    const { worktree } = await createPolecatWorktree(town, { agent: 'app/polecats/Toast', branch: 'polecat/Toast/ap-00001@m' });
    commitFiles(worktree, 'work', { 'w.txt': 'w' });
    assert.equal((await removePolecatWorktree(town, { agent: 'app/polecats/Toast', reason: 'over' })).preservedRef, undefined);
  });

  it('with commits on no branch keep them (town 17)', async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    await reserve(town, { bead: 'ap-00001' });
    const { worktree } = await createPolecatWorktree(town, { agent: 'app/polecats/Toast', branch: 'polecat/Toast/ap-00001@m' });
    plainGit(worktree, 'checkout', '--quiet', '--detach');
    const work = commitFiles(worktree, 'work', { 'w.txt': 'w' });
    const { preservedRef } = await removePolecatWorktree(town, { agent: 'app/polecats/Toast', reason: 'over' });
    assert.equal(plainGit(rigPaths(town.root, 'app').repository, 'rev-parse', `${preservedRef}^1`), work);
  });

  it("are only polecats' (town 17)", async (test) => {
    const town = await testTown(test);
    await addTestRig(town);
    const { address } = await addCrew(town, { rig: 'app', name: 'max' });
    await assert.rejects(removePolecatWorktree(town, { agent: address, reason: 'x' }), (error) => isFault(error, 'invalid'));
  });
});

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { plainGit } from '#git/testing';
import { holding } from '../support/interrupt-at.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, giveSign, livesOf, readLanded, slingNew, waitForBead, waitForLife, waitForRest, waitForSign } from '../support/watch-town.ts';

const settings = 'restart.first_s = 0\n';

/** An agent in the middle of its step. */
async function startHolding(town: ScenarioTown): Promise<{ bead: string; agent: string }> {
  const slung = await slingNew(town, { formula: 'holding' });
  await waitForSign(town, 'began', '1');
  return slung;
}

async function assertHeldOnce(town: ScenarioTown, bead: string): Promise<void> {
  giveSign(town, 'go');
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'held.txt'), ['held']);
  await assertSound(town);
}

test('a tmux server that is killed takes its sessions with it, and each goes on in a new one', async (t) => {
  const town = await makeTown(t, { formulas: { holding }, settings });
  const { bead, agent } = await startHolding(town);
  const server = Number(await town.does('tmux', 'display-message', '-p', '#{pid}'));
  process.kill(server, 'SIGKILL');
  await waitForLife(town, agent, 2);
  await waitForSign(town, 'began', '2');
  assert.notEqual(Number(await town.does('tmux', 'display-message', '-p', '#{pid}')), server);
  assert.match((await livesOf(town, agent))[0]?.endReason ?? '', /crashed|lost/);
  await assertHeldOnce(town, bead);
});

test('a daemon whose run folder was removed is found again, and nothing runs twice', async (t) => {
  const town = await makeTown(t, { formulas: { holding }, settings });
  const { bead, agent } = await startHolding(town);
  rmSync(join(town.root, '.baton', 'run'), { recursive: true, force: true });
  await town.does('status');
  await town.does('handoff', agent, '-s', 'still there', '-m', 'a note');
  await waitForSign(town, 'began', '2');
  assert.equal((await livesOf(town, agent)).filter(({ endedAt }) => endedAt === undefined).length, 1);
  await assertHeldOnce(town, bead);
});

test('a worktree that somebody deleted costs its agent the step, says so, and is taken back whole', async (t) => {
  const town = await makeTown(t, { formulas: { holding }, settings });
  const { bead, agent } = await startHolding(town);
  rmSync(join(town.root, agent), { recursive: true, force: true });
  await town.does('handoff', agent, '-s', 'my folder is gone', '-m', 'a note');
  await waitForSign(town, 'began', '2');
  await town.does('unsling', bead);
  await waitForRest(town);
  assert.equal((await town.app.beads.show(bead)).bead.status, 'open');
  await assertSound(town);
  await town.does('mol', 'burn', bead);
  await town.does('sling', bead, 'app', '--formula', 'holding');
  await assertHeldOnce(town, bead);
});

test('what a crew member had not committed is kept when it is removed, and `done` in the middle of a rebase changes nothing', async (t) => {
  const town = await makeTown(t, { files: { 'a.txt': 'a\n' } });
  await town.does('crew', 'add', 'max');
  const dir = join(town.root, 'app/crew/max');
  const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', 'x');
  assert.equal((await town.baton(['hook', bead], { cwd: dir })).exit, 0);
  writeFileSync(join(dir, 'a.txt'), 'mine\n');
  plainGit(dir, 'commit', '-qam', 'mine');
  plainGit(dir, 'branch', '-q', 'other', 'HEAD~1');
  plainGit(dir, 'switch', '-q', 'other');
  writeFileSync(join(dir, 'a.txt'), 'theirs\n');
  plainGit(dir, 'commit', '-qam', 'theirs');
  plainGit(dir, 'switch', '-q', 'crew/max');
  assert.throws(() => plainGit(dir, 'rebase', 'other'));
  const refused = await town.baton(['done'], { cwd: dir });
  assert.equal(refused.exit, 4, refused.out);
  assert.match(refused.err, /rebase.*rebase --continue/s);
  assert.equal((await town.app.beads.show(bead)).bead.hookedBy, 'app/crew/max');
  plainGit(dir, 'rebase', '--abort');
  await town.does('unhook', '--agent', 'app/crew/max');

  writeFileSync(join(dir, 'left.txt'), 'not committed\n');
  await town.does('crew', 'remove', 'max', '--rig', 'app');
  const repo = join(town.root, 'app/repo.git');
  const refs = plainGit(repo, 'for-each-ref', '--format=%(refname)', 'refs/baton/preserved').split('\n');
  assert.ok(
    refs.some((ref) => plainGit(repo, 'ls-tree', '-r', '--name-only', ref).includes('left.txt')),
    refs.join(' '),
  );
  assert.equal(plainGit(repo, 'show', 'crew/max:a.txt'), 'mine');
  await assertSound(town);
});

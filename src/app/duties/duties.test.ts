import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { minute, second } from '#base';
import { commitFiles, makeSource, plainGit } from '#git/testing';
import { eventually } from '#host/testing';
import { endAssignment } from '#landing';
import { getSession, recordPrimedRow, recordTurnRow } from '#sessions';
import { givenStarted } from '#sessions/testing';
import { addCrew, addRig, clearSpawningRow, createPolecatWorktree, reservePolecatRow, rigPaths } from '#town';
import { createBead, getBead, hookBead } from '#work';
import type { Deps } from '../deps.ts';
import { appTown } from '../testing.ts';
import { cycle } from './cycle.ts';
import { land } from './land.ts';
import { retire } from './retire.ts';

async function givenTown(t: TestContext, rigs: readonly string[]): Promise<Deps & { dir: string }> {
  const town = await appTown(t);
  for (const name of rigs) await addRig(town, { name, source: makeSource(join(town.dir, name)), cwd: town.dir });
  return town;
}

/** Work of a crew member, handed in. */
async function handIn(town: Deps, rig: string, name: string) {
  const { address, worktree } = await addCrew(town, { rig, name });
  const bead = await createBead(town, { title: name, rig });
  await hookBead(town, { bead: bead.id, agent: address });
  commitFiles(worktree ?? '', `by ${name}`, { [`${name}.txt`]: 'x\n' });
  await endAssignment(town, { agent: address, status: 'COMPLETED', reason: '' });
  return bead.id;
}

test('the landing duty lands all of each rig, and what is in the way of one holds up no other (app 8)', async (t) => {
  const town = await givenTown(t, ['app', 'web']);
  const beads = [await handIn(town, 'web', 'ana'), await handIn(town, 'web', 'max')];
  const stuck = await handIn(town, 'app', 'bob');
  const refinery = rigPaths(town.root, 'app').refinery;
  makeSource(refinery);
  const told: string[] = [];
  // Its rests are measured by a clock that stands: however slow the machine is, the second round comes within the first rest.
  const duty = land({ ...town, clock: { ...town.clock, monotonic: () => 0 } }, (line) => told.push(line));
  assert.equal(await duty.round(), 1000, 'it looks again soon while something lands');
  await duty.drain?.();
  assert.deepEqual(await Promise.all(beads.map(async (id) => (await getBead(town.store.db, id)).status)), ['done', 'done']);
  assert.equal((await getBead(town.store.db, stuck)).status, 'in_progress');
  const waits = () => told.filter((line) => line.startsWith('crew/bob waits: ')).length;
  assert.equal(waits(), 1);
  await duty.round();
  await duty.drain?.();
  assert.equal(waits(), 1, 'it rests before it tries again');
  assert.equal(plainGit(rigPaths(town.root, 'web').repository, 'rev-list', '--count', 'main'), '3');
});

test('the duty that retires tells what it did, and what holds a polecat once (app 8)', async (t) => {
  const town = await givenTown(t, ['app']);
  for (const [i, spawner] of ['1|gone', undefined].entries()) {
    const bead = await createBead(town, { title: `t${i}`, rig: 'app' });
    const agent = await town.store.change(town.by, async (tx, at) => {
      const { answer, events } = await reservePolecatRow(tx, at, { rig: 'app', bead: bead.id, spawner: spawner ?? '1|x' });
      return { answer: answer.kind === 'reserved' ? answer.agent.address : assert.fail(), events };
    });
    await createPolecatWorktree(town, { agent, branch: `polecat/${agent.split('/').at(-1)}/${bead.id}@mol-aaaaa` });
    if (spawner === undefined) await town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await clearSpawningRow(tx, at, { agent }) }));
  }
  const worktree = join(town.root, 'app/polecats/Maple');
  plainGit(worktree, 'worktree', 'lock', worktree);
  const told: string[] = [];
  const duty = retire(town, (line) => told.push(line));
  for (let i = 0; i < 3; i += 1) await duty.round();
  plainGit(worktree, 'worktree', 'unlock', worktree);
  await eventually(async () => (await duty.round()) > 0 && told.length === 3, told.join('\n'));
  assert.match(
    told.join('\n'),
    /^app\/polecats\/Toast: taken back, its sling was killed\napp\/polecats\/Maple: its worktree stays for now: .*locked.*\napp\/polecats\/Maple: retired$/,
  );
});

test('who passed the hard limit within a turn is handed over after a short grace, and a transcript that cannot be read holds up nobody (app 8)', async (t) => {
  const town = await givenTown(t, ['app']);
  let skipMs = 0;
  const clock = { now: () => Date.now() + skipMs, monotonic: () => performance.now() + skipMs };
  const told: string[] = [];
  const duty = cycle({ ...town, clock }, (line) => told.push(line));
  const transcripts = { ana: town.dir, max: join(town.dir, 'max.jsonl'), zoe: join(town.dir, 'zoe.jsonl') };
  for (const [name, transcript] of Object.entries(transcripts)) {
    const { address } = await addCrew(town, { rig: 'app', name });
    const session = await givenStarted(town, address, { host: town.host.id });
    await town.store.change(town.by, async (tx, at) => ({
      answer: undefined,
      events: await recordPrimedRow(tx, at, { session: session.id, agent: address, transcript, source: 'startup' }),
    }));
  }
  const say = (name: 'max' | 'zoe', tokens: number) =>
    writeFileSync(
      transcripts[name],
      `${JSON.stringify({ type: 'assistant', uuid: 'a', message: { content: 'x' }, usage: { input_tokens: tokens, output_tokens: 0 } })}\n`,
    );
  say('max', 10);
  say('zoe', 1e9);
  await duty.round();
  assert.deepEqual(await endReasons(town), [], 'the grace is for its own boundary');
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /^app\/crew\/ana: its context could not be looked after: /);
  skipMs += minute;
  await duty.round();
  assert.deepEqual(await endReasons(town), ['app/crew/zoe handoff']);
  assert.ok(
    told.some((line) => /^app\/crew\/zoe: handed off by the daemon \(context \d+ %, past the hard limit\)$/.test(line)),
    told.join('\n'),
  );
});

async function endReasons({ store }: Deps): Promise<string[]> {
  const rows = await store.db.selectFrom('sessions').select(['agent', 'end_reason']).where('ended_at', 'is not', null).orderBy('agent').execute();
  return rows.map((row) => `${row.agent} ${row.end_reason}`);
}

for (const { what, payload, condition } of [
  {
    what: 'failed',
    payload: { type: 'task_complete', error: { message: 'Selected model is at capacity. Please try a different model.' } },
    condition: 'no-service',
  },
  { what: 'was interrupted', payload: { type: 'turn_aborted', reason: 'interrupted' }, condition: undefined },
]) {
  test(`a turn that ${what} and whose end its program does not report is ended by what its transcript says, and a later turn is not (app 40)`, async (t) => {
    const town = await givenTown(t, ['app']);
    const duty = cycle(town, () => {});
    const { address } = await addCrew(town, { rig: 'app', name: 'max' });
    const session = await givenStarted(town, address, { host: town.host.id, runtime: 'codex' });
    const transcript = join(town.dir, 'rollout.jsonl');
    const about = { session: session.id, agent: address };
    const begin = () =>
      town.store.change(town.by, async (tx, at) => ({
        answer: undefined,
        events: [...(await recordPrimedRow(tx, at, { ...about, transcript, source: 'startup' })), ...(await recordTurnRow(tx, at, about))],
      }));
    const endAt = (at: number) => {
      writeFileSync(transcript, `${JSON.stringify({ timestamp: new Date(at).toISOString(), type: 'event_msg', payload })}\n`, { flag: 'a' });
    };
    const look = async () => {
      await duty.round();
      const { condition: has, turnAt = 0, turnEndedAt = 0 } = await getSession(town.store.db, session.id);
      return [has?.kind, turnEndedAt >= turnAt];
    };
    await begin();
    endAt(Date.now() - minute);
    assert.deepEqual(await look(), [undefined, false], 'that was before this turn');
    endAt(Date.now() + second);
    assert.deepEqual(await look(), [condition, true]);
  });
}

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { known } from '#base';
import { hostIdentity, markOf, type ProcessMark, systemChance } from '#host';
import { lastSeq, readEvents } from '#store';
import { getAgent } from '#town';
import { testTown } from '#town/testing';
import { max, nux, seedAgents, type WorkTown, workTown } from '#work/testing';
import { adoptSession, findAdoptedConversation, findAdoptedSession } from './adopt-session.ts';
import { observeSession } from './observe.ts';
import { findLiveSession, getSession, readLineage } from './read-sessions.ts';
import { recordPrimedRow } from './record.ts';
import { givenEnd, givenStarted, runApart } from './testing.ts';

const own: ProcessMark = known(markOf(process.pid), 'this process');
const other: ProcessMark = { pid: own.pid, start: `0-${own.start.split('-').slice(1).join('-')}` };
const program = { agent: max, runtime: 'runbook', host: 'host_test', process: own, cwd: '/town/app/crew/max' };

async function town(t: TestContext): Promise<WorkTown> {
  const made = await workTown();
  t.after(() => made.store.close());
  return made;
}

describe('adoptSession', () => {
  it("makes a program its agent's next generation, in one change (sessions 31)", async (t) => {
    const { store, ...rest } = await town(t);
    const parts = { store, ...rest };
    const first = await givenEnd(parts, await givenStarted(parts, max), 'stopped');
    const seq = await lastSeq(store.db);
    const { kind, session } = await adoptSession(parts, program);
    assert.deepEqual([kind, session.generation, session.isAdopted, session.process, session.paneId], ['adopted', 2, true, own, undefined]);
    assert.equal(session.startedAt, rest.clock.now());
    assert.notEqual(session.id, first.id);
    assert.deepEqual(session.openedWhy, { kind: 'adopted', pid: own.pid, cwd: program.cwd });
    assert.equal((await getAgent(store.db, max)).desired, 'running');
    const types = (await readEvents(store.db, { after: seq })).map(({ type }) => type);
    assert.deepEqual(types, ['session_opened', 'session_adopted', 'session_start', 'agent_wanted']);
  });

  it('knows a program again that it adopted, and adds nothing (sessions 31)', async (t) => {
    const parts = await town(t);
    const { session } = await adoptSession(parts, program);
    const seq = await lastSeq(parts.store.db);
    assert.deepEqual(await adoptSession(parts, program), { kind: 'own', session });
    assert.equal(await lastSeq(parts.store.db), seq);
  });

  it('leaves an agent alone that lives, or whose last life is not cleared away (sessions 31)', async (t) => {
    const parts = await town(t);
    const live = await givenStarted(parts, max);
    const guest = async () => {
      const seq = await lastSeq(parts.store.db);
      const { kind, session } = await adoptSession(parts, program);
      assert.deepEqual([kind, session.id, await lastSeq(parts.store.db)], ['guest', live.id, seq]);
    };
    await guest();
    await givenEnd(parts, live, 'crashed', { isGone: false });
    await guest();
    const apart = await adoptSession(parts, { ...program, agent: nux });
    assert.equal(apart.kind, 'adopted');
    assert.equal((await adoptSession(parts, { ...program, agent: nux, process: other })).kind, 'guest', 'another program is not the adopted one');
  });

  it('adopts one of many that come at once (sessions 31)', async (t) => {
    const parts = await town(t);
    const marks = Array.from({ length: 6 }, (_, n) => ({ pid: 4_000_000 + n, start: own.start }));
    const answers = await Promise.all(marks.map((process) => adoptSession(parts, { ...program, process })));
    assert.equal(answers.filter(({ kind }) => kind === 'adopted').length, 1);
    assert.equal(answers.filter(({ kind }) => kind === 'guest').length, 5);
    assert.equal((await readLineage(parts.store.db, max)).length, 1);
  });

  for (const point of ['session.adopt.before', 'session.adopt.inside', 'session.adopt.after']) {
    it(`killed at ${point} it has adopted whole or not at all, and can be asked again (sessions 31)`, async (t) => {
      const files = await testTown(t);
      await seedAgents(files.store, [max]);
      const killed = await runApart('#sessions', '(room, parts, request) => room.adoptSession(parts, request)', program, {
        root: files.root,
        fault: `${point}=kill`,
      });
      assert.equal(killed.signal, 'SIGKILL', killed.stderr);
      const isDone = point === 'session.adopt.after';
      const live = await findLiveSession(files.store.db, max);
      assert.deepEqual([live?.process, (await getAgent(files.store.db, max)).desired], isDone ? [own, 'running'] : [undefined, 'stopped']);
      const again = await adoptSession({ ...files, chance: systemChance, by: { actor: 'overseer' } }, program);
      assert.deepEqual([again.kind, again.session.generation], [isDone ? 'own' : 'adopted', 1]);
    });
  }
});

describe('an adopted session', () => {
  it('is found by a process above the caller until it is gone, and by its conversation (sessions 32)', async (t) => {
    const parts = await town(t);
    const { session } = await adoptSession(parts, program);
    await givenStarted(parts, nux);
    const { db } = parts.store;
    assert.equal((await findAdoptedSession(db, [{ pid: 1, start: 'x' }, own]))?.id, session.id);
    assert.equal(await findAdoptedSession(db, [other]), undefined, 'the pid alone proves nothing');
    assert.equal(await findAdoptedSession(db, []), undefined);
    await parts.store.change({ actor: max, session: session.id }, async (tx, at) => ({
      answer: undefined,
      events: await recordPrimedRow(tx, at, { session: session.id, agent: max, conversation: 'c1', source: 'startup' }),
    }));
    assert.equal((await findAdoptedConversation(db, { agent: max, conversation: 'c1' }))?.id, session.id);
    assert.equal(await findAdoptedConversation(db, { agent: nux, conversation: 'c1' }), undefined);
    await givenEnd(parts, session, 'handoff', { isGone: false });
    assert.equal((await findAdoptedSession(db, [own]))?.id, session.id, 'it is told that its life is over');
    await givenEnd(parts, await getSession(db, session.id), 'handoff');
    assert.equal(await findAdoptedSession(db, [own]), undefined);
  });

  it('whose program ended was stopped, whatever a pane shows, and after a restart of the host too (sessions 33)', async (t) => {
    const parts = await town(t);
    const { bootId } = hostIdentity();
    const child = spawn('sleep', ['300'], { stdio: 'ignore' });
    const mark = known(markOf(known(child.pid, 'the pid')), 'the child');
    const { session } = await adoptSession(parts, { ...program, process: mark });
    assert.deepEqual(observeSession(session, undefined, 5, bootId), { kind: 'alive' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const dead = { kind: 'dead', reason: 'stopped', at: 5 };
    assert.deepEqual(observeSession(session, undefined, 5, bootId), { ...dead, evidence: { class: 'clean', adopted: true } });
    assert.deepEqual(observeSession(session, undefined, 5, 'another'), { ...dead, evidence: { class: 'host-restart', adopted: true } });
  });
});

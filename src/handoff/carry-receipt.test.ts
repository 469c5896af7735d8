import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listEscalations, listNudges } from '#mail';
import { consumeHandoffRows, findLiveSession, listUnreceived, readLineage, recordStarted, recordTurnRow, type Session } from '#sessions';
import { givenEnd, runApart, writerOf } from '#sessions/testing';
import { carryReceipt } from './carry-receipt.ts';
import { handOff } from './hand-off.ts';
import { type AtWork, asked, atWork, own, pass } from './testing.ts';

const max = 'app/crew/max';
const due = 120_000;
const byDaemon = (work: AtWork) => ({ ...work.deps, by: { actor: 'daemon' } });

async function look(work: AtWork): Promise<string[]> {
  const elapsed = (_: string, at: number) => work.store.clock.now() - at;
  const done: string[] = [];
  for (const ends of await listUnreceived(work.store.db)) done.push(await carryReceipt(byDaemon(work), ends, { host: 'host_test', elapsed }));
  return done;
}

/** What died or was replaced is gone, and the successor's program runs. */
async function settle(work: AtWork): Promise<Session> {
  for (const session of await readLineage(work.store.db, max)) if (session.endedAt !== undefined) await givenGone(work, session);
  const live = (await findLiveSession(work.store.db, max)) ?? assert.fail('nobody lives');
  await recordStarted(work, { session: live.id, agent: max, paneId: '%1', pid: process.pid, start: '1', isAdopted: false });
  return live;
}

async function givenGone(work: AtWork, session: Session): Promise<void> {
  await givenEnd(work, session, 'handoff');
}

describe('carryReceipt', () => {
  it('nudges, restarts, then calls a person, each once; the document waits through all of it (handoff 21)', async (t) => {
    const work = await atWork(t);
    const answer = await handOff(own(work), asked);
    assert.ok(answer.kind === 'handed-off');
    pass(work, due);
    assert.deepEqual(await look(work), ['nothing'], 'its successor has not started');
    const second = await settle(work);
    assert.deepEqual(await look(work), ['nothing']);
    pass(work, due);
    assert.deepEqual([await look(work), await look(work)], [['nudged'], ['nothing']]);
    pass(work, due);
    assert.deepEqual(await look(work), ['restarted']);
    const [restarted] = (await readLineage(work.store.db, max)).slice(1, 2);
    assert.deepEqual([restarted?.id, restarted?.endReason, restarted?.endEvidence.receipt], [second.id, 'handoff', answer.handoff]);
    await settle(work);
    assert.deepEqual(await look(work), ['nothing']);
    pass(work, due);
    assert.deepEqual([await look(work), await look(work)], [['escalated'], ['nothing']]);
    pass(work, 10 * due);
    assert.deepEqual(await look(work), ['nothing']);
    const { db } = work.store;
    assert.deepEqual([(await readLineage(db, max)).length, (await listEscalations(db, {})).length], [3, 1]);
    assert.deepEqual(
      (await listNudges(db, { agent: max, limit: 9 })).map(({ reason, incident }) => [reason, incident]),
      [['receipt', `receipt:${answer.handoff}`]],
    );
    assert.deepEqual(
      (await listUnreceived(db)).map(({ handoff, count }) => [handoff, count]),
      [[answer.handoff, 2]],
    );
  });

  it('does nothing once a turn began (handoff 21)', async (t) => {
    const work = await atWork(t);
    await handOff(own(work), asked);
    const next = await settle(work);
    await work.store.change(writerOf(next), async (tx, at) => {
      await tx.updateTable('handoffs').set({ target_session: next.id, delivered_at: at }).execute();
      const events = await recordTurnRow(tx, at, { session: next.id, agent: max });
      return { answer: undefined, events: [...events, ...(await consumeHandoffRows(tx, at, { session: next.id, agent: max }))] };
    });
    pass(work, 10 * due);
    assert.deepEqual(await look(work), []);
  });

  it('leaves alone who waits for a person or a limit, was started by hand, lives on another host, or is not to run (handoff 21)', async (t) => {
    const work = await atWork(t);
    await handOff(own(work), asked);
    const next = await settle(work);
    pass(work, due);
    const set = (columns: Record<string, string | number | null>) =>
      work.store.change(work.by, async (tx) => {
        await tx.updateTable('sessions').set(columns).where('id', '=', next.id).execute();
        return { answer: undefined, events: [{ type: 'tried' }] };
      });
    for (const [columns, back] of [
      [{ condition: JSON.stringify({ kind: 'auth', at: 1, detail: 'login' }) }, { condition: null }],
      [{ is_adopted: 1 }, { is_adopted: 0 }],
      [{ host: 'host_other' }, { host: 'host_test' }],
    ]) {
      await set(columns ?? {});
      assert.deepEqual(await look(work), ['nothing']);
      await set(back ?? {});
    }
    assert.deepEqual(await look(work), ['nudged']);
  });

  for (const point of ['receipt.nudge.inside', 'receipt.nudge.after', 'handoff.commit.inside', 'handoff.commit.after', 'receipt.escalate.inside']) {
    it(`killed at ${point} and asked again, each is done once (handoff 21)`, async (t) => {
      const work = await atWork(t);
      await handOff(own(work), asked);
      await settle(work);
      const reach = { nudge: 1, commit: 2, escalate: 3 }[point.split('.')[1] ?? ''] ?? 1;
      for (let n = 1; n < reach; n += 1) {
        pass(work, due);
        await look(work);
        await settle(work);
      }
      pass(work, due);
      const [ends] = await listUnreceived(work.store.db);
      const call = '(room, parts, ends) => room.carryReceipt(parts, ends, { host: "host_test", elapsed: () => 1e9 })';
      const killed = await runApart('#handoff', call, ends, { root: work.root, by: { actor: 'daemon' }, fault: `${point}=kill` });
      assert.equal(killed.signal, 'SIGKILL', killed.stderr);
      // The process apart wrote by the machine's clock.
      pass(work, Date.now() - work.store.clock.now());
      for (let n = 0; n < 6; n += 1) {
        await look(work);
        await settle(work);
        pass(work, due);
      }
      const { db } = work.store;
      assert.deepEqual(
        [(await listNudges(db, { agent: max, limit: 9 })).length, (await readLineage(db, max)).length, (await listEscalations(db, {})).length],
        [1, 3, 1],
      );
    });
  }
});

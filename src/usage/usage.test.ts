import assert from 'node:assert/strict';
import { second } from '#base';
import type { TurnUsage } from '#runtimes/model';
import { noteConversations, recordConversationRow, type Session } from '#sessions';
import { givenEnd, givenSession, writerOf } from '#sessions/testing';
import { lastSeq, pruneEvents, readEvents } from '#store';
import { prunePolicy } from '#store/testing';
import { inTown, max, type WorkTown } from '#work/testing';
import { formatSpending, readSpending, readSpendings, recordTurns } from './index.ts';

async function givenConversation(town: WorkTown, conversation = 'c', agent = max): Promise<Session> {
  const session = await givenSession(town, agent);
  await town.store.change(writerOf(session), async (tx, at) => ({
    answer: undefined,
    events: await recordConversationRow(tx, at, { session: session.id, agent, conversation, transcript: `/t/${conversation}` }),
  }));
  await noteConversations(town, { host: session.host, since: 0 });
  return session;
}

const turn = (id: string, more: Partial<TurnUsage> = {}): TurnUsage => ({ id, inputTokens: 100, outputTokens: 10, contextTokens: 110, ...more });

function recording(town: WorkTown, { id, agent }: Session, conversation = 'c') {
  return (turns: readonly TurnUsage[], bead?: string) => recordTurns(town, { session: id, agent, conversation, bead, model: 'm1', turns });
}

inTown('a turn is recorded once however often it is told, with the figures that it was told last (usage 1)', async (town) => {
  const session = await givenConversation(town);
  const record = recording(town, session);
  const many = Array.from({ length: 450 }, (_, i) => turn(`t${i}`, { cachedTokens: 60, cacheWriteTokens: 5 }));
  assert.equal(await record(many), 450);
  const seq = await lastSeq(town.store.db);
  assert.equal(await record(many), 0);
  assert.equal(await lastSeq(town.store.db), seq, 'nothing is written');
  assert.equal(await record([turn('t0', { outputTokens: 25, cachedTokens: 60, cacheWriteTokens: 5 })]), 1);
  const spent = { turns: 450, inputTokens: 45_000, outputTokens: 4_515, cachedTokens: 27_000, cacheWriteTokens: 2_250 };
  assert.deepEqual(await readSpending(town.store.db, session.id), spent);
  assert.equal(formatSpending(spent), '450 turns: 45k tokens read (27k of them cached), 4.5k written');
});

inTown('a row says whose turn it was: session, agent, bead, model, and whether a sub-agent spent it (usage 3)', async (town) => {
  const session = await givenConversation(town);
  await recording(town, session)([turn('own', { at: 5 }), turn('sub', { subagent: 's', model: 'm2' })]);
  const rows = await town.store.db.selectFrom('usage').selectAll().orderBy('turn').execute();
  assert.deepEqual(
    rows.map((row) => [row.turn, row.session, row.agent, row.bead, row.model, row.is_subagent, row.context]),
    [
      ['own', session.id, max, null, 'm1', 0, 110],
      ['sub', session.id, max, null, 'm2', 1, 110],
    ],
  );
  assert.equal(rows[0]?.at, 5);
  assert.equal((await readSpending(town.store.db, session.id)).turns, 2);
});

inTown('of a conversation that goes on in another session each has its own turns, whoever reads them (usage 2)', async (town) => {
  const first = await givenConversation(town);
  town.clock.advance(10 * second);
  await givenEnd(town, first, 'handoff');
  const second_ = await givenConversation(town);
  const turns = [turn('a', { at: first.createdAt + 1 }), turn('b', { at: second_.createdAt + 1 }), turn('old', { at: 3 })];
  await recording(town, second_)(turns);
  await recording(town, first)(turns);
  const spent = await readSpendings(town.store.db, [first.id, second_.id, 'sess_none']);
  assert.deepEqual([spent.get(first.id)?.turns, spent.get(second_.id)?.turns, spent.size], [2, 1, 2]);
});

inTown('what was spent outlives the journal (usage 3)', async (town) => {
  const session = await givenConversation(town);
  await recording(town, session)([turn('a')]);
  town.clock.advance(400 * 86_400 * second);
  await pruneEvents({ ...town, by: { actor: 'daemon' } }, { policy: prunePolicy({ keep: 0 }), isAuto: false, batchesMax: 9 });
  assert.equal((await readEvents(town.store.db, { types: ['usage_recorded'] })).length, 0);
  assert.equal((await readSpending(town.store.db, session.id)).turns, 1);
});

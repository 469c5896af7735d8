import assert from 'node:assert/strict';
import { lastSeq } from '#store';
import { inTown, max, type WorkTown } from '#work/testing';
import { archiveConversation, listConversations, listUnarchived, noteConversations } from './conversations.ts';
import type { Session } from './model.ts';
import { recordConversationRow } from './record.ts';
import { givenEnd, givenSession, writerOf } from './testing.ts';

const note = (town: WorkTown, { host }: Session, since = 0) => noteConversations(town, { host, since });
const tell = (town: WorkTown, session: Session, told: { conversation?: string; transcript?: string }) =>
  town.store.change(writerOf(session), async (tx, at) => ({
    answer: undefined,
    events: await recordConversationRow(tx, at, { session: session.id, agent: session.agent, ...told }),
  }));
const unarchived = async (town: WorkTown, { host }: Session) =>
  (await listUnarchived(town.store.db, host)).map(({ session, conversation, transcript, isOver }) => [session.id, conversation, transcript, isOver]);

inTown('each conversation that a session had is noted once, and is over when another follows or the program is gone (sessions 35)', async (town) => {
  const session = await givenSession(town, max);
  await note(town, session);
  assert.deepEqual(await unarchived(town, session), []);
  await tell(town, session, { conversation: 'a' });
  await note(town, session);
  assert.deepEqual(await unarchived(town, session), [], 'nobody knows yet where it lies');
  await tell(town, session, { transcript: '/a' });
  await note(town, session);
  assert.deepEqual(await unarchived(town, session), [[session.id, 'a', '/a', false]]);
  const seq = await lastSeq(town.store.db);
  await note(town, session);
  assert.equal(await lastSeq(town.store.db), seq, 'nothing is written');
  await tell(town, session, { conversation: 'b' });
  await note(town, session);
  assert.deepEqual(await unarchived(town, session), [[session.id, 'a', '/a', true]], "another conversation's transcript is not its own");
  await tell(town, session, { transcript: '/b' });
  await note(town, session);
  await tell(town, session, { transcript: '/b/moved' });
  await note(town, session);
  assert.deepEqual(await unarchived(town, session), [
    [session.id, 'a', '/a', true],
    [session.id, 'b', '/b/moved', false],
  ]);
  await givenEnd(town, session, 'stopped');
  assert.deepEqual(
    (await unarchived(town, session)).map((one) => one[3]),
    [true, true],
  );
});

inTown('a conversation that is archived is looked at no more; a session that ended meanwhile is noted still (sessions 35)', async (town) => {
  const session = await givenSession(town, max);
  await tell(town, session, { conversation: 'a', transcript: '/a' });
  town.clock.advance(1000);
  const ended = await givenEnd(town, session, 'stopped');
  await note(town, session, (ended.endedAt ?? 0) + 1);
  assert.deepEqual(await unarchived(town, session), [], 'it ended before');
  await note(town, session, ended.endedAt);
  const [kept] = await listUnarchived(town.store.db, session.host);
  assert.ok(kept !== undefined);
  await archiveConversation(town, kept, { isMissing: false });
  const seq = await lastSeq(town.store.db);
  await archiveConversation(town, kept, { isMissing: false });
  await note(town, session);
  assert.equal(await lastSeq(town.store.db), seq);
  assert.deepEqual(await unarchived(town, session), []);
  assert.deepEqual(await listConversations(town.store.db, session.id), [{ conversation: 'a', transcript: '/a' }]);
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { second } from '#base';
import { sendMail } from '#mail';
import { findEndOf, type Session } from '#sessions';
import { givenEnd, givenStarted, writerOf } from '#sessions/testing';
import { readEvents } from '#store';
import { endStep, readHook } from '#work';
import { max } from '#work/testing';
import { deliver, givenNext, givenWork, primeTown, turn } from './testing.ts';

describe('beginTurn', () => {
  it('receives what was delivered, and makes bead and step active, once (prime 8)', async (t) => {
    const town = await primeTown(t);
    const { molecule } = await givenWork(town);
    const { first, next } = await givenNext(town);
    await deliver(town, next);
    for (let n = 0; n < 2; n += 1) {
      town.clock.advance(second);
      await turn(town, next);
    }
    const { bead, step } = await readHook(town.store.db, max);
    assert.deepEqual([bead?.status, step?.id, step?.status, step?.startedSession], ['in_progress', 'load-context', 'active', next.id]);
    assert.equal((await findEndOf(town.store.db, first.id))?.consumedAt, town.clock.now() - second);
    const types = (await readEvents(town.store.db, { types: ['handoff_received', 'bead_started', 'step_started', 'turn_started'] })).map(({ type }) => type);
    assert.deepEqual(types, ['turn_started', 'handoff_received', 'bead_started', 'step_started', 'turn_started']);
    await endStep({ ...town, by: writerOf(next) }, { molecule: molecule.id, outcome: 'done' });
    await turn(town, next);
    assert.equal((await readHook(town.store.db, max)).step?.status, 'active', 'the next step begins with the next turn');
  });

  it('goes on in a later session with a step that an earlier one began (prime 8)', async (t) => {
    const town = await primeTown(t);
    await givenWork(town);
    const first = await givenStarted(town, max);
    await turn(town, first);
    await givenEnd(town, first, 'crashed');
    const next = await givenStarted(town, max);
    await turn(town, next);
    const { step } = await readHook(town.store.db, max);
    assert.deepEqual([step?.status, step?.startedSession], ['active', first.id]);
  });

  it('begins with the mail that the session was not told of yet, and with what its prime had told (prime 8)', async (t) => {
    const town = await primeTown(t);
    const session = await givenStarted(town, max);
    const send = async (subject: string) => (await sendMail({ ...town, isKnown: async () => true }, { to: max, subject })).id;
    const first = await send('first');
    assert.deepEqual((await deliver(town, session)).mails, [first]);
    const second = await send('second');
    const told = async (one: Session) => (await turn(town, one)).mails.map((mail) => mail.id);
    assert.deepEqual([await told(session), await told(session)], [[second], []]);
    await givenEnd(town, session, 'crashed');
    const next = await givenStarted(town, max);
    const { text, mails } = await deliver(town, next);
    assert.match(text, /You have no new message, and 2 unread messages that an earlier session saw\./);
    assert.deepEqual([mails, await told(next)], [[], []], 'a stale one stays with the session that saw it');
  });

  it('is a turn also with nothing on the hook, or every step closed (prime 8)', async (t) => {
    const town = await primeTown(t);
    const session = await givenStarted(town, max);
    await turn(town, session);
    const { molecule } = await givenWork(town);
    for (let n = 0; n < 4; n += 1) await endStep({ ...town, by: writerOf(session) }, { molecule: molecule.id, outcome: 'done' });
    await turn(town, session);
    assert.equal((await readEvents(town.store.db, { types: ['turn_started'] })).length, 2);
  });
});

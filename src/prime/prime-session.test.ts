import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isFault, second } from '#base';
import { addLateNote, findEndOf, getSession, type Session } from '#sessions';
import { givenEnd, givenStarted, runApart, writerOf } from '#sessions/testing';
import { lastSeq, readEvents } from '#store';
import { testTown } from '#town/testing';
import { max, seedAgents } from '#work/testing';
import { primeSession } from './prime-session.ts';
import { deliver, givenDocument, givenNext, primeTown, turn } from './testing.ts';

const warning = /Do not hand off again/;
const about = (session: Session) => ({ session: session.id, agent: session.agent });

describe('primeSession', () => {
  it('records the signal and delivers, and a second time delivers nothing new (prime 6)', async (t) => {
    const town = await primeTown(t);
    const { first, next, document } = await givenNext(town);
    const by = writerOf(next);
    const request = { ...about(next), conversation: 'c1', transcript: '/t.jsonl', source: 'startup' } as const;
    await primeSession({ ...town, by }, request);
    const primed = await getSession(town.store.db, next.id);
    assert.deepEqual([primed.conversation, primed.transcript, primed.primedAt], ['c1', '/t.jsonl', town.clock.now()]);
    const end = await findEndOf(town.store.db, first.id);
    assert.deepEqual([end?.targetSession, end?.deliveredAt, end?.consumedAt], [next.id, town.clock.now(), undefined]);
    town.clock.advance(second);
    await primeSession({ ...town, by }, { ...request, source: 'clear' });
    assert.equal((await findEndOf(town.store.db, first.id))?.deliveredAt, end?.deliveredAt, 'the first moment stands');
    const events = await readEvents(town.store.db, { types: ['session_primed', 'handoff_delivered'] });
    assert.deepEqual(
      events.map(({ type, payload }) => [type, payload.source ?? payload.handoffs]),
      [
        ['session_primed', 'startup'],
        ['handoff_delivered', [document]],
        ['session_primed', 'clear'],
      ],
    );
  });

  it('gives a later generation what an earlier one died with, and nobody what was received (prime 7)', async (t) => {
    const town = await primeTown(t);
    const { next, document } = await givenNext(town);
    await deliver(town, next);
    const rebuilt = await givenDocument(town, next, { reason: 'crashed', subject: 'rebuilt', document: '## Goal\nrebuilt\n' });
    const third = await givenStarted(town, max, { predecessor: next.id });
    const prime = await deliver(town, third);
    assert.deepEqual(prime.handoffs, [rebuilt, document]);
    assert.match(prime.text, /Recovery document .*: rebuilt[\s\S]*\n---\nHandoff .*: roof/);
    await turn(town, third);
    const later = await deliver(town, third);
    assert.deepEqual(later.handoffs, []);
    assert.match(later.text, /rebuilt[\s\S]*the third beam/, 'its receiver still sees both');
    await givenEnd(town, third, 'done');
    const fourth = await givenStarted(town, max);
    assert.doesNotMatch((await deliver(town, fourth)).text, /beam|rebuilt/);
  });

  it('shows late notes under their document (prime 7)', async (t) => {
    const town = await primeTown(t);
    const { first, next, document } = await givenNext(town);
    for (const body of ['nails rust', 'use screws']) await addLateNote(town, { handoff: document, session: first.id, agent: max, body });
    assert.match((await deliver(town, next)).text, /the third beam\n\n## Late note\nnails rust\n\n## Late note\nuse screws\n/);
  });

  it('writes nothing for a session that was replaced (prime 6)', async (t) => {
    const town = await primeTown(t);
    const { first } = await givenNext(town);
    const before = await lastSeq(town.store.db);
    await assert.rejects(deliver(town, first), (error) => isFault(error, 'conflict') && error.message === 'you were replaced by generation 2; stop');
    assert.equal(await lastSeq(town.store.db), before);
  });

  for (const point of ['prime.before', 'prime.inside', 'prime.after']) {
    it(`killed at ${point} it has delivered all or nothing, and the next one loses nothing (prime 6, 7)`, async (t) => {
      const files = await testTown(t);
      await seedAgents(files.store, [max]);
      const town = { ...files, clock: await primeTown(t).then(({ clock }) => clock) };
      const { first, next } = await givenNext(town);
      const request = { ...about(next), source: 'startup' };
      const killed = await runApart('#prime', '(room, parts, request) => room.primeSession(parts, request)', request, {
        root: town.root,
        by: writerOf(next),
        fault: `${point}=kill`,
      });
      assert.equal(killed.signal, 'SIGKILL', killed.stderr);
      const isDone = point === 'prime.after';
      const [session, end] = [await getSession(town.store.db, next.id), await findEndOf(town.store.db, first.id)];
      assert.deepEqual([session.primedAt !== undefined, end?.targetSession !== undefined], [isDone, isDone]);
      assert.equal(warning.test((await deliver(town, next)).text), !isDone);
    });
  }
});

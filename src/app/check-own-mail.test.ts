import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendMail } from '#mail';
import { givenEnd, givenStarted, writerOf } from '#sessions/testing';
import { lastSeq } from '#store';
import { checkOwnMail } from './check-own-mail.ts';
import { appTown } from './testing.ts';
import { mailVerbs } from './verbs/mail.ts';

test('injected mail is told once per session, and looking at it marks nothing (app 26)', async (t) => {
  const town = await appTown(t);
  const send = async (subject: string) => (await sendMail({ ...town, isKnown: async () => true }, { to: 'mayor', subject })).id;
  const first = await send('first');
  const session = await givenStarted(town, 'mayor');
  const own = { ...town, by: writerOf(session) };
  const ids = async (isInjected: boolean) => (await checkOwnMail(own, { address: 'mayor', isInjected })).mails.map(({ id }) => id);
  assert.deepEqual(await ids(false), [first]);
  assert.deepEqual([await ids(true), await ids(true)], [[first], []]);
  const seq = await lastSeq(town.store.db);
  assert.deepEqual([await ids(false), await ids(true)], [[first], []]);
  assert.equal(await lastSeq(town.store.db), seq, 'where nothing came nothing is written');
  assert.deepEqual((await checkOwnMail(town, { address: 'mayor', isInjected: true })).mails.length, 1, 'a person sees all of it, every time');
});

test('what is injected in a turn is stale for the next session, and the inbox says so (app 26)', async (t) => {
  const town = await appTown(t);
  const { id } = await sendMail({ ...town, isKnown: async () => true }, { to: 'mayor', subject: 'old' });
  const session = await givenStarted(town, 'mayor');
  const own = { ...town, by: writerOf(session) };
  await town.store.change(own.by, async (tx, at) => {
    await tx.updateTable('sessions').set({ turn_at: at }).where('id', '=', session.id).execute();
    return { answer: undefined, events: [{ type: 'turn_started', agent: 'mayor' }] };
  });
  await checkOwnMail(own, { address: 'mayor', isInjected: true });
  const inbox = async () => (await mailVerbs(town).inbox({ address: 'mayor' })).map((mail) => [mail.id, mail.isStale]);
  assert.deepEqual(await inbox(), [[id, false]]);
  await givenEnd(town, session, 'handoff');
  assert.deepEqual(await inbox(), [[id, true]], 'for whoever comes next');
  await givenStarted(town, 'mayor');
  assert.deepEqual(await inbox(), [[id, true]]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemChance } from '#host';
import { sendMail } from '#mail';
import { consumeHandoffRows, deliverHandoffRows, retireHandoffRows, writeHandoffRow } from '#sessions';
import { givenEnd, givenSession } from '#sessions/testing';
import { memoryStore } from '#store/testing';
import { seedAgents } from '#work/testing';
import { findHandoffMail, listHandoffMail } from './handoff-mail.ts';
import { appTown } from './testing.ts';
import { mailVerbs } from './verbs/mail.ts';

test('a handoff is mail to its receiver, unread until a turn began with it, and has no second text (app 11)', async () => {
  const store = await memoryStore();
  await seedAgents(store, ['app/crew/max']);
  const first = await givenSession({ store }, 'app/crew/max');
  const id = await store.change({ actor: 'app/crew/max' }, async (tx, at) => {
    const handoff = {
      kind: 'end',
      isPlanned: true,
      reason: 'asked',
      sourceSession: first.id,
      targetAgent: 'app/crew/max',
      subject: 'half done',
      document: '## Goal\nall of it',
      writtenBy: 'agent',
      preservedRef: undefined,
    } as const;
    return { answer: await writeHandoffRow({ chance: systemChance }, tx, at, handoff), events: [{ type: 'handoff' }] };
  });
  await givenEnd({ store }, first, 'handoff');
  const unread = { address: 'app/crew/max', isUnreadOnly: true };
  const [mail] = await listHandoffMail(store.db, unread);
  assert.deepEqual([mail?.id, mail?.sender, mail?.subject, mail?.body, mail?.readAt], [id, 'app/crew/max', 'half done', '## Goal\nall of it', null]);
  assert.deepEqual(await findHandoffMail(store.db, id), mail);
  assert.equal(await findHandoffMail(store.db, 'm-abcde'), undefined);
  const second = await givenSession({ store }, 'app/crew/max', { predecessor: first.id });
  await store.change({ actor: 'app/crew/max' }, async (tx, at) => {
    const events = await deliverHandoffRows(tx, at, { session: second.id, agent: 'app/crew/max', handoffs: [id] });
    return { answer: undefined, events: [...events, ...(await consumeHandoffRows(tx, at, { session: second.id, agent: 'app/crew/max' }))] };
  });
  assert.deepEqual(await listHandoffMail(store.db, unread), []);
  assert.equal((await listHandoffMail(store.db, { address: 'app/crew/max' })).length, 1);
  await store.close();
});

test('the inbox of its receiver has it before everything that others wrote, until a turn began with it (app 11)', async (t) => {
  const town = await appTown(t);
  const first = await givenSession(town, 'mayor');
  const id = await town.store.change({ actor: 'daemon' }, async (tx, at) => {
    const said = { kind: 'end', isPlanned: true, reason: 'asked', sourceSession: first.id, targetAgent: 'mayor', subject: 's', document: 'd' } as const;
    return { answer: await writeHandoffRow(town, tx, at, { ...said, writtenBy: 'agent', preservedRef: undefined }), events: [{ type: 'handoff' }] };
  });
  await givenEnd(town, first, 'handoff');
  const newer = await sendMail({ ...town, isKnown: async () => true }, { to: 'mayor', subject: 'newer', priority: 0 });
  const inbox = async () => (await mailVerbs(town).inbox({ address: 'mayor' })).map((mail) => mail.id);
  assert.deepEqual(await inbox(), [id, newer.id]);
  await town.store.change({ actor: 'daemon' }, async (tx, at) => {
    await retireHandoffRows(tx, at, 'mayor');
    await tx
      .updateTable('handoffs')
      .set({ created_at: at - 60_000 })
      .execute();
    return { answer: undefined, events: [{ type: 'handoff_received' }] };
  });
  assert.deepEqual(await inbox(), [newer.id, id]);
});

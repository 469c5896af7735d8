import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, minute } from '#base';
import { deliverMailRows, listEscalations, sendMailRow } from '#mail';
import { givenStarted } from '#sessions/testing';
import { readEvents } from '#store';
import { manualClock } from '#store/testing';
import { seedAgents } from '#work/testing';
import { appTown } from '../testing.ts';
import { stalled } from './stalled.ts';

const agent = 'app/crew/max';
const by = { actor: 'daemon' };

test('mail that a live session was told of, and no turn began with, is told to a person once (app 71)', async (t) => {
  const clock = manualClock();
  const town = await appTown(t, { clock });
  const { store, chance } = town;
  await seedAgents(store, [agent]);
  const session = await givenStarted(town, agent);
  const send = (subject: string) =>
    store.change(by, async (tx, at) => {
      const { answer: mail } = await sendMailRow(tx, at, { to: agent, subject, chance, by });
      return { answer: mail, events: await deliverMailRows(tx, at, { agent, session: session.id, mails: [mail.id] }) };
    });
  await send('Look here');
  const told: string[] = [];
  const round = () => stalled(town, (line) => told.push(line)).round();
  clock.advance(14 * minute);
  await round();
  assert.deepEqual(told, []);
  clock.advance(2 * minute);
  await round();
  await send('And here');
  clock.advance(hour);
  await round();
  assert.deepEqual(told, [`${agent}: 1 message never arrived`]);
  assert.deepEqual(
    (await listEscalations(store.db)).map(({ incident }) => incident),
    [`stalled:${session.id}`],
  );
  assert.equal((await readEvents(store.db, { types: ['delivery_unconsumed'] })).length, 1);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transferSession } from '#handoff';
import { findHandoff } from '#sessions';
import { givenStarted, writerOf } from '#sessions/testing';
import { readEvents } from '#store';
import { manualClock } from '#store/testing';
import { appTown } from '../testing.ts';
import { answerSignal } from './answer-signal.ts';
import { signalVerbs } from './signals.ts';

const program = { prompt: '', stop_hook_active: false };

test('a transfer comes with the next prompt, or at the end of the turn that runs, once, and goes with a full prime too (app 27)', async (t) => {
  const town = await appTown(t);
  const source = await givenStarted(town, 'mayor');
  const target = await givenStarted(town, 'deacon');
  const give = async () => (await transferSession(town, { session: source.id, into: target.id, goal: 'watch the rain' })).handoff;
  const asTarget = { ...town, by: writerOf(target) };
  const say = async (signal: 'start' | 'prompt' | 'stop') => (await answerSignal(asTarget, signal, JSON.stringify(program))).stdout;
  const isReceived = async (id: string) => (await findHandoff(town.store.db, id))?.consumedAt !== undefined;

  const atPrompt = await give();
  assert.match(await say('prompt'), new RegExp(`^Transfer ${atPrompt}: watch the rain\n`));
  assert.equal(await isReceived(atPrompt), false, 'the turn has it');
  assert.equal(await say('stop'), '');
  assert.equal(await isReceived(atPrompt), true);
  await say('prompt');
  const atStop = await give();
  const { reason } = JSON.parse(await say('stop')) as { reason: string };
  assert.match(reason, new RegExp(`^Transfer ${atStop}: `));
  assert.equal(await isReceived(atStop), false, 'the turn goes on with it');
  assert.equal((await answerSignal(asTarget, 'stop', JSON.stringify({ stop_hook_active: true }))).stdout, '');
  assert.equal(await isReceived(atStop), true);
  const atStart = await give();
  const prime = await say('start');
  assert.equal(prime.split(`Transfer ${atStart}: `).length, 2);
  assert.equal((await say('prompt')).includes('Transfer'), false);
  assert.equal(await isReceived(atStart), true);
  assert.equal((await readEvents(town.store.db, { types: ['transfer_delivered'] })).length, 3);
  assert.equal((await answerSignal({ ...town, by: writerOf(source) }, 'prompt', '{}')).stdout.includes('Transfer'), false, 'nobody else is told');
});

test('a transfer whose answer was lost is told again when the signal is asked again, and received once (app 27)', async (t) => {
  const clock = manualClock();
  const town = await appTown(t, { clock });
  const source = await givenStarted(town, 'mayor');
  const target = await givenStarted(town, 'deacon');
  const asTarget = { ...town, by: writerOf(target) };
  const say = async (signal: 'start' | 'prompt' | 'stop', isContinued = false) => {
    clock.advance(1);
    return (await answerSignal(asTarget, signal, JSON.stringify({ stop_hook_active: isContinued }))).stdout;
  };
  const give = async () => (await transferSession(town, { session: source.id, agent: 'deacon', goal: 'watch the rain' })).handoff;
  const tells = (answer: string, id: string) => answer.includes(`Transfer ${id}: `);
  const isReceived = async (id: string) => (await findHandoff(town.store.db, id))?.consumedAt !== undefined;

  const atStart = await give();
  assert.deepEqual([tells(await say('start'), atStart), tells(await say('start'), atStart)], [true, true]);
  assert.deepEqual([tells(await say('prompt'), atStart), await isReceived(atStart)], [false, true]);
  await say('stop');
  const atPrompt = await give();
  assert.deepEqual([tells(await say('prompt'), atPrompt), tells(await say('prompt'), atPrompt)], [true, true]);
  assert.deepEqual([await say('stop'), await isReceived(atPrompt)], ['', true]);
  await say('prompt');
  const atStop = await give();
  assert.deepEqual(
    [tells(await say('stop'), atStop), tells(await say('stop'), atStop), await isReceived(atStop)],
    [true, false, false],
    'no turn goes on for ever',
  );
  assert.deepEqual([tells(await say('prompt'), atStop), await say('stop'), await isReceived(atStop)], [true, '', true]);
  await say('prompt');
  const goneOn = await give();
  assert.deepEqual([tells(await say('stop'), goneOn), await say('stop', true), await isReceived(goneOn)], [true, '', true]);
  assert.equal(tells(await say('prompt'), goneOn), false);
});

test('before a compaction all is saved, and the session works on (app 27)', async (t) => {
  const town = await appTown(t);
  const session = await givenStarted(town, 'mayor');
  const asMayor = { ...town, by: writerOf(session) };
  assert.deepEqual(await signalVerbs(asMayor).signal('pre-compact', '{"trigger":"auto"}'), { stdout: '', exitCode: 0 });
  const saved = await readEvents(town.store.db, { types: ['handoff_saved'] });
  assert.deepEqual(
    saved.map(({ payload }) => payload.reason),
    ['compaction'],
  );
});

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { readSettings } from '#config';
import { checkMail, listNudges, queueNudgeRow, sendMailRow } from '#mail';
import { readAnswer } from '#runtimes';
import { givenStarted, writerOf } from '#sessions/testing';
import { appTown } from '../testing.ts';
import { dropTold, isBetweenTools, sayAtTools } from '../told.ts';
import { answerSignal } from './answer-signal.ts';

test('a tool is followed by what the daemon has to say, and the last one is not begun (app 34)', async (t) => {
  const town = await appTown(t);
  const session = await givenStarted(town, 'mayor');
  const env = { ...town.env, BATON_RUNTIME: 'runbook' };
  const say = async (signal: 'pre-tool' | 'post-tool') =>
    readAnswer(signal, (await answerSignal({ ...town, env, by: writerOf(session) }, signal, '{}')).stdout);

  assert.deepEqual([await say('pre-tool'), await say('post-tool')], [{ kind: 'none' }, { kind: 'none' }]);
  sayAtTools(town, session.id, { text: 'come to an end', isLast: false });
  assert.deepEqual([await say('pre-tool'), await say('post-tool')], [{ kind: 'none' }, { kind: 'context', text: 'come to an end' }]);
  assert.equal(isBetweenTools(town, session.id), false);
  sayAtTools(town, session.id, { text: 'it is full', isLast: true });
  assert.deepEqual(
    [await say('pre-tool'), await say('post-tool')],
    [
      { kind: 'deny', reason: 'it is full' },
      { kind: 'context', text: 'it is full' },
    ],
  );
  assert.equal(isBetweenTools(town, session.id), true);
  dropTold(town, session.id);
  assert.deepEqual([await say('pre-tool'), isBetweenTools(town, session.id)], [{ kind: 'none' }, false]);
  assert.equal(readdirSync(town.paths.spoolNew).length, 7, 'every one is a sign of progress');
});

test('a signal that can carry no words takes none along: nudges and mail wait (app 72)', async (t) => {
  const town = await appTown(t);
  const settings = readSettings({ town: '[runtimes.mute]\ncommand = ["mute"]\n', rigs: {} });
  const session = await givenStarted(town, 'mayor', { runtime: 'mute' });
  await town.store.change({ actor: 'overseer' }, (tx, at) =>
    queueNudgeRow(tx, at, { agent: 'mayor', reason: 'person', body: 'hello', chance: town.chance, by: { actor: 'overseer' } }),
  );
  await town.store.change({ actor: 'overseer' }, (tx, at) =>
    sendMailRow(tx, at, { to: 'mayor', subject: 'Hello', chance: town.chance, by: { actor: 'overseer' } }),
  );
  for (const signal of ['prompt', 'stop'] as const)
    await answerSignal({ ...town, settings, by: writerOf(session) }, signal, '{}').then(async ({ written }) => written?.());
  assert.equal((await checkMail(town.store.db, { address: 'mayor', session: session.id })).mails[0]?.deliveredAt, null);
  const [nudge] = await listNudges(town.store.db, { agent: 'mayor', limit: 1 });
  // The runbook's form, which a program of the settings has, goes on at a stop.
  assert.equal(nudge?.channel, 'stop');
});

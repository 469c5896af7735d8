import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeSource } from '#git/testing';
import { addCrew, addRig } from '#town';
import { isFaultWith } from '#town/testing';
import { guestVariable } from './guest.ts';
import { openApp } from './open-app.ts';
import { receiveByHand } from './receive-by-hand.ts';
import { appTown } from './testing.ts';

test('a guest looks at the town and changes nothing of it, and is never adopted (app 56)', async (t) => {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'source')), cwd: town.dir });
  await addCrew(town, { rig: 'app', name: 'max' });
  const cwd = join(town.root, 'app/crew/max');
  const env = { ...town.env, BATON_DEFAULT_AGENT: 'runbook', [guestVariable]: 'sess_1a2b3c4d' };
  const app = await openApp({ env, cwd }, 'town');
  t.after(() => app.close());
  assert.equal((await app.crew.list({}))[0]?.name, 'max');
  for (const ask of [
    () => app.beads.create({ title: 'mine' } as never),
    () => app.mail.send({ to: 'mayor', subject: 's', body: 'b' }),
    () => app.accounts.add({ name: 'mine', runtime: 'runbook', env: { A: 'B' } }),
  ])
    await assert.rejects(ask(), isFaultWith('conflict', 'this is a copy of a past conversation', 'who asks acts on it'));
  const explain: typeof town.settings.explain = (key, about) => ({
    ...town.settings.explain(key, about),
    ...(key === 'default_agent' ? { value: 'runbook' } : {}),
  });
  const received = await receiveByHand({ ...town, env, cwd, settings: { ...town.settings, explain } }, 'start', '');
  assert.ok(received.kind === 'guest' && received.reply.stdout.includes('a copy of an earlier conversation'));
});

import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { minute } from '#base';
import { hostIdentity } from '#host';
import { getSession } from '#sessions';
import { givenStarted } from '#sessions/testing';
import { manualClock } from '#store/testing';
import { appTown } from '../testing.ts';
import { firstPromptName, launchFolder } from './launch-folder.ts';
import { ready } from './ready.ts';

test('a program that reports no start and that its first prompt is pasted into is not ready before it has it (app 58)', async (t) => {
  const clock = manualClock();
  const town = await appTown(t, { clock });
  const session = await givenStarted(town, 'mayor', { runtime: 'kimigas', host: hostIdentity().id });
  const folder = launchFolder(town.paths, session.id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, firstPromptName), 'go');
  const duty = ready(town);
  const isReady = async () => {
    await duty.round();
    return (await getSession(town.store.db, session.id)).readyAt !== undefined;
  };
  clock.advance(minute);
  assert.equal(await isReady(), false);
  rmSync(join(folder, firstPromptName));
  assert.equal(await isReady(), true);
});

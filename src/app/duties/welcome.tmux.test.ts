import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readSettings } from '#config';
import { makeSource } from '#git/testing';
import { eventually } from '#host/testing';
import { getSession } from '#sessions';
import { givenStarted } from '#sessions/testing';
import { createPane } from '#tmux';
import { startTestServer } from '#tmux/testing';
import { addCrew, addRig } from '#town';
import { appTown } from '../testing.ts';
import { firstPromptName, launchFolder } from './launch-folder.ts';
import { welcome } from './welcome.ts';

const screens = join(import.meta.dirname, '../../runtimes/claude/fixtures/2.1.329-2026-11-29-screens');

/** A crew member whose program shows a recorded screen and writes down the keys that come. */
async function given(t: TestContext, { screen, runtime = 'claude', permissions = 'bypass' }: { screen: string; runtime?: string; permissions?: string }) {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'app')), cwd: town.dir });
  const agent = await addCrew(town, { rig: 'app', name: 'max' });
  const session = await givenStarted(town, agent.address, { host: town.host.id, runtime });
  const server = await startTestServer(t);
  const keys = join(town.dir, 'keys');
  const script = `stty raw -echo; sed 's/$/\r/' ${JSON.stringify(screen)}; exec cat > ${JSON.stringify(keys)}`;
  const env = { PATH: process.env.PATH ?? '' };
  await createPane(server.tmux, { name: agent.pane, cwd: town.dir, env, argv: ['/bin/sh', '-c', script], mark: session.id });
  await eventually(() => existsSync(keys), 'the screen is shown');
  const told: string[] = [];
  const settings = readSettings({ town: `roles.crew.permissions = "${permissions}"\n` });
  const duty = welcome({ ...town, settings }, { tmux: server.tmux, tell: (line) => told.push(line) });
  return { town, session, duty, told, keys: () => readFileSync(keys, 'latin1') };
}

const screenOf = (name: string) => join(screens, `${name}.txt`);

test('a dialog that is known is accepted by its keys where nobody is to be asked, so often at most, and then a person is called (app 37)', async (t) => {
  const { town, session, duty, told, keys } = await given(t, { screen: screenOf('bypass') });
  await duty.round();
  const once = await eventually(() => keys().endsWith('\r') && keys(), 'keys and Enter come');
  assert.equal(once.split('\r').length - 1, 1);
  assert.deepEqual(told, ['app/crew/max: accepted the dialog "bypass"']);
  for (let round = 0; round < 3; round += 1) await duty.round();
  assert.equal((await getSession(town.store.db, session.id)).condition?.kind, 'waiting', 'it does not go away');
  assert.equal(keys().split('\r').length - 1, 3);
});

test('a dialog waits for a person where the permissions say so (app 37)', async (t) => {
  const { town, session, duty, keys } = await given(t, { screen: screenOf('bypass'), permissions: 'ask' });
  await duty.round();
  const { condition } = await getSession(town.store.db, session.id);
  assert.deepEqual([condition?.kind, condition?.detail], ['waiting', 'its dialog "bypass" waits for a person']);
  assert.equal(keys(), '');
});

test('a first prompt that waits in the launch is pasted; a program that took it in another way has none there (app 37)', async (t) => {
  const made = await given(t, { screen: screenOf('idle') });
  const { town, session, duty, keys } = made;
  await duty.round();
  assert.equal(keys(), '', 'who takes it as an argument has it already');
  const folder = launchFolder(town.paths, session.id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, firstPromptName), 'go');
  await duty.round();
  assert.match(keys(), /go/);
  assert.equal(existsSync(join(folder, firstPromptName)), true, 'it was not seen to be sent');
});

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readSettings } from '#config';
import { makeSource } from '#git/testing';
import { eventually } from '#host/testing';
import { getSession } from '#sessions';
import { givenStarted } from '#sessions/testing';
import { createPane, findPane, pressKeys } from '#tmux';
import { startTestServer } from '#tmux/testing';
import { addCrew, addRig } from '#town';
import { appTown } from '../testing.ts';
import { firstPromptName, launchFolder } from './launch-folder.ts';
import { ready } from './ready.ts';
import { welcome } from './welcome.ts';

const screens = join(import.meta.dirname, '../../runtimes/claude/fixtures/2.1.329-2026-11-29-screens');

/** A crew member whose program runs in a pane, and the duty that looks at it; the program says by a file that it is there. */
async function givenProgram(t: TestContext, { runtime, permissions, argv }: Program) {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'app')), cwd: town.dir });
  const agent = await addCrew(town, { rig: 'app', name: 'max' });
  const session = await givenStarted(town, agent.address, { host: town.host.id, runtime });
  const server = await startTestServer(t);
  const keys = join(town.dir, 'keys');
  const env = { PATH: process.env.PATH ?? '' };
  await createPane(server.tmux, { name: agent.pane, cwd: town.dir, env, argv: argv(keys), mark: session.id });
  await eventually(() => existsSync(keys), 'the screen is shown');
  const told: string[] = [];
  const settings = readSettings({ town: `roles.crew.permissions = "${permissions}"\n` });
  const duty = welcome({ ...town, settings }, { tmux: server.tmux, tell: (line) => told.push(line) });
  const pressEnter = async () => pressKeys(server.tmux, (await findPane(server.tmux, agent.pane))?.paneId ?? '', ['Enter']);
  return { town, session, duty, told, pressEnter, settings, keys: () => readFileSync(keys, 'latin1') };
}

interface Program {
  readonly runtime: string;
  readonly permissions: string;
  /** The program, which writes into this file what it is told. */
  readonly argv: (keys: string) => readonly [string, ...string[]];
}

/** A program that shows a recorded screen and writes down the keys that come. */
function given(t: TestContext, { screen, permissions = 'bypass' }: { screen: string; permissions?: string }) {
  const script = (keys: string) => `stty raw -echo; sed 's/$/\r/' ${JSON.stringify(screen)}; exec cat > ${JSON.stringify(keys)}`;
  return givenProgram(t, { runtime: 'claude', permissions, argv: (keys) => ['/bin/sh', '-c', script(keys)] });
}

/** A program with a prompt in a box, as Kimi draws it: it takes pastes, sends with Enter, and writes down each line that it was sent. */
const boxed = String.raw`
const { appendFileSync } = require('node:fs');
const file = process.argv[1];
let [typed, isPasting] = ['', false];
function draw() {
  const rows = ('> ' + typed).split('\n').map((row, i) => '│ ' + (i > 0 ? '  ' : '') + row.slice(0, 60).padEnd(64) + '│');
  const box = ['╭' + '─'.repeat(65) + '╮', ...rows, '╰' + '─'.repeat(65) + '╯', 'context: 0%'];
  process.stdout.write('\x1b[2J\x1b[H' + box.join('\r\n'));
}
process.stdin.setRawMode(true);
process.stdin.setEncoding('utf8').on('data', (text) => {
  for (const part of text.split(/(\x1b\[20[01]~|\r|\n)/)) {
    if (part === '\x1b[200~' || part === '\x1b[201~') isPasting = part.endsWith('0~');
    else if (part !== '\r' && part !== '\n') typed += part;
    else if (isPasting) typed += '\n';
    else {
      appendFileSync(file, JSON.stringify(typed) + '\n');
      typed = '';
    }
  }
  draw();
});
process.stdout.write('\x1b[?2004h');
draw();
appendFileSync(file, '');
`;

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

for (const runtime of ['kimi', 'kimigas'])
  test(`a first prompt is pasted, once and as it is, into ${runtime}, which takes it in no other way (app 37)`, async (t) => {
    const argv = (keys: string) => [process.execPath, '-e', boxed, keys] as const;
    const { town, session, duty, keys } = await givenProgram(t, { runtime, permissions: 'ask', argv });
    await duty.round();
    assert.equal(keys(), '', 'there is none yet');
    const folder = launchFolder(town.paths, session.id);
    mkdirSync(folder, { recursive: true });
    const prompt = '[GAS TOWN] crew max <- self\nRun `/t/baton prime` first: "it" $(tells).';
    writeFileSync(join(folder, firstPromptName), prompt);
    await duty.round();
    for (let round = 0; round < 2; round += 1) await duty.round();
    assert.equal(keys(), `${JSON.stringify(prompt)}\n`);
    assert.equal(existsSync(join(folder, firstPromptName)), false);
  });

test('a program that reports nothing and wants a login is not ready, and a person is called, until that is gone from its screen (app 37)', async (t) => {
  const screen = join(import.meta.dirname, '../../runtimes/fixtures/presets/copilot-1.0.102-login.txt');
  const script = (keys: string) =>
    `cat ${JSON.stringify(screen)}; : > ${JSON.stringify(keys)}; read line; clear; echo gone > ${JSON.stringify(keys)}; exec cat`;
  const argv = (keys: string) => ['/bin/sh', '-c', script(keys)] as const;
  const { town, session, duty, pressEnter, keys, settings } = await givenProgram(t, { runtime: 'copilot', permissions: 'bypass', argv });
  const states = ready({ ...town, settings: readSettings({ town: 'roles.crew.permissions = "bypass"\nruntimes.copilot.ready_s = 0\n' }) });
  const look = async () => {
    await duty.round();
    await states.round();
    const { condition, readyAt } = await getSession(town.store.db, session.id);
    return [condition?.detail, readyAt !== undefined];
  };
  assert.deepEqual(await look(), ['its dialog "sign in" waits for a person', false]);
  assert.deepEqual(settings.get('runtimes.copilot.ready_s'), 15, 'by then it has shown it');
  await pressEnter();
  await eventually(() => keys() === 'gone\n', 'the person has logged in');
  await eventually(async () => (await look()).join() === ',true', 'it is ready');
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isFault } from '#base';
import { eventually } from '#host/testing';
import { createPane } from './create-pane.ts';
import { findPane } from './list-panes.ts';
import { captureScreen } from './pane.ts';
import { openTestChannel, startTestServer, type TestServer } from './testing.ts';
import { askTmux, type Tmux } from './tmux.ts';
import { pasteText, pressEnter, typeLine } from './type-line.ts';

const nasty = `first "line" 'x' $(touch hacked) \`id\` ; # #{pane_id} #(id) %H ~\n\tzweite Zeile 😀 é; \\ {}\n-t %0;`;
/** Over 8 KB, so that it passes no command line, in lines that a terminal takes whole. */
const long = Array.from({ length: 120 }, (_, at) => `${at} ${'ünï "q" $x; '.repeat(6)}😀`).join('\n');

/** A program that takes its terminal raw, asks for bracketed paste and writes down every byte that it is given. */
const reader = `
const fs = require('node:fs');
process.stdin.setRawMode(true);
process.stdin.on('data', (bytes) => fs.appendFileSync(process.argv[2], bytes));
process.stdout.write('\\u001B[?2004hready');
`;

interface Typed {
  readonly tmux: Tmux;
  readonly paneId: string;
  readonly server: TestServer;
  /** What arrived, once it ends so. */
  arrived(end: string): Promise<string>;
}

async function givenReader(t: TestContext, { isChannel = false } = {}): Promise<Typed> {
  const server = await startTestServer(t);
  const tmux = isChannel ? await openTestChannel(t, server) : server.tmux;
  const [script, file] = [join(server.dir, 'reader.cjs'), join(server.dir, 'bytes')];
  writeFileSync(script, reader);
  const paneId = await createPane(tmux, { name: 'A', cwd: server.dir, env: {}, argv: [process.execPath, script, file], mark: 'm' });
  await eventually(async () => (await captureScreen(tmux, paneId)).includes('ready'), 'the reader');
  return { tmux, paneId, server, arrived: (end) => arrivedIn(file, end) };
}

function arrivedIn(file: string, end: string): Promise<string> {
  return eventually(() => {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    return text.endsWith(end) && text;
  }, `"${end}" in ${file}`);
}

for (const isChannel of [false, true]) {
  test(`a text arrives as one paste to the byte, then Enter, ${isChannel ? 'through the channel' : 'by processes'} (tmux 14)`, async (t) => {
    const { tmux, paneId, server, arrived } = await givenReader(t, { isChannel });
    let sofar = '';
    for (const text of ['x', nasty, long]) {
      assert.equal(await typeLine(tmux, { paneId, text }), 'typed');
      sofar += `\u001B[200~${text.replaceAll('\n', '\r')}\u001B[201~\r`;
      assert.equal(await arrived(sofar), sofar);
    }
    assert.equal(existsSync(join(server.dir, 'hacked')), false);
    assert.equal(await askTmux(tmux, [['list-buffers']]), '');
  });
}

test('a program that knows no paste reads the lines (tmux 14)', async (t) => {
  const { tmux, dir } = await startTestServer(t);
  const file = join(dir, 'lines');
  const paneId = await createPane(tmux, { name: 'A', cwd: dir, env: {}, argv: ['/bin/sh', '-c', 'echo ready; exec cat > lines'], mark: 'm' });
  await eventually(async () => (await captureScreen(tmux, paneId)).includes('ready'), 'cat');
  for (const text of [nasty, `${long}\n\n`, 'end']) await typeLine(tmux, { paneId, text });
  assert.equal(await arrivedIn(file, 'end\n'), `${nasty}\n${long}\nend\n`);
});

test('many who type at once never mix (tmux 14)', async (t) => {
  const { tmux, paneId, server, arrived } = await givenReader(t);
  const channel = await openTestChannel(t, server);
  const texts = Array.from({ length: 12 }, (_, at) => `${at}:${String(at % 10).repeat(3000)}\n${at}`);
  await Promise.all(texts.map((text, at) => typeLine(at % 2 === 0 ? tmux : channel, { paneId, text })));
  const pastes = await eventually(async () => {
    const all = (await arrived('\r')).split('\u001B[201~\r').slice(0, -1);
    return all.length === texts.length && all;
  }, 'twelve pastes');
  assert.deepEqual(pastes.sort(), texts.map((text) => `\u001B[200~${text.replaceAll('\n', '\r')}`).sort());
});

test('the paste and Enter may come apart (tmux 14)', async (t) => {
  const { tmux, paneId, arrived } = await givenReader(t);
  assert.equal(await pasteText(tmux, { paneId, text: 'a\nb' }), 'typed');
  assert.equal(await arrived('~'), '\u001B[200~a\rb\u001B[201~');
  assert.equal(await pressEnter(tmux, paneId), 'typed');
  assert.equal(await arrived('\r'), '\u001B[200~a\rb\u001B[201~\r');
});

test('a pane in a mode, a dead one and a missing one are not typed into, and no text is left behind (tmux 15)', async (t) => {
  const { tmux, paneId, server, arrived } = await givenReader(t);
  await askTmux(tmux, [['copy-mode', '-t', paneId]]);
  for (const answer of [typeLine(tmux, { paneId, text: 'no' }), pasteText(tmux, { paneId, text: 'no' }), pressEnter(tmux, paneId)])
    assert.equal(await answer, 'in-mode');
  assert.equal((await findPane(tmux, 'A'))?.inMode, true);
  await askTmux(tmux, [['send-keys', '-X', '-t', paneId, 'cancel']]);
  await typeLine(tmux, { paneId, text: 'yes' });
  assert.equal(await arrived('\r'), '\u001B[200~yes\u001B[201~\r');
  const dead = await createPane(tmux, { name: 'B', cwd: server.dir, env: {}, argv: ['true'], mark: 'm' });
  await eventually(async () => (await findPane(tmux, 'B'))?.isDead, 'the pane is dead');
  await assert.rejects(typeLine(tmux, { paneId: dead, text: 'x' }), (error) => isFault(error, 'conflict'));
  await assert.rejects(typeLine(tmux, { paneId: '%999', text: 'x' }), (error) => isFault(error, 'not-found'));
  assert.equal(await askTmux(tmux, [['list-buffers']]), '');
});

test('what a terminal would obey is refused (tmux 15)', async (t) => {
  const { tmux, paneId, arrived } = await givenReader(t);
  for (const text of ['', ' \n', 'a\u001Bb', 'a\u0003', 'a\rb', 'a\u009B31m', 'a\u007F', '\u001B[201~rm'])
    await assert.rejects(typeLine(tmux, { paneId, text }), (error) => isFault(error, 'invalid'));
  await typeLine(tmux, { paneId, text: 'a\tb' });
  assert.equal(await arrived('\r'), '\u001B[200~a\tb\u001B[201~\r');
});

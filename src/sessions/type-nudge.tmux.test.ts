import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isFault } from '#base';
import { makeSettings } from '#config/model';
import { systemClock } from '#host';
import { eventually } from '#host/testing';
import { getRuntime } from '#runtimes';
import { captureScreen, createPane, type Tmux } from '#tmux';
import { startTestServer } from '#tmux/testing';
import { type NudgeAnswer, seesRest, sendTyped, typeNudge } from './type-nudge.ts';

/**
 * A program with the runbook's prompt: it draws what is typed and writes down what was sent. Its words say what is odd about it: `deaf N`
 * swallows the first N Enters, `redraws N` does too and shows no prompt for a moment each time, `blind` shows nothing, `works` draws no prompt, `flickers`
 * draws one for a moment.
 */
const program = `
const fs = require('node:fs');
const [file, odd = '', count = '0'] = process.argv.slice(2);
let [typed, enters, deaf] = ['', 0, Number(count)];
let hidden = false;
const draw = () => process.stdout.write('\\r\\u001B[2K' + (odd === 'works' || hidden ? 'working' : '❯ ' + (odd === 'blind' ? '' : typed.replaceAll('\\n', ' '))));
process.stdin.setRawMode(true);
process.stdin.setEncoding('utf8').on('data', (piece) => {
  for (const part of piece.split(/(\\u001B\\[20[01]~|\\r)/)) {
    if (part === '\\u001B[200~') process.pasting = true;
    else if (part === '\\u001B[201~') process.pasting = false;
    else if (part !== '\\r') typed += part;
    else if (process.pasting) typed += '\\n';
    else if (++enters > deaf) {
      fs.appendFileSync(file, JSON.stringify({ typed, enters }) + '\\n');
      process.stdout.write('\\r\\u001B[2K❯ ' + typed.replaceAll('\\n', ' ') + '\\n');
      typed = '';
    } else if (odd === 'redraws') {
      hidden = true;
      setTimeout(() => ((hidden = false), draw()), 100);
    }
  }
  draw();
});
process.stdout.write('\\u001B[?2004hready\\n');
draw();
if (odd === 'flickers') setTimeout(() => process.stdout.write('\\r\\u001B[2Kworking'), 100);
`;

interface Idle {
  readonly tmux: Tmux;
  readonly paneId: string;
  /** What the program was sent, each with how many Enters it has seen. */
  sent(): { typed: string; enters: number }[];
  screen(): Promise<string>;
  nudge(text: string): Promise<NudgeAnswer>;
}

async function givenProgram(t: TestContext, ...odd: string[]): Promise<Idle> {
  const { tmux, dir } = await startTestServer(t);
  const [script, file] = [join(dir, 'program.cjs'), join(dir, 'sent')];
  writeFileSync(script, program);
  const paneId = await createPane(tmux, { name: 'A', cwd: dir, env: {}, argv: [process.execPath, script, file, ...odd], mark: 'sess_1', width: 80 });
  const screen = () => captureScreen(tmux, paneId);
  await eventually(async () => /ready\n./.test(await screen()), 'the program');
  return {
    tmux,
    paneId,
    screen,
    sent: () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []).map((line) => JSON.parse(line) as { typed: string; enters: number }),
    nudge: (text) => typeNudge({ tmux, clock: systemClock }, { paneId, runtime: getRuntime('runbook', settings), text }),
  };
}

const settings = makeSettings({ town: {}, rigs: {} });

const text = 'Du hast Post: "$(x)" #{y}; 😀\nlook, then `go on`';

test('a text is typed into an empty prompt, whole, and sent with one Enter (sessions 25)', async (t) => {
  const { nudge, sent, screen } = await givenProgram(t);
  assert.equal(await nudge(text), 'typed');
  assert.equal(await nudge('and again'), 'typed');
  assert.deepEqual(sent(), [
    { typed: text, enters: 1 },
    { typed: 'and again', enters: 2 },
  ]);
  assert.match(await screen(), /❯$/);
});

for (const count of [1, 2]) {
  test(`${count} swallowed Enters are pressed again, and none after it was accepted (sessions 25)`, async (t) => {
    const { nudge, sent } = await givenProgram(t, 'deaf', String(count));
    assert.equal(await nudge(text), 'typed');
    assert.deepEqual(sent(), [{ typed: text, enters: count + 1 }]);
    await nudge('next');
    assert.deepEqual(sent().at(-1), { typed: 'next', enters: count + 2 });
  });
}

test('an Enter after which a screen shows no prompt for a moment is not one that sent the text (sessions 25)', async (t) => {
  const { nudge, sent } = await givenProgram(t, 'redraws', '1');
  assert.equal(await nudge(text), 'typed');
  assert.deepEqual(sent(), [{ typed: text, enters: 2 }]);
});

test('what Enter never sends is told, stays where it is, and is not typed over (sessions 25, 26)', async (t) => {
  const { nudge, sent, screen } = await givenProgram(t, 'deaf', '99');
  assert.equal(await nudge('never sent'), 'not-seen');
  assert.equal(await nudge('no'), 'half-typed');
  assert.deepEqual(sent(), []);
  assert.match(await screen(), /❯ never sent$/);
});

test('a text of ours that stands unsent is sent; over a line of a person it is not, whatever stands above (sessions 25, 26)', async (t) => {
  const { tmux, paneId, nudge, sent, screen } = await givenProgram(t, 'deaf', '3');
  const runtime = getRuntime('runbook', settings);
  const sendAgain = (mark: string, isWhole = false) => sendTyped({ tmux, clock: systemClock }, { paneId, runtime, mark, isWhole });
  assert.equal(await nudge('[Baton nu-1a2b3] mayor: go on'), 'not-seen');
  assert.equal(await sendAgain('[Baton nu-1a2b4]'), false);
  assert.equal(await sendAgain('[Baton nu-1a2b3]', true), false, 'more stands there');
  assert.deepEqual(sent(), []);
  assert.equal(await sendAgain('[Baton nu-1a2b3]'), true);
  assert.deepEqual(sent(), [{ typed: '[Baton nu-1a2b3] mayor: go on', enters: 4 }]);
  assert.match(await screen(), /❯ \[Baton nu-1a2b3\] mayor: go on\n❯$/);
  await tmux.run([['send-keys', '-t', paneId, '-l', 'half a li']]);
  await eventually(async () => (await screen()).endsWith('❯ half a li'), 'the half line');
  assert.equal(await sendAgain('[Baton nu-1a2b3]'), false);
  assert.equal(sent().length, 1);
});

test('who rests at an empty prompt is told from who works, holds a line, or has just taken what was typed (sessions 25)', async (t) => {
  const { tmux, paneId, nudge, screen } = await givenProgram(t);
  const rests = (mark: string) => seesRest({ tmux }, { paneId, runtime: getRuntime('runbook', settings), mark });
  assert.equal(await rests('[Baton nu-1a2b3]'), true);
  assert.equal(await nudge('[Baton nu-1a2b3] mayor: go on'), 'typed');
  assert.deepEqual([await rests('[Baton nu-1a2b3]'), await rests('[Baton nu-1a2b4]')], [undefined, true]);
  await tmux.run([['send-keys', '-t', paneId, '-l', 'half a li']]);
  await eventually(async () => (await screen()).endsWith('❯ half a li'), 'the half line');
  assert.equal(await rests('[Baton nu-1a2b4]'), false);
  assert.equal(await seesRest({ tmux }, { paneId, runtime: getRuntime('view', settings), mark: 'x' }), undefined);
});

test('a program that does not show what is typed is not sent it (sessions 25)', async (t) => {
  const { nudge, sent } = await givenProgram(t, 'blind');
  assert.equal(await nudge(text), 'not-seen');
  assert.deepEqual(sent(), []);
});

test('the half-typed line of a person stays untouched (sessions 26)', async (t) => {
  const { tmux, paneId, nudge, sent, screen } = await givenProgram(t);
  await tmux.run([['send-keys', '-t', paneId, '-l', 'half a li']]);
  await eventually(async () => (await screen()).endsWith('❯ half a li'), 'the half line');
  assert.equal(await nudge(text), 'half-typed');
  await tmux.run([['send-keys', '-t', paneId, '-l', 'ne']]);
  await tmux.run([['send-keys', '-t', paneId, 'Enter']]);
  await eventually(() => sent().length === 1, 'the line');
  assert.deepEqual(sent(), [{ typed: 'half a line', enters: 1 }]);
});

test('nothing is typed into a program that works, shows a prompt for a moment, or is looked at in its history (sessions 26)', async (t) => {
  for (const odd of ['works', 'flickers']) {
    const { nudge, sent } = await givenProgram(t, odd);
    assert.equal(await nudge(text), 'busy');
    assert.deepEqual(sent(), []);
  }
  const { tmux, paneId, nudge, screen } = await givenProgram(t);
  await tmux.run([['copy-mode', '-t', paneId]]);
  assert.equal(await nudge(text), 'in-mode');
  await tmux.run([['send-keys', '-X', '-t', paneId, 'cancel']]);
  assert.match(await screen(), /❯$/);
});

test('of two texts at once one is typed, and they never mix (sessions 26)', async (t) => {
  const { nudge, sent } = await givenProgram(t);
  assert.deepEqual((await Promise.all([nudge('one'), nudge('two')])).sort(), ['busy', 'typed']);
  assert.equal(sent().length, 1);
});

test('a runtime whose screen nobody can read is not typed into (sessions 26)', async (t) => {
  const { tmux, paneId } = await givenProgram(t);
  const request = { paneId, runtime: getRuntime('view', settings), text: 'x' };
  await assert.rejects(typeNudge({ tmux, clock: systemClock }, request), (error) => isFault(error, 'unsupported'));
});

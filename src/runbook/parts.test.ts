import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { tempDir } from '#host/testing';
import { Control } from './control.ts';
import { planTurn } from './plan-turn.ts';
import { Prompts } from './prompts.ts';
import { readCurrent, readStepDone } from './read-current.ts';
import { readSetup, seenBytesMax, stepEnvironment } from './read-setup.ts';
import { makeScreen, plainText } from './screen.ts';
import { endOf, seeOutput } from './see-output.ts';
import { nothingTyped, takeKeys } from './take-keys.ts';

test('what is seen of an output never passes its limit, whatever bytes it is made of (runbook 5)', async (t) => {
  const path = join(tempDir(t), 'log');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 900 }), fc.integer({ min: 1, max: 600 }), async (bytes, bytesMax) => {
      writeFileSync(path, bytes);
      const seen = await seeOutput(path, bytesMax);
      assert.ok(Buffer.byteLength(seen.text) <= bytesMax);
      assert.equal(seen.bytes, bytes.length);
    }),
    { numRuns: 200 },
  );
});

test('an output that fits is seen as it is (runbook 5)', async (t) => {
  const path = join(tempDir(t), 'log');
  writeFileSync(path, 'ünïcode\n');
  assert.equal((await seeOutput(path, 100)).text, 'ünïcode\n');
});

test('the end of a text is cut between characters (runbook 5)', () => {
  assert.equal(endOf('aé€😀', 4), '😀');
  assert.equal(endOf('aé€😀', 6), '😀');
  assert.equal(endOf('aé€😀', 7), '€😀');
});

test('30 KB are seen, and no more than a quarter of the window (runbook 5)', () => {
  assert.equal(seenBytesMax(200_000), 30_000);
  assert.equal(seenBytesMax(6000), 6000);
});

test('text for the pane keeps its words and loses what would move a terminal (runbook 12)', () => {
  assert.equal(plainText('\u001B[31mred\u001B[0m \u001B]0;title\u0007and\u0000 \u009Bplain\r\nnext\tcell'), 'red and plain\nnext\tcell');
});

test('answers of `mol current` are read loosely, and what is none is told apart (runbook 1)', () => {
  assert.deepEqual(readCurrent('{"kind":"none","more":1}'), { kind: 'none' });
  assert.deepEqual(readCurrent('{"kind":"complete","bead":{"id":"gt-1"}}'), { kind: 'complete', bead: 'gt-1' });
  for (const bad of ['', '[]', '{"kind":"step"}', '{"kind":"complete"}', '{"kind":"later"}', 'not json']) assert.equal(readCurrent(bad), undefined);
  const read = readCurrent(
    '{"kind":"step","bead":"b","molecule":{"id":"m"},"stepCount":5,"step":{"id":"s","position":2,"run":"","timeoutS":3},"vars":{"n":7,"t":"x"}}',
  );
  assert.ok(read?.kind === 'step');
  assert.deepEqual(read.step, {
    molecule: 'm',
    bead: 'b',
    id: 's',
    title: 's',
    run: undefined,
    check: undefined,
    timeoutMs: 3000,
    place: '2/5',
    vars: { n: '7', t: 'x' },
  });
});

test('only `"isHandoff":true` is a handoff (runbook 7)', () => {
  assert.deepEqual(readStepDone('{"isHandoff":true,"meter":"context 90 %"}'), { isHandoff: true, meter: 'context 90 %' });
  for (const other of ['', 'handoff', '{"isHandoff":false}', '{"next":{"isHandoff":true}}']) assert.equal(readStepDone(other).isHandoff, false);
});

test('what was tried in vain rests until the hook asks for something else (runbook 6)', () => {
  const step = {
    kind: 'step' as const,
    step: { molecule: 'm', bead: 'b', id: 's', title: 's', run: 'x', check: undefined, timeoutMs: undefined, place: '', vars: {} },
  };
  assert.equal(planTurn(step, undefined).kind, 'run');
  assert.equal(planTurn(step, 'step "s" of m').kind, 'rest');
  assert.equal(planTurn(step, 'step "other" of m').kind, 'run');
  assert.equal(planTurn({ kind: 'complete', bead: 'b' }, 'handing in b').kind, 'rest');
});

test('variables become names that a shell can use (runbook 8)', () => {
  assert.deepEqual(stepEnvironment({ PATH: '/bin', BATON_VAR_OLD: '1' }, { 'base-branch': 'main', 'x.y': '2' }), {
    PATH: '/bin',
    BATON_VAR_BASE_BRANCH: 'main',
    BATON_VAR_X_Y: '2',
  });
});

test('a window that is no number is refused (runbook 1)', () => {
  const env = { BATON_TOWN: '/t', BATON_SESSION: 'sess_1' };
  assert.throws(() => readSetup({ env: { ...env, BATON_RUNBOOK_WINDOW: 'big' }, args: [], cwd: '/' }), { kind: 'invalid' });
  assert.equal(readSetup({ env: { ...env, BATON_RUNBOOK_WINDOW: '6000' }, args: ['go', 'on'], cwd: '/' }).prompt, 'go on');
});

test('the first interrupt cuts a turn, the second ends the program; at the prompt the first one does (runbook 10)', async () => {
  const busy = new Control();
  const cut = busy.beginTurn();
  busy.interrupt();
  assert.ok(cut.aborted && !busy.ending.aborted);
  busy.interrupt();
  assert.equal(await busy.ended, 130);
  const resting = new Control();
  resting.rest();
  resting.interrupt();
  assert.equal(await resting.ended, 0);
});

test('lines that come together are one prompt, and wait while the agent works (runbook 11)', async () => {
  const input = new PassThrough();
  const prompts = new Prompts(input, { isKeyboard: true, show: () => {}, interrupt: () => {} });
  input.write('first li');
  input.write('ne\nsecond\n');
  assert.deepEqual(await prompts.next(10_000), { kind: 'typed', text: 'first line\nsecond' });
  assert.deepEqual(await prompts.next(1), { kind: 'time' });
  input.end();
  assert.deepEqual(await prompts.next(), { kind: 'closed' });
});

test('a line is edited as it is typed, however its bytes arrive, and a paste is one text (runbook 13)', () => {
  const keys = 'helo\u007Flo\u001B[D\u001BOA\t!\u001B[200~a\rb\nc\u001B[201~\rnext\u0015\u0003\u0004';
  const whole = takeKeys(nothingTyped, keys);
  assert.deepEqual(whole, { typing: nothingTyped, lines: ['hello\t!a\nb\nc'], isInterrupt: true, isEnd: true });
  fc.assert(
    fc.property(fc.array(fc.nat(keys.length)), (cuts) => {
      const ends = [...cuts, keys.length].sort((a, b) => a - b);
      let [typing, lines] = [nothingTyped, [] as readonly string[]];
      ends.forEach((end, at) => {
        const taken = takeKeys(typing, keys.slice(ends[at - 1] ?? 0, end));
        [typing, lines] = [taken.typing, [...lines, ...taken.lines]];
      });
      assert.deepEqual({ typing, lines }, { typing: whole.typing, lines: whole.lines });
    }),
  );
  assert.deepEqual(takeKeys(nothingTyped, 'half\u0004'), { typing: { ...nothingTyped, text: 'half' }, lines: [], isInterrupt: false, isEnd: false });
});

test('the prompt is the last line, also when something is told above it, and never longer than a line (runbook 13)', () => {
  let written = '';
  const write = (text: string) => {
    written += text;
  };
  const screen = makeScreen({ write, isColored: false, isTerminal: true, columns: 44 });
  screen.prompt('');
  screen.prompt('half 😀');
  screen.note('told');
  assert.equal(written, '❯ \r\u001B[2K❯ half 😀\r\u001B[2K  told\n❯ half 😀');
  written = '';
  screen.prompt(`${'x'.repeat(99)}\nend`);
  assert.equal(written, `\r\u001B[2K❯ …${'x'.repeat(36)} end`);
  written = '';
  screen.prompt(undefined);
  screen.note('told');
  assert.equal(written, '\r\u001B[2K  told\n');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { runByProcess } from './run-by-process.ts';
import { openTestChannel, startTestServer } from './testing.ts';
import { askTmux, type Tmux } from './tmux.ts';

const nasty = [
  '~',
  '~root',
  '$HOME',
  '$'.concat('{HOME}'),
  '#{pane_id}',
  '#(id)',
  '%if',
  '%1',
  ';',
  '\\;',
  'a;',
  'a\\;',
  '{',
  '}',
  '#',
  "'",
  '"',
  '\\',
  '\\n',
  '\n',
  '\r',
  '\t',
  '\u0001',
  '\u007f',
  '%end',
  '',
  ' ',
  '-t',
  '=',
  'x=y',
  '|',
  '&',
  '*',
  '😀',
  'é',
  '%begin 1 2 1\n',
];
const word = fc
  .oneof(fc.string({ unit: fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'grapheme', maxLength: 3 })), maxLength: 8 }), fc.constantFrom(...nasty))
  .filter((text) => !text.includes('\0'));

test('any words arrive as they are, on each way (tmux 1)', async (t) => {
  const server = await startTestServer(t);
  const channel = await openTestChannel(t, server);
  const byStdin: Tmux = { ...server.tmux, run: (commands) => runByProcess(server.tmux.connection, commands, { isPrivate: true }) };
  for (const [tmux, numRuns] of [
    [channel, 400],
    [server.tmux, 60],
    [byStdin, 60],
  ] as const) {
    const arriveAsTheyAre = fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 3 }), async (words) => {
      await askTmux(
        tmux,
        words.map((text, at) => ['set-option', '-g', `@w${at}`, text]),
      );
      for (const [at, text] of words.entries()) assert.equal(await readBack(tmux, `@w${at}`), text);
    });
    await fc.assert(arriveAsTheyAre, { numRuns });
  }
});

/** `show-options` adds the newline that `askTmux` takes away. */
function readBack(tmux: Tmux, name: string): Promise<string> {
  return askTmux(tmux, [['show-options', '-gv', name]]);
}

test('a word may have any length (tmux 1)', async (t) => {
  const server = await startTestServer(t);
  const channel = await openTestChannel(t, server);
  for (const length of [8_000, 8_192, 16_384, 200_000]) {
    const text = `${'ü'.repeat(length / 2)}'`;
    for (const tmux of [channel, server.tmux]) {
      await askTmux(tmux, [['set-option', '-g', '@long', text]]);
      assert.equal(await askTmux(tmux, [['show-options', '-gv', '@long']]), text);
    }
  }
});

test('a sequence stops at its first refusal, and each way answers alike (tmux 2)', async (t) => {
  const server = await startTestServer(t);
  const channel = await openTestChannel(t, server);
  for (const tmux of [channel, server.tmux]) {
    assert.deepEqual(
      await tmux.run([
        ['display-message', '-p', 'a'],
        ['set-option', '-g', '@x', '1'],
        ['display-message', '-p', 'b'],
      ]),
      { kind: 'done', output: 'a\nb' },
    );
    const refused = await tmux.run([
      ['display-message', '-p', 'a'],
      ['has-session', '-t', '=nobody'],
      ['set-option', '-g', '@x', '2'],
    ]);
    assert.deepEqual(refused, { kind: 'refused', message: "can't find session: nobody" });
    assert.deepEqual(await tmux.run([['bogus']]), { kind: 'refused', message: 'unknown command: bogus' });
    assert.equal(await askTmux(tmux, [['show-options', '-gv', '@x']]), '1');
  }
});

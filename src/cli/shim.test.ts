import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shimNames } from '#app';
import { isFault } from '#base';
import { playLine, splitWords } from './testing.ts';
import { translateShim } from './translate-shim.ts';

const lines: readonly [typed: string, ours: string][] = [
  ['gt sling ap-1 app --agent opencode', 'sling ap-1 app --runtime opencode'],
  ['gt sling ap-1 app --agent=opencode', 'sling ap-1 app --runtime=opencode'],
  ['gt crew at max -d --agent kimigas', 'crew at max -d --runtime kimigas'],
  ['gt mayor attach --agent claude', 'mayor attach --runtime claude'],
  ['gt seance --agent max', 'seance --agent max'],
  ['gt --version', '--version'],
  ['gt mail send mayor/ -s --agent -m x', 'mail send mayor/ -s --agent -m x'],
  ['bd list --status=hooked', 'bead list --status=hooked'],
  ['bd --json ready', 'bead --json ready'],
  ['gt-automonitor start', 'automonitor start'],
  ['term-llm sessions show sess_1', 'sessions show sess_1'],
];

test("a seed's line becomes ours, and only a start's `--agent` is a runtime (cli 31)", () => {
  for (const [typed, ours] of lines) {
    const [name = '', ...words] = splitWords(typed);
    assert.ok((shimNames as readonly string[]).includes(name));
    assert.deepEqual(translateShim(name, words), splitWords(ours), typed);
  }
});

test('what a seed only links to, and what is not there yet, is told as that (cli 31)', async () => {
  for (const line of ['session list', 'compact'])
    assert.throws(
      () => translateShim('gt', splitWords(line)),
      (error) => isFault(error, 'unsupported') && error.message.includes('is not offered'),
      line,
    );
  for (const line of ['convoy list', 'ask what --session sess_1', 'automonitor start', 'tasks add x', 'sessions compact', '--town /x chat --resume', 'mcp']) {
    const { exit, err } = await playLine(splitWords(line));
    assert.deepEqual([exit, /^baton: `baton [a-z ]+` is not offered yet\n/.test(err)], [1, true], `${line}: ${err}`);
  }
  for (const line of ['bead create ask chat --nope', 'frobnicate ask', 'sessions compcat']) assert.equal((await playLine(splitWords(line))).exit, 2, line);
});

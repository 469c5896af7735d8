import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { command } from '../command.ts';
import { text, toKebab } from '../field.ts';
import { globalFlags } from '../globals.ts';
import { parseLine } from '../parse-line.ts';
import { answers } from '../run.ts';
import { splitWords } from '../testing.ts';
import { catalogue } from './index.ts';

const { commands, summaries } = catalogue;
const nameOf = (words: readonly string[]) => words.join(' ');

describe('the declarations', () => {
  it('give examples that the parser reads as that very command (cli 1)', () => {
    for (const command of commands) {
      for (const { line } of command.examples) {
        const asked = parseLine(catalogue, splitWords(line), 100);
        assert.ok(asked.kind === 'command' && asked.command === command, line);
      }
    }
  });

  it('have a summary and an example each, in one style (cli 1)', () => {
    for (const { words, summary, examples, args, options } of commands) {
      const lines = [summary, ...Object.values({ ...args, ...options }).map(({ meaning }) => meaning), ...examples.map(({ does }) => does)];
      assert.ok(examples.length > 0, nameOf(words));
      for (const line of lines) assert.match(line, /^[^\n]+[^.\n]$/, `${nameOf(words)}: "${line}"`);
      assert.match(summary, /^[A-Z]/, nameOf(words));
    }
  });

  it('never share their words (cli 1)', () => {
    const names = commands.map(({ words }) => nameOf(words));
    assert.deepEqual(names, [...new Set(names)]);
  });

  it('give every word that has commands below it a line of its own (cli 1)', () => {
    const groups = commands.flatMap(({ words }) => words.slice(0, -1).map((_, depth) => nameOf(words.slice(0, depth + 1))));
    const bare = [...new Set(groups)].filter((group) => !commands.some(({ words }) => nameOf(words) === group));
    assert.deepEqual(Object.keys(summaries).sort(), bare.sort());
  });

  it('name no option twice, nor like a global one or an argument (cli 1)', () => {
    for (const { words, args, options } of commands) {
      const long = Object.entries(options).flatMap(([name, { aliases = [] }]) => [toKebab(name), ...aliases].map((flag) => `--${flag}`));
      const short = ['-h', ...Object.values(options).flatMap((field) => (field.short === undefined ? [] : [`-${field.short}`]))];
      const names = [...globalFlags, ...long, ...short];
      assert.deepEqual(names, [...new Set(names)], nameOf(words));
      for (const name of Object.keys(args)) assert.ok(!(name in options), `${nameOf(words)}: ${name}`);
    }
  });

  it('let only the last argument take all that is left, and none that is required follow one that is not (cli 1)', () => {
    for (const { words, args } of commands) {
      const fields = Object.values(args);
      assert.ok(
        fields.slice(0, -1).every(({ kind }) => kind !== 'list'),
        nameOf(words),
      );
      const firstOptional = fields.findIndex(({ isRequired }) => !isRequired);
      assert.ok(firstOptional === -1 || fields.slice(firstOptional).every(({ isRequired }) => !isRequired), nameOf(words));
    }
  });

  it('cannot lead to a run that takes what they do not give: the compiler refuses it (cli 1)', () => {
    const run = async () => answers({ ask: (_app, { name }: { name: string }) => name, print: (name) => name });
    const spec = { words: 'thing', section: 'Baton', summary: 'Do a thing', examples: [{ line: 'thing', does: 'try' }], run } as const;
    assert.ok(command({ ...spec, args: { name: text('a name', { isRequired: true }) } }));
    // @ts-expect-error the name may be missing
    assert.ok(command({ ...spec, args: { name: text('a name') } }));
    // @ts-expect-error there is no name
    assert.ok(command(spec));
  });

  it('lead to a run each (cli 1)', async () => {
    for (const command of commands) {
      const run = await command.run();
      assert.ok(run?.kind === 'answer' || run?.kind === 'frames', nameOf(command.words));
    }
  });
});

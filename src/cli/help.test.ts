import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { runtimes } from '#runtimes';
import { commandDocs } from './command-docs.ts';
import { catalogue } from './declarations/index.ts';
import { runtimeDocs } from './runtime-docs.ts';
import { playLine, splitWords } from './testing.ts';

async function helpOf(line: string): Promise<string[]> {
  const { exit, out } = await playLine([...splitWords(line), '--help']);
  assert.equal(exit, 0);
  return out.trimEnd().split('\n');
}

const last = ['', 'Global options: --town DIR · --json · --quiet · --no-color · --version · -h, --help'];

describe('help', () => {
  it('tells a command: usage, arguments, options with their defaults, examples, exit codes (cli 4)', async () => {
    assert.deepEqual(await helpOf('mol step done'), [
      'Usage: baton mol step done [STEP] [options]',
      '',
      'Close a step and tell the next; writes a checkpoint',
      '',
      'Arguments:',
      '  STEP               the step (default: the current one)',
      '',
      'Options:',
      '  --of <BEAD>        whose step: a bead, a molecule or an agent (default: what hangs on your hook)',
      '  -m, --note <NOTE>  what came of it',
      '',
      'Examples:',
      '  baton mol step done                       # the answer is the next step, or to hand off now',
      '  baton mol step done review --of ap-1x9kz  # a person closes a step of an agent',
      '',
      'Exit codes: 0 done · 1 failed · 2 bad usage · 3 not found · 4 conflict · 5 unavailable',
      ...last,
    ]);
  });

  it('shows the choices of an option (cli 4)', async () => {
    assert.deepEqual(await helpOf('done'), [
      'Usage: baton done [options]',
      '',
      'End your assignment: commit, queue for landing, empty the hook',
      '',
      'Options:',
      '  --status <COMPLETED|ESCALATED|DEFERRED>  how it ends (default: COMPLETED)',
      '  -m, --reason <REASON>                    why; for ESCALATED and DEFERRED',
      '',
      'Examples:',
      '  baton done                                                     # all steps are closed',
      '  baton done --status DEFERRED --reason "waits for the release"  # later; bead and steps stay on the hook',
      '',
      'Exit codes: 0 done · 1 failed · 2 bad usage · 3 not found · 4 conflict · 5 unavailable',
      ...last,
    ]);
  });

  it('lists what stands below a word (cli 4)', async () => {
    assert.deepEqual(await helpOf('mol step'), [
      'Usage: baton mol step COMMAND [options]',
      '',
      'Steps of a molecule',
      '',
      'Commands:',
      '  done [STEP]   Close a step and tell the next; writes a checkpoint',
      '  fail [STEP]   Say that a step failed',
      '  skip [STEP]   Skip a step',
      '  retry [STEP]  Open a failed step again; its bead is not blocked any more',
      ...last,
    ]);
  });

  it('lists every command that is not hidden, by section, and explains the global options (cli 4)', async () => {
    const lines = await helpOf('');
    const headings = lines.filter((line) => /^\S.*:$/.test(line));
    assert.deepEqual(headings, ['Town:', 'Agents and sessions:', 'Work:', 'Messages:', 'Watching:', 'Baton:', 'Global options, in any place:']);
    const nouns = new Set(catalogue.commands.filter(({ isHidden }) => !isHidden).map(({ words }) => words[0]));
    for (const noun of nouns)
      assert.ok(
        lines.some((line) => line.trim().split(' ')[0] === noun),
        noun,
      );
    assert.ok(!lines.some((line) => line.trim().startsWith('docs')));
  });

  it('fits the page (cli 4)', async () => {
    for (const width of [60, 80]) {
      const { out } = await playLine(['handoff', '--help'], { isTerminal: true, width });
      const wrapped = out.split('Examples:')[0] ?? '';
      for (const line of wrapped.split('\n')) assert.ok(line.length <= width, `${width}: "${line}"`);
    }
  });
});

describe('docs/runtimes.md', () => {
  it('tells what the adapters say of their programs (cli 12)', () => {
    const file = readFileSync(join(import.meta.dirname, '../../docs/runtimes.md'), 'utf8');
    assert.ok(file.includes(runtimeDocs(runtimes)), 'make its tables anew with `baton docs runtimes`');
  });
});

describe('docs/commands.md', () => {
  it('is made from the declarations, and up to date (cli 12)', () => {
    const file = readFileSync(join(import.meta.dirname, '../../docs/commands.md'), 'utf8');
    assert.equal(file, commandDocs(catalogue), 'make it anew: node src/cli/hot.ts docs commands > docs/commands.md');
  });

  it('tells every command that is not hidden, with its examples (cli 12)', () => {
    const docs = commandDocs(catalogue);
    for (const { words, examples, isHidden } of catalogue.commands) {
      assert.equal(docs.includes(`### \`baton ${words.join(' ')}`), !isHidden, words.join(' '));
      if (!isHidden) for (const { line } of examples) assert.ok(docs.includes(`\nbaton ${line}  `), line);
    }
  });
});

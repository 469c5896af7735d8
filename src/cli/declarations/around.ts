import { type Command, command } from '../command.ts';
import { flag, text } from '../field.ts';

const section = 'Town';
const dir = text('a folder of your PATH', { isRequired: true, value: 'DIR' });
const signalOptions = {
  runtime: text('only of this runtime', { value: 'R', default: 'every one that can carry them' }),
  dryRun: flag('only show what would change', { short: 'n' }),
};

/** What Baton puts outside of its towns: program names on a person's PATH, signals in a person's settings. */
export const aroundCommands: readonly Command[] = [
  command({
    words: 'shims install',
    section,
    summary: "Put gt, bd, gt-automonitor and term-llm into a folder of your PATH, so that the seeds' lines work as written",
    about: 'Each hands its words to this Baton. A program that has such a name there already is left as it is, and nothing is written.',
    args: { dir },
    examples: [{ line: 'shims install ~/.local/bin', does: 'for your own shell; sessions have theirs by the setting `shims`' }],
    faults: ['conflict', 'unavailable'],
    need: 'none',
    run: async () => (await import('../run/around.ts')).installShims,
  }),
  command({
    words: 'shims remove',
    section,
    summary: 'Take those programs away again',
    args: { dir },
    examples: [{ line: 'shims remove ~/.local/bin', does: "only Baton's own" }],
    need: 'none',
    run: async () => (await import('../run/around.ts')).removeShims,
  }),
  command({
    words: 'signals install',
    section,
    summary: 'Let sessions that you start yourself report to Baton, by your own settings of their programs',
    about:
      'Sessions that Baton starts need none of it. Our lines are added once and nothing else is changed; a file that cannot be read is refused and left as it is. `baton signals remove` restores it.',
    options: signalOptions,
    examples: [
      { line: 'signals install --dry-run', does: 'what would be written, and where' },
      { line: 'signals install --runtime claude', does: 'for one program' },
    ],
    faults: ['not-found', 'unsupported'],
    need: 'none',
    run: async () => (await import('../run/around.ts')).installSignals,
  }),
  command({
    words: 'signals remove',
    section,
    summary: 'Take our lines out of your own settings again',
    options: signalOptions,
    examples: [{ line: 'signals remove', does: 'wherever they are' }],
    faults: ['not-found', 'unsupported'],
    need: 'none',
    run: async () => (await import('../run/around.ts')).removeSignals,
  }),
  command({
    words: 'signals status',
    section,
    summary: 'Tell whether our signals are in your own settings, by runtime',
    options: { runtime: signalOptions.runtime },
    examples: [{ line: 'signals status', does: 'every file, and how it stands' }],
    faults: ['not-found', 'unsupported'],
    need: 'none',
    run: async () => (await import('../run/around.ts')).signalStatus,
  }),
];

import { type Command, command } from '../command.ts';
import { flag, text } from '../field.ts';

const section = 'Watching';

/** The Key Record Chronicle: how long events are kept. Facts (beads, steps, sessions, handoffs, mail) are never pruned. */
export const krcCommands: readonly Command[] = [
  command({
    words: 'krc stats',
    section,
    summary: 'Tell what the journal holds: how many events of each type, how old, what is over',
    about: 'An event is at risk when less than a quarter of its worth is left, and expired when it is older than its time; the newest krc.keep stay even then.',
    examples: [
      { line: 'krc stats', does: 'the journal by type' },
      { line: 'krc stats --json', does: 'with moments, times and worths' },
    ],
    faults: ['unavailable'],
    run: async () => (await import('../run/krc.ts')).krcStats,
  }),
  command({
    words: 'krc prune',
    section,
    summary: 'Take events out of the journal that are older than their time',
    about:
      'The newest krc.keep events always stay, and nothing but events goes: beads, steps, sessions, handoffs and mail are facts. Who writes or follows the journal meanwhile is not disturbed. The daemon does this by itself once an interval.',
    options: {
      auto: flag('only where krc.interval_s has passed since the last time'),
      dryRun: flag('say what would go, and change nothing', { short: 'n' }),
    },
    examples: [
      { line: 'krc prune --dry-run', does: 'what would go' },
      { line: 'krc prune --auto', does: 'as the daemon does it' },
    ],
    faults: ['unavailable'],
    run: async () => (await import('../run/krc.ts')).krcPrune,
  }),
  command({
    words: 'krc decay',
    section,
    summary: 'Tell what events are still worth, or how the worth of a type falls with its age',
    args: { type: text('a type of events; without it every type that the journal holds') },
    examples: [
      { line: 'krc decay', does: 'the worth of each type now, from 1 to 0' },
      { line: 'krc decay mail', does: 'its curve by age' },
    ],
    faults: ['not-found', 'unavailable'],
    run: async () => (await import('../run/krc.ts')).krcDecay,
  }),
  command({
    words: 'krc config',
    section,
    summary: 'Tell how long each type of events is kept, and where that comes from',
    about: 'A type is looked up by its name, else by the longest glob that fits, else by default. `baton config set krc.ttl.TYPE 3d` changes a time.',
    examples: [
      { line: 'krc config', does: 'the table in force' },
      { line: 'krc config --quiet', does: 'only the names of its rows' },
    ],
    faults: ['unavailable'],
    run: async () => (await import('../run/krc.ts')).krcConfig,
  }),
];

import { type Command, command } from '../command.ts';
import { flag, list, text, whole } from '../field.ts';

const section = 'Watching';
const about = {
  agent: text('only about this agent', { names: 'agents' }),
  bead: text('only about this bead', { names: 'beads' }),
};

/** The journal, raw and as short lines. */
export const watchingCommands: readonly Command[] = [
  command({
    words: 'events',
    section,
    summary: 'Show the journal: every change with who made it',
    about:
      'Each event once, in the order of its number. Where events after --since were pruned, stderr says so before the rest; with --json there is a line `{"pruned":{"seq":SEQ,"at":MS}}` in their place: the newest of them.',
    options: {
      follow: flag('go on with new events as they come', { short: 'f' }),
      since: whole('only events after this number', { value: 'SEQ' }),
      type: list('only of this type; may be said again', { short: 't' }),
      ...about,
      limit: whole('how many of the newest, where --since does not say from where', { short: 'n', default: '100', value: 'COUNT', min: 1, max: 1_000_000 }),
    },
    examples: [
      { line: 'events --follow', does: 'as it happens' },
      { line: 'events --since 1200 --type step_done --json', does: 'for programs: JSON lines' },
    ],
    faults: ['not-found', 'unavailable'],
    run: async () => (await import('../run/journal.ts')).showEvents,
  }),
  command({
    words: 'feed',
    section,
    summary: 'Show what happens, a short line each',
    options: {
      follow: flag('go on as it happens', { short: 'f' }),
      problems: flag('only what went wrong or needs somebody', { short: 'p' }),
      ...about,
      limit: whole('how many of the newest', { short: 'n', default: '40', value: 'COUNT', min: 1, max: 1_000_000 }),
    },
    examples: [
      { line: 'feed --follow', does: 'watch the town' },
      { line: 'feed --problems', does: 'what went wrong lately' },
    ],
    faults: ['not-found', 'unavailable'],
    run: async () => (await import('../run/journal.ts')).showFeed,
  }),
];

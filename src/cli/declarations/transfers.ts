import { type Command, command } from '../command.ts';
import { text } from '../field.ts';

/** What one session gives to another while both live. */
export const transferCommands: readonly Command[] = [
  command({
    words: 'sessions handoff',
    section: 'Agents and sessions',
    summary: 'Give what a session knows to another; it ends nobody',
    about:
      'The source works on. The target keeps all that it has, and is told at its next turn; without a target the document waits. To be replaced by a fresh session, run `baton handoff`.',
    args: { session: text('the session; a unique beginning of its id is enough', { default: 'the calling one', value: 'SESSION', names: 'sessions' }) },
    options: {
      into: text('the session that gets it', { value: 'SESSION', names: 'sessions' }),
      agent: text('the agent that gets it, whichever session plays it next', { names: 'agents' }),
      goal: text('what it is for'),
    },
    examples: [
      { line: 'sessions handoff sess_1a2b3c4d --agent app/crew/ana --goal "review the schema"', does: 'for the next turn of ana' },
      { line: 'sessions handoff sess_1a2b3c4d', does: 'capture it, for nobody yet' },
    ],
    faults: ['invalid', 'not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/transfers.ts')).transfer,
  }),
];

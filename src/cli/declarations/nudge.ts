import { type Command, command } from '../command.ts';
import { text } from '../field.ts';

/** Lines that reach a live session now. */
export const nudgeCommands: readonly Command[] = [
  command({
    words: 'nudge',
    section: 'Messages',
    summary: "Bring a line to an agent's live session now",
    about:
      'An idle session gets it typed into its empty prompt, a busy one at the end of its turn; a line that somebody is typing there, and a tool that runs, are not disturbed. What cannot be brought within an hour is dropped and told.',
    args: {
      address: text('the agent, such as app/crew/max', { isRequired: true, names: 'agents' }),
      text: text('what it is to read', { isRequired: true }),
    },
    examples: [{ line: 'nudge app/crew/max "Look at the failing test first."', does: 'now, or at the end of its turn' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/nudge.ts')).sendNudge,
  }),
];

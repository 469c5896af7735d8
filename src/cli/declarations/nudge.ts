import { type Command, command } from '../command.ts';
import { choice, flag, text, whole } from '../field.ts';

const section = 'Messages';
const limit = whole('at most that many', { short: 'n', value: 'COUNT', default: '20', min: 1, max: 10_000 });

/** Lines that reach a live session now. */
export const nudgeCommands: readonly Command[] = [
  command({
    words: 'nudge',
    section,
    summary: "Bring a line to an agent's live session now",
    about:
      'An idle session gets it typed into its empty prompt, a busy one at the end of its turn; a line that somebody is typing there, and a tool that runs, are not disturbed. It arrives byte for byte behind `[Baton ID] SENDER: `, by which it is known again; control characters other than line ends and tabs, what is no UTF-8 and more than 4 KB are refused. Those of one sender arrive in their order. What cannot be brought in time is dropped and told.',
    args: {
      address: text('the agent, such as app/crew/max', { isRequired: true, names: 'agents' }),
      text: text('what it is to read'),
    },
    options: {
      stdin: flag('read the text from stdin; its last line end is not part of it'),
      expires: whole('after so many minutes it is dropped where nobody took it', { value: 'MINUTES', default: '60', min: 1, max: 10_080 }),
    },
    examples: [
      { line: 'nudge app/crew/max "Look at the failing test first."', does: 'now, or at the end of its turn' },
      { line: 'nudge app/crew/max --stdin --expires 10', does: 'a longer text, within ten minutes' },
    ],
    faults: ['not-found', 'conflict', 'unsupported', 'unavailable'],
    run: async () => (await import('../run/nudge.ts')).sendNudge,
  }),
  command({
    words: 'nudge list',
    section,
    summary: 'List nudges, newest first, with what became of them',
    about:
      'accepted: it waits · offered: it is being brought · delivered: it was written out to the session · consumed: a turn began or went on with it · dropped: its time is over, or what it was for.',
    args: { address: text('to this agent', { names: 'agents', default: 'all' }) },
    options: {
      from: text('of this sender', { names: 'agents', value: 'ADDRESS' }),
      open: flag('only those with which no turn began'),
      limit,
    },
    examples: [
      { line: 'nudge list app/crew/max', does: 'what was said to it' },
      { line: 'nudge list --open', does: 'what did not arrive yet' },
    ],
    faults: ['not-found', 'conflict'],
    run: async () => (await import('../run/nudge.ts')).listNudges,
  }),
  command({
    words: 'nudge show',
    section,
    summary: 'Show a nudge, and where it is on its way',
    args: { nudge: text('its id', { isRequired: true, names: 'nudges' }) },
    examples: [{ line: 'nudge show nu-1a2b3', does: 'when it was brought, how, and to whom' }],
    faults: ['not-found', 'conflict'],
    run: async () => (await import('../run/nudge.ts')).showNudge,
  }),
  command({
    words: 'broadcast',
    section,
    summary: 'Nudge every live session of crew and polecats',
    about:
      'It waits for nobody: `baton nudge list` tells what became of each. Whoever does not live now is not told; mail to a group (`baton mail send @crew`) waits for them.',
    args: { text: text('what they are to read') },
    options: {
      stdin: flag('read the text from stdin; its last line end is not part of it'),
      rig: text('only in this rig', { names: 'rigs', value: 'RIG' }),
      role: choice('only this role', ['mayor', 'deacon', 'boot', 'witness', 'refinery', 'crew', 'polecat'], { value: 'ROLE' }),
      all: flag('every role'),
    },
    examples: [
      { line: 'broadcast "The registry is down: no installs until noon."', does: 'to whoever works now' },
      { line: 'broadcast "Rebase on main." --rig app --role polecat', does: 'to the polecats of one rig' },
    ],
    faults: ['not-found', 'unavailable'],
    run: async () => (await import('../run/nudge.ts')).broadcast,
  }),
];

import { type Command, command } from '../command.ts';
import { flag, text } from '../field.ts';

const section = 'Town';
const name = text('the rig', { isRequired: true, names: 'rigs' });
const newRig = {
  args: { name: text("the rig's name", { isRequired: true }), repo: text('a path or URL of a git repository', { default: 'the repository around' }) },
  options: {
    prefix: text('2 to 4 letters for its ids and panes', { default: 'from the name' }),
  },
} as const;

/** Rigs: git repositories under Baton's care. */
export const rigCommands: readonly Command[] = [
  command({
    words: 'rig add',
    section,
    summary: 'Take a repository into the care of the town',
    about: 'Makes a bare clone of its own; the repository itself is only read.',
    ...newRig,
    examples: [
      { line: 'rig add app ~/code/app', does: 'from a folder' },
      { line: 'rig add app https://example.org/app.git --prefix ap', does: 'from a URL, with its own prefix' },
    ],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/rigs.ts')).addRig,
  }),
  command({
    words: 'rig create',
    section,
    summary: 'Take the repository around into care, or start a new one',
    ...newRig,
    examples: [{ line: 'rig create notes', does: 'a rig with a new repository, if there is none around' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/rigs.ts')).createRig,
  }),
  command({
    words: 'rig list',
    section,
    summary: 'List the rigs',
    examples: [{ line: 'rig list', does: 'names, prefixes, targets' }],
    run: async () => (await import('../run/rigs.ts')).listRigs,
  }),
  command({
    words: 'rig show',
    section,
    summary: 'Show a rig: its repository, target and agents',
    args: { name },
    examples: [{ line: 'rig show app', does: 'everything about app' }],
    faults: ['not-found', 'conflict'],
    run: async () => (await import('../run/rigs.ts')).showRig,
  }),
  command({
    words: 'rig sync',
    section,
    summary: 'Fetch what is new in the repository that a rig came from',
    args: { name },
    examples: [{ line: 'rig sync app', does: 'fetch' }],
    faults: ['not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/rigs.ts')).syncRig,
  }),
  command({
    words: 'rig publish',
    section,
    summary: "Push a rig's landed work to the repository it came from",
    about: 'Pushes only what the setting `publish` of the rig allows, and verifies it there.',
    args: { name },
    examples: [{ line: 'rig publish app', does: 'push and verify' }],
    faults: ['not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/rigs.ts')).publishRig,
  }),
  command({
    words: 'rig remove',
    section,
    summary: 'Take a rig out of the town',
    args: { name },
    options: { force: flag('also with beads or agents that are not done') },
    examples: [{ line: 'rig remove app', does: 'refused while work is open' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/rigs.ts')).removeRig,
  }),
];

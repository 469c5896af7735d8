import { type Command, command } from '../command.ts';
import { flag, list, text } from '../field.ts';
import { restartOptions, startOptions, stopOptions } from './start-options.ts';

const section = 'Agents and sessions';
const rig = text('the rig', { names: 'rigs', default: 'the rig of the current folder, or the only one' });
const names = list("the crew members' names", { value: 'NAME', isRequired: true, names: 'crew' });
/** Instead of which `--all` may be said. */
const someNames = list("the crew members' names", { value: 'NAME', names: 'crew' });

/** Crew: a person's named, long-lived workers. */
export const crewCommands: readonly Command[] = [
  command({
    words: 'crew add',
    section,
    summary: 'Add a crew member, with a worktree of its own',
    args: { name: text('its name', { isRequired: true }) },
    options: { rig },
    examples: [{ line: 'crew add max --rig app', does: 'the agent app/crew/max' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/crew.ts')).addCrew,
  }),
  command({
    words: 'crew list',
    section,
    summary: 'List the crew',
    options: { rig: text('only of this rig', { names: 'rigs' }) },
    examples: [{ line: 'crew list --rig app', does: 'of one rig' }],
    faults: ['not-found'],
    run: async () => (await import('../run/crew.ts')).listCrew,
  }),
  command({
    words: 'crew at',
    section,
    summary: 'Start a crew member if it does not run, and attach to it',
    args: { name: text('its name', { isRequired: true }) },
    options: { rig, ...startOptions },
    examples: [
      { line: 'crew at max --rig app', does: 'talk to max' },
      { line: 'crew at max -d', does: 'only see that it runs' },
    ],
    faults: ['not-found', 'conflict', 'unsupported', 'unavailable', 'timeout'],
    run: async () => (await import('../run/starts.ts')).attachCrew,
  }),
  command({
    words: 'crew start',
    section,
    summary: 'Start crew members',
    args: { names: someNames },
    options: { rig, all: flag('everyone'), ...startOptions },
    examples: [
      { line: 'crew start max --rig app', does: 'one' },
      { line: 'crew start --all', does: 'everyone, at once' },
    ],
    faults: ['not-found', 'conflict', 'unsupported', 'unavailable', 'timeout'],
    run: async () => (await import('../run/starts.ts')).startCrew,
  }),
  command({
    words: 'crew stop',
    section,
    summary: 'Stop crew members, keeping their work',
    args: { names: someNames },
    options: { rig, all: flag('everyone'), ...stopOptions },
    examples: [
      { line: 'crew stop max --rig app', does: 'max leaves a document for its next session' },
      { line: 'crew stop --all', does: 'everyone who runs' },
    ],
    faults: ['invalid', 'not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/starts.ts')).stopCrew,
  }),
  command({
    words: 'crew restart',
    section,
    summary: 'Hand over to a fresh session of the same crew member',
    args: { names },
    options: { rig, ...restartOptions, ...startOptions },
    examples: [{ line: 'crew restart max --rig app', does: 'a handoff' }],
    faults: ['not-found', 'conflict', 'unsupported', 'unavailable', 'timeout'],
    run: async () => (await import('../run/starts.ts')).restartCrew,
  }),
  command({
    words: 'crew remove',
    section,
    summary: 'Remove crew members; what their worktrees hold is preserved first',
    args: { names },
    options: { rig },
    examples: [{ line: 'crew remove max --rig app', does: 'preserve, then remove' }],
    faults: ['not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/crew.ts')).removeCrew,
  }),
];

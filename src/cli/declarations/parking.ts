import { type Command, command } from '../command.ts';
import { flag, list, text } from '../field.ts';
import { restartOptions, startOptions, stopOptions } from './start-options.ts';

const ofTown = 'Town';
const ofAgents = 'Agents and sessions';
const names = list('the rigs', { value: 'NAME', isRequired: true, names: 'rigs' });
const name = text('the rig', { isRequired: true, names: 'rigs' });
const address = text('the agent, such as app/crew/max', { isRequired: true, names: 'agents' });
const { env, runtime, noWait, waitFatal } = startOptions;
const together = { detach: flag('come back at once, as nothing is attached to', { short: 'd' }), env, runtime, noWait, waitFatal } as const;

/** Rigs whose agents run together, rigs and agents that rest until somebody says otherwise. */
export const parkingCommands: readonly Command[] = [
  command({
    words: 'rig start',
    section: ofTown,
    summary: 'Start all agents of a rig that should run',
    about: 'Witness, refinery, crew, and polecats with work. Each start fails for itself. Refused while the rig is parked or docked.',
    args: { name },
    options: together,
    examples: [{ line: 'rig start app', does: 'all of app, at once' }],
    faults: ['not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/parking.ts')).startRig,
  }),
  command({
    words: 'rig stop',
    section: ofTown,
    summary: 'Stop all agents of a rig, keeping their work',
    args: { name },
    options: stopOptions,
    examples: [{ line: 'rig stop app', does: 'each leaves a document' }],
    faults: ['not-found', 'unavailable', 'timeout'],
    run: async () => (await import('../run/parking.ts')).stopRig,
  }),
  command({
    words: 'rig restart',
    section: ofTown,
    summary: 'Hand over to fresh sessions of all agents of a rig that should run',
    args: { name },
    options: { ...restartOptions, ...together },
    examples: [{ line: 'rig restart app', does: 'a handoff each' }],
    faults: ['not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/parking.ts')).restartRig,
  }),
  command({
    words: 'rig park',
    section: ofTown,
    summary: 'Let nothing of these rigs run until they are unparked',
    about: 'What runs leaves a document. What is wanted of each agent is kept, and runs again when the rig is unparked.',
    args: { names },
    options: stopOptions,
    examples: [{ line: 'rig park app', does: 'until `rig unpark app`' }],
    faults: ['not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/parking.ts')).parkRigs,
  }),
  command({
    words: 'rig unpark',
    section: ofTown,
    summary: 'Open parked rigs again; who was wanted runs',
    args: { names },
    examples: [{ line: 'rig unpark app', does: 'its agents start again' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/parking.ts')).unparkRigs,
  }),
  command({
    words: 'rig dock',
    section: ofTown,
    summary: 'Let nothing of these rigs run for good, until they are undocked',
    args: { names },
    options: stopOptions,
    examples: [{ line: 'rig dock app', does: 'left out of what runs over all rigs' }],
    faults: ['not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/parking.ts')).dockRigs,
  }),
  command({
    words: 'rig undock',
    section: ofTown,
    summary: 'Open docked rigs again; who was wanted runs',
    args: { names },
    examples: [{ line: 'rig undock app', does: 'its agents start again' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/parking.ts')).undockRigs,
  }),
  command({
    words: 'agent park',
    section: ofAgents,
    summary: 'Stop an agent and let nothing start it until it is unparked',
    args: { address },
    options: stopOptions,
    examples: [{ line: 'agent park app/crew/max', does: 'it leaves a document' }],
    faults: ['not-found', 'conflict', 'unavailable', 'timeout'],
    run: async () => (await import('../run/parking.ts')).parkAgent,
  }),
  command({
    words: 'agent unpark',
    section: ofAgents,
    summary: 'Take a parked agent back',
    about: 'It runs where work hangs on its hook; else it is stopped until it is started.',
    args: { address },
    examples: [{ line: 'agent unpark app/crew/max', does: 'it can be started again' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/parking.ts')).unparkAgent,
  }),
  command({
    words: 'agent reset',
    section: ofAgents,
    summary: 'Let nothing that went before count against an agent any more',
    about: 'Deaths and handoffs in a row are forgotten, and a breaker that they opened is closed.',
    args: { address },
    examples: [{ line: 'agent reset app/crew/max', does: 'after its cause was mended' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/parking.ts')).resetAgent,
  }),
];

import type { FaultKind } from '#base';
import { type Command, command } from '../command.ts';
import { text } from '../field.ts';
import { restartOptions, startOptions, stopOptions } from './start-options.ts';

const section = 'Agents and sessions';
const rig = text('the rig', { value: 'RIG', names: 'rigs', default: 'the rig of the current folder, or the only one' });

/** Roles of which the town, or each rig, has one; `who` completes a sentence. */
const roles = [
  { role: 'mayor', who: 'the mayor', args: {}, words: '' },
  { role: 'deacon', who: 'the deacon', args: {}, words: '' },
  { role: 'boot', who: 'boot, which watches the deacon', args: {}, words: '' },
  { role: 'witness', who: 'the witness of a rig', args: { rig }, words: ' app' },
  { role: 'refinery', who: 'the refinery of a rig', args: { rig }, words: ' app' },
] as const;

const starting: readonly FaultKind[] = ['not-found', 'conflict', 'unsupported', 'unavailable', 'timeout'];
const ending: readonly FaultKind[] = ['not-found', 'conflict', 'unavailable', 'timeout'];

/** The same five verbs for each of them. */
export const roleCommands: readonly Command[] = roles.flatMap(({ role, who, args, words }) => [
  command({
    words: `${role} start`,
    section,
    summary: `Start ${who}`,
    args,
    options: startOptions,
    examples: [{ line: `${role} start${words} -d`, does: 'start it and come back' }],
    faults: starting,
    run: async () => (await import('../run/starts.ts')).startRole[role],
  }),
  command({
    words: `${role} attach`,
    section,
    summary: `Attach to the pane of ${who}, starting it if it does not run`,
    about: 'Detaching (Ctrl-B d) never stops it.',
    args,
    options: startOptions,
    examples: [
      { line: `${role} attach${words}`, does: 'watch and type' },
      { line: `${role} attach${words} -d`, does: 'only see that it runs' },
    ],
    faults: starting,
    run: async () => (await import('../run/starts.ts')).attachRole[role],
  }),
  command({
    words: `${role} stop`,
    section,
    summary: `Stop ${who}, keeping its work`,
    args,
    options: stopOptions,
    examples: [{ line: `${role} stop${words}`, does: 'it leaves a document for its next session' }],
    faults: ending,
    run: async () => (await import('../run/starts.ts')).stopRole[role],
  }),
  command({
    words: `${role} restart`,
    section,
    summary: `Hand over to a fresh session of ${who}`,
    args,
    options: { ...restartOptions, ...startOptions },
    examples: [{ line: `${role} restart${words}`, does: 'a handoff' }],
    faults: starting,
    run: async () => (await import('../run/starts.ts')).restartRole[role],
  }),
  command({
    words: `${role} status`,
    section,
    summary: `Tell everything about ${who}`,
    args,
    examples: [{ line: `${role} status${words}`, does: 'session, hook, context' }],
    faults: ['not-found', 'unavailable'],
    run: async () => (await import('../run/starts.ts')).statusOfRole[role],
  }),
]);

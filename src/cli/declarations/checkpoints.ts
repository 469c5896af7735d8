import { type Command, command } from '../command.ts';
import { text } from '../field.ts';

const section = 'Agents and sessions';

/** Notes of safe points, which the next session finds after a crash. */
export const checkpointCommands: readonly Command[] = [
  command({
    words: 'checkpoint write',
    section,
    summary: 'Note a safe point: git, hook and step, for the session that comes after a crash',
    options: {
      notes: text('what else the next session must know'),
      molecule: text('the molecule', { default: 'the one on your hook' }),
      step: text('the step', { default: 'the current one' }),
    },
    examples: [{ line: 'checkpoint write --notes "auth works, tests missing"', does: 'inside a session' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/checkpoints.ts')).writeCheckpoint,
  }),
  command({
    words: 'checkpoint read',
    section,
    summary: 'Show the newest checkpoint that counts',
    args: { agent: text('whose', { names: 'agents', default: 'yours' }) },
    examples: [{ line: 'checkpoint read app/crew/max', does: 'where it stood' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/checkpoints.ts')).readCheckpoint,
  }),
  command({
    words: 'checkpoint clear',
    section,
    summary: 'Say that your checkpoints count no more',
    examples: [{ line: 'checkpoint clear', does: 'inside a session' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    run: async () => (await import('../run/checkpoints.ts')).clearCheckpoint,
  }),
];

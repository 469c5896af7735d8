import { type Command, command } from '../command.ts';
import { flag, list } from '../field.ts';

const section = 'Town';

/** Holding the whole town, and keeping its daemon over upgrades and reboots. */
export const estopCommands: readonly Command[] = [
  command({
    words: 'estop',
    section,
    summary: 'Emergency stop: freeze every session as it is; nothing starts, ends or lands',
    about:
      'Programs are stopped where they are (SIGSTOP) and lose nothing; the mayor, and whoever a person started by hand, are left alone. It stands until `baton thaw`, whoever dies. Only what a person orders is still ended: `baton down`, `crew stop`.',
    args: { reason: list('why, for everybody who looks', { value: 'REASON' }) },
    options: { force: flag('the mayor too') },
    examples: [{ line: 'estop the agents delete the wrong files', does: 'hold everything, then look' }],
    faults: ['unavailable', 'timeout'],
    run: async () => (await import('../run/estop.ts')).estop,
  }),
  command({
    words: 'thaw',
    section,
    summary: 'End an emergency stop: everything goes on where it was',
    examples: [{ line: 'thaw', does: 'whoever was frozen is told' }],
    faults: ['unavailable', 'timeout'],
    run: async () => (await import('../run/estop.ts')).thaw,
  }),
  command({
    words: 'daemon restart',
    section,
    summary: 'End the daemon and start one of this program; sessions live on',
    examples: [{ line: 'daemon restart', does: 'a fresh daemon' }],
    faults: ['unavailable', 'timeout'],
    run: async () => (await import('../run/town.ts')).restartDaemon,
  }),
  command({
    words: 'daemon install',
    section,
    summary: 'Have the daemon start with the machine: a systemd user unit, or a launchd job',
    about:
      'One for each town. It runs the town’s own copy of Baton, which every upgrade keeps, and holds no secrets: variables of `env.pass` are not written into it. What was stopped on purpose stays stopped.',
    options: { print: flag('only show the file') },
    examples: [
      { line: 'daemon install', does: 'write it and enable it' },
      { line: 'daemon install --print', does: 'look at it first' },
    ],
    faults: ['unsupported', 'unavailable'],
    run: async () => (await import('../run/unit.ts')).installUnit,
  }),
  command({
    words: 'daemon uninstall',
    section,
    summary: 'Take back `daemon install`; what runs now goes on',
    examples: [{ line: 'daemon uninstall', does: 'disable it and remove the file' }],
    faults: ['unsupported', 'unavailable'],
    run: async () => (await import('../run/unit.ts')).uninstallUnit,
  }),
];

import { type Command, command } from '../command.ts';
import { flag, list, text, whole } from '../field.ts';
import { stopOptions } from './start-options.ts';

const section = 'Town';

/** The town itself: made, started, stopped, looked at. */
export const townCommands: readonly Command[] = [
  command({
    words: 'init',
    section,
    summary: 'Make a town',
    about: 'A town is one folder with its rigs, agents, settings and store. Nothing is started.',
    args: { dir: text('the folder; it is made if it is not there', { default: 'the current one' }) },
    examples: [
      { line: 'init ~/town', does: 'make a town in ~/town' },
      { line: 'init', does: 'make a town here' },
    ],
    faults: ['conflict', 'unavailable'],
    need: 'none',
    run: async () => (await import('../run/init.ts')).init,
  }),
  command({
    words: 'up',
    section,
    summary: 'Start the daemon and the agents that should run',
    about:
      'Witness and refinery of each rig, mayor, deacon, boot where the deacon is an agent, crew, and polecats with work; all at once, and each fails for itself.',
    options: { detach: flag('come back at once, without waiting for the agents', { short: 'd' }) },
    examples: [{ line: 'up', does: 'start everything and wait until it stands' }],
    faults: ['not-found', 'unavailable', 'timeout'],
    run: async () => (await import('../run/town.ts')).up,
  }),
  command({
    words: 'down',
    section,
    summary: 'Stop the agents and the daemon, keeping their work',
    about: 'Each agent leaves a document for its next session. What hangs on hooks stays there; `baton up` goes on.',
    options: stopOptions,
    examples: [
      { line: 'down', does: 'stop all' },
      { line: 'down --now', does: 'without asking anybody first' },
    ],
    faults: ['not-found', 'unavailable', 'timeout'],
    run: async () => (await import('../run/town.ts')).down,
  }),
  command({
    words: 'status',
    section,
    summary: 'Tell what runs, what hangs on hooks and what needs a person',
    options: {
      watch: flag('go on and draw it anew as it changes', { short: 'w' }),
      verify: flag('also hold panes, processes, worktrees and landings against the record'),
    },
    examples: [
      { line: 'status', does: 'one look' },
      { line: 'status --watch', does: 'a live table' },
      { line: 'status --json', does: 'the same as data' },
    ],
    faults: ['not-found', 'unavailable'],
    need: 'personal',
    run: async () => (await import('../run/town.ts')).status,
  }),
  command({
    words: 'doctor',
    section,
    summary: 'Check the machine and the town, and say how to mend what is wrong',
    options: { fix: flag('mend what can be mended without loss') },
    examples: [
      { line: 'doctor', does: 'check everything' },
      { line: 'doctor --fix', does: 'mend what can be mended' },
    ],
    faults: ['unavailable'],
    need: 'personal',
    run: async () => (await import('../run/town.ts')).doctor,
  }),
  command({
    words: 'demo',
    section,
    summary: 'Show work that outlives its sessions, on a real repository',
    about:
      'Makes a town in a fresh folder, slings real maintenance work to three agents without a model, kills one of them in the middle of a step, and checks that every bead lands exactly once.',
    options: {
      dir: text("the folder for the demo's town", { default: 'a fresh temporary one' }),
      repo: text('the repository to work on, a path or a URL', { default: 'the clone that Baton was started from' }),
      keep: flag('leave the town up afterwards'),
      runtime: text('who plays the agents; a real one works under your account', { value: 'NAME', default: 'runbook, which needs no model' }),
    },
    examples: [
      { line: 'demo', does: 'run it, check it, clean up' },
      { line: 'demo --runtime claude', does: 'one small bead, worked by Claude Code' },
      { line: 'demo --repo ~/code/app --keep', does: 'on your own repository; look around afterwards' },
    ],
    faults: ['unsupported', 'unavailable', 'timeout'],
    need: 'none',
    run: async () => (await import('../run/demo.ts')).demo,
  }),
  command({
    words: 'logs',
    section,
    summary: "Show the daemon's log",
    about: 'With --json each line is the record as the daemon wrote it.',
    options: {
      follow: flag('go on with new lines as they come', { short: 'f' }),
      lines: whole('how many of the newest lines', { short: 'n', default: '50', value: 'COUNT', max: 1_000_000 }),
    },
    examples: [
      { line: 'logs', does: 'the newest lines' },
      { line: 'logs -f -n 10', does: 'follow it' },
    ],
    faults: ['not-found'],
    run: async () => (await import('../run/town.ts')).logs,
  }),
  command({
    words: 'daemon start',
    section,
    summary: "Start the town's daemon",
    examples: [{ line: 'daemon start', does: 'start it, or say that it runs' }],
    faults: ['unavailable', 'timeout'],
    run: async () => (await import('../run/town.ts')).startDaemon,
  }),
  command({
    words: 'daemon stop',
    section,
    summary: 'Stop the daemon; sessions live on',
    examples: [{ line: 'daemon stop', does: 'stop it until it is started again' }],
    faults: ['unavailable', 'timeout'],
    run: async () => (await import('../run/town.ts')).stopDaemon,
  }),
  command({
    words: 'daemon status',
    section,
    summary: 'Tell whether the daemon runs, since when and where',
    examples: [{ line: 'daemon status', does: 'pid, start, lease' }],
    faults: ['unavailable'],
    run: async () => (await import('../run/town.ts')).daemonStatus,
  }),
  command({
    words: 'daemon run',
    section,
    summary: 'Be the daemon, in the foreground',
    options: { ifWanted: flag('only where it was not stopped on purpose') },
    examples: [{ line: 'daemon run', does: 'for a service manager, or to watch it' }],
    faults: ['conflict', 'unavailable'],
    run: async () => (await import('../run/town.ts')).runDaemon,
  }),
  command({
    words: 'tmux',
    section,
    summary: "Run a tmux command on this town's own server",
    args: { args: list('words for tmux, as they are', { value: 'ARGS' }) },
    examples: [
      { line: 'tmux list-panes -a', does: 'every pane of the town' },
      { line: 'tmux attach -t =ap-crew-max', does: 'a pane, by hand' },
    ],
    faults: ['unsupported', 'unavailable'],
    isPassThrough: true,
    run: async () => (await import('../run/town.ts')).tmux,
  }),
];

import { playedRoles } from '#config/model';
import { type Command, command } from '../command.ts';
import { choice, flag, list, text, whole } from '../field.ts';

const section = 'Town';
const rig = text('the rig whose own value is meant (`rig.toml`)', { value: 'RIG', names: 'rigs' });

/** Settings: `baton.toml` of the town, `rig.toml` of a rig. */
export const configCommands: readonly Command[] = [
  command({
    words: 'config get',
    section,
    summary: 'Tell a setting, and where its value comes from',
    args: { key: text('the setting', { isRequired: true, names: 'settings' }) },
    options: { rig },
    examples: [{ line: 'config get context.cycle', does: 'the value in force' }],
    faults: ['not-found'],
    need: 'personal',
    run: async () => (await import('../run/config.ts')).getSetting,
  }),
  command({
    words: 'config set',
    section,
    summary: 'Change a setting',
    args: { key: text('the setting', { isRequired: true, names: 'settings' }), value: text('its value, as in baton.toml', { isRequired: true }) },
    options: { rig },
    examples: [
      { line: 'config set context.cycle 80', does: 'hand over at 80 % of the usable window' },
      { line: 'config set publish branches --rig app', does: 'for one rig, in its rig.toml' },
    ],
    faults: ['not-found', 'unavailable'],
    need: 'personal',
    run: async () => (await import('../run/config.ts')).setSetting,
  }),
  command({
    words: 'config list',
    section,
    summary: 'List every setting with its value and where it comes from',
    options: { rig },
    examples: [{ line: 'config list', does: 'all settings' }],
    faults: ['not-found'],
    need: 'personal',
    run: async () => (await import('../run/config.ts')).listSettings,
  }),
  command({
    words: 'config default-agent',
    section,
    summary: 'Tell or change the runtime that plays agents',
    args: { name: text('the runtime; without it the present one is told', { names: 'runtimes' }) },
    examples: [
      { line: 'config default-agent', does: 'tell it' },
      { line: 'config default-agent claude', does: 'change it' },
    ],
    faults: ['not-found', 'unavailable'],
    need: 'personal',
    run: async () => (await import('../run/config.ts')).defaultAgent,
  }),
  command({
    words: 'config polecat-agent',
    section,
    summary: 'Tell or change the runtime that plays polecats',
    args: { name: text('the runtime; without it the present one is told', { names: 'runtimes' }) },
    examples: [{ line: 'config polecat-agent runbook', does: 'let polecats run without a model' }],
    faults: ['not-found', 'unavailable'],
    need: 'personal',
    run: async () => (await import('../run/config.ts')).polecatAgent,
  }),
  command({
    words: 'config role-agent',
    section,
    summary: 'Tell or change the runtime that plays a role',
    about:
      'Naming one makes a role an agent that Baton would play in code. Only `baton.toml`, or the `rig.toml` of --rig, is written; `settings/agents.json` is read.',
    args: {
      role: choice('the role', playedRoles, { isRequired: true, value: 'ROLE' }),
      name: text('the runtime; without it the present one is told, with what names it', { names: 'runtimes' }),
    },
    options: { rig },
    examples: [
      { line: 'config role-agent mayor', does: 'tell it' },
      { line: 'config role-agent deacon runbook', does: 'change it' },
    ],
    faults: ['not-found', 'unavailable'],
    need: 'personal',
    run: async () => (await import('../run/config.ts')).roleAgent,
  }),
  command({
    words: 'config agent list',
    section,
    summary: 'List the runtimes: installed, version, logged in, how they report, where each value comes from',
    about:
      'Adapters, what Baton ships as settings, and what `baton.toml` or `settings/agents.json` describe with a command. Each program is asked for its version, at most 3 s, all at once.',
    options: { noVersion: flag('without asking programs for their versions') },
    examples: [
      { line: 'config agent list', does: 'every program that can play an agent' },
      { line: 'config agent list --json', does: 'with the source of each value' },
    ],
    need: 'personal',
    run: async () => (await import('../run/runtimes.ts')).listAgents,
  }),
  command({
    words: 'config agent get',
    section,
    summary: 'Tell all about a runtime, and where each value comes from',
    args: { name: text('the runtime', { isRequired: true, names: 'runtimes' }) },
    examples: [{ line: 'config agent get runbook', does: 'command, program, version, login, signals, window, roles' }],
    faults: ['not-found'],
    need: 'personal',
    run: async () => (await import('../run/runtimes.ts')).getAgent,
  }),
  command({
    words: 'config agent set',
    section,
    summary: 'Say which program a runtime is, in baton.toml',
    about:
      'A name that no adapter has becomes a runtime of its own: its first prompt follows the command as one argument. A command in one text is split at its spaces, but for the path of a program.',
    args: {
      name: text('the runtime', { isRequired: true, names: 'runtimes' }),
      words: list('program and arguments', { isRequired: true, value: 'COMMAND' }),
    },
    options: {
      window: whole('its context window', { value: 'TOKENS', min: 100 }),
      signals: choice('whether it reports by itself, with `baton signal`', ['own', 'none']),
      process: list('a name by which its process is known; may be said again', { value: 'NAME' }),
    },
    examples: [
      { line: 'config agent set mine /opt/mine/agent --window 128000', does: 'a program of your own' },
      { line: 'config agent set mine -- mine --fast', does: 'with arguments' },
    ],
    faults: ['unavailable'],
    need: 'personal',
    run: async () => (await import('../run/runtimes.ts')).setAgent,
  }),
  command({
    words: 'config agent remove',
    section,
    summary: 'Take out of baton.toml what it says of a runtime',
    args: { name: text('the runtime', { isRequired: true, names: 'runtimes' }) },
    examples: [{ line: 'config agent remove mine', does: 'an adapter is its own again, any other is gone' }],
    faults: ['not-found', 'conflict', 'unavailable'],
    need: 'personal',
    run: async () => (await import('../run/runtimes.ts')).removeAgent,
  }),
];

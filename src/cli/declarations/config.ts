import { playedRoles } from '#config/model';
import { type Command, command } from '../command.ts';
import { choice, text } from '../field.ts';

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
    need: 'personal',
    run: async () => (await import('../run/config.ts')).listSettings,
  }),
  command({
    words: 'config default-agent',
    section,
    summary: 'Tell or change the runtime that plays agents',
    args: { name: text('the runtime; without it the present one is told') },
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
    args: { name: text('the runtime; without it the present one is told') },
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
      name: text('the runtime; without it the present one is told, with what names it'),
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
];

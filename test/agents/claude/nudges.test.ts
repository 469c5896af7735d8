import { delimiter, dirname } from 'node:path';
import { test } from 'node:test';
import { makeSettings } from '#config/model';
import { getRuntime } from '#runtimes';
import { runNudgeStorm } from '../../support/nudge-storm.ts';
import { makeAgentPerson } from '../support/agent-person.ts';
import { hold, holdOn, readTold } from '../support/held.ts';
import { findInstalled } from '../support/real-agents.ts';

const installed = findInstalled('claude');

/** What a stop hook answers is told twice by Claude Code itself: as its feedback, and once more as this. */
const echo = /Stop hook blocking error from command: [\s\S]*?(?:<\/system-reminder>|$)/g;

test('claude is sent fifty nudges, busy, idle and half-typed, with everybody killed: each arrives once, in order, as it was given', {
  skip: 'missing' in installed && installed.missing,
  timeout: 450_000,
}, async (t) => {
  const { person, server, program, passed } = await makeAgentPerson(t, 'claude', holdOn);
  const read = (screen: string) => getRuntime('claude', makeSettings({ town: {}, rigs: {} })).readScreen?.(screen).prompt;
  await runNudgeStorm(t, {
    person: { ...person, env: { ...person.env, PATH: `${dirname(program)}${delimiter}${person.env.PATH}` } },
    settings: `env.pass = ${JSON.stringify(passed)}\nruntimes.claude.window = 200000\nroles.crew.permissions = "bypass"\n`,
    start: ['--runtime', 'claude'],
    readTold: () => readTold(server.requests()).map((text) => text.replace(echo, '')),
    hold,
    rests: (screen) => read(screen) === 'empty',
    shows: (screen, typed) => read(screen) === 'typed' && screen.includes(typed),
  });
});

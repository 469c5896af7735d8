import { delimiter, dirname } from 'node:path';
import { test } from 'node:test';
import { makeSettings } from '#config/model';
import { getRuntime } from '#runtimes';
import type { ModelRequest } from '../../support/model-server/request.ts';
import type { Step } from '../../support/model-server/step.ts';
import { runNudgeStorm } from '../../support/nudge-storm.ts';
import { makeAgentPerson } from '../support/agent-person.ts';
import { findInstalled } from '../support/real-agents.ts';

const installed = findInstalled('claude');

/** What a stop hook answers is told twice by Claude Code itself: as its feedback, and once more as this. */
const echo = /Stop hook blocking error from command: [\s\S]*?(?:<\/system-reminder>|$)/g;

/** A prompt that says `hold NAME` is answered with a tool that runs until the sign NAME is given. */
function holdOn({ said }: ModelRequest): Step | undefined {
  const last = said.at(-1);
  const name = last?.role === 'tool' ? undefined : /(?:^|\n)hold (\w+)(?:\n|$)/.exec(last?.text ?? '')?.[1];
  return name === undefined ? undefined : { run: `cd "$HOME/signs"; echo held > ${name}.held; until [ -e ${name} ]; do sleep 0.1; done` };
}

/** The newest request of each conversation holds all that was said in it: a shorter one begins another. */
function newestOfEach(requests: readonly ModelRequest[]): ModelRequest[] {
  const main = requests.filter(({ kind }) => kind === 'main');
  return main.filter((request, index) => (main[index + 1]?.said.length ?? 0) < request.said.length);
}

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
    readTold: () => newestOfEach(server.requests()).flatMap(({ said }) => said.map(({ text }) => text.replace(echo, ''))),
    hold: (name) => `hold ${name}`,
    rests: (screen) => read(screen) === 'empty',
    shows: (screen, typed) => read(screen) === 'typed' && screen.includes(typed),
  });
});

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { describeError } from '#base';
import type { ModelServer } from '../../support/model-server/model-server.ts';
import { makeTown, type ScenarioTown } from '../../support/town.ts';
import { makeAgentPerson } from './agent-person.ts';
import { describeSeen } from './describe-seen.ts';
import { type AgentName, findInstalled } from './real-agents.ts';
import { testWindow, underTest } from './under-test.ts';

/** A town whose agents are played by a real program, and the model that moves it. */
export interface AgentTown {
  readonly town: ScenarioTown;
  readonly server: ModelServer;
}

/** Steps of the formula `lines`: each wants a line in a file, committed. */
export const lines = ['one', 'two', 'three', 'four'] as const;
const formula = lines.map((id) => `[[steps]]\nid = "${id}"\ntitle = "Write the line ${id}"\ncheck = "grep -qx ${id} lines.txt"\n`).join('\n');

/** A test of a real agent, which is skipped, with the reason, where that is not installed or is an exception; a failure tells what was seen of its town. */
export function testWith(name: AgentName, sentence: string, run: (make: MakeAgentTown) => Promise<void>, exception?: string): void {
  const installed = findInstalled(name);
  const reason = exception ?? ('missing' in installed && installed.missing);
  test(`${name} ${sentence}`, { skip: reason }, async (t) => {
    let made: AgentTown | undefined;
    const make = async (settings?: string) => {
      made = await makeAgentTown(t, name, settings);
      return made;
    };
    await run(make).catch(async (error: unknown) => {
      if (made === undefined) throw error;
      throw new Error(`${describeError(error)}\n${await describeSeen(made)}`, { cause: error });
    });
  });
}

/** Makes the town of a test, of somebody who has the agent on their PATH, with the formula `lines`; settings as of `makeTown`. */
export type MakeAgentTown = (settings?: string) => Promise<AgentTown>;

async function makeAgentTown(t: TestContext, name: AgentName, settings = ''): Promise<AgentTown> {
  const { person, server, program, passed } = await makeAgentPerson(t, name);
  const bin = join(person.dir, 'h/bin');
  mkdirSync(bin);
  const wrapper = underTest[name].wrap?.(program);
  if (wrapper === undefined) symlinkSync(program, join(bin, name));
  else writeFileSync(join(bin, name), wrapper, { mode: 0o755 });
  const env = { ...person.env, PATH: `${bin}${delimiter}${person.env.PATH}` };
  const pass = `env.pass = ${JSON.stringify(passed)}\nruntimes.${name}.window = ${testWindow}\n`;
  const town = await makeTown(t, { runtime: name, person: { ...person, env }, settings: `${pass}${settings}`, formulas: { lines: formula } });
  return { town, server };
}

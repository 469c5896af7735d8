import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeSource } from '#git/testing';
import type { ModelRequest } from '../../support/model-server/request.ts';
import type { Step } from '../../support/model-server/step.ts';
import { type Ran, runBaton } from '../../support/run-baton.ts';
import { makeAgentPerson } from './agent-person.ts';
import { type AgentName, findInstalled } from './real-agents.ts';

/** `baton demo --runtime NAME` as somebody runs it who has the program, and its key and address in their environment; and who has neither. */
export function testDemo(name: AgentName, keys: readonly string[]): void {
  const installed = findInstalled(name);
  const skip = 'missing' in installed && installed.missing;

  test(`the demo is played by ${name}, from the variables that its person has, and everything holds (demo 6)`, { skip }, async (t) => {
    const { ran } = await runDemo(t, name, []);
    assert.equal(ran.exit, 0, ran.out + ran.err);
    assert.match(ran.out, new RegExp(`its agents are given of your environment: .*${keys[0]}`));
    assert.match(ran.out, /Everything held/);
    assert.match(ran.out, /The town is at .*; its agents and daemon are stopped/);
  });

  test(`without a login of ${name} the demo says what is missing, and nothing is lost (demo 6)`, { skip }, async (t) => {
    const { ran, dir } = await runDemo(t, name, keys);
    assert.notEqual(ran.exit, 0, ran.out);
    assert.match(ran.out, new RegExp(`no login of ${name} was found \\(.*${keys[0]}`));
    assert.match(ran.err, /baton demo: .* waits for a login: .*\n {2}hint: log in with the program itself/);
    assert.match(ran.out, /The town is left as it is/);
    assert.ok(existsSync(join(dir, 'demo', 'baton.toml')));
  });
}

async function runDemo(t: TestContext, name: AgentName, without: readonly string[]): Promise<{ ran: Ran; dir: string }> {
  const { person, program } = await makeAgentPerson(t, name, workOn);
  const bin = join(person.dir, 'h/bin');
  mkdirSync(bin);
  symlinkSync(program, join(bin, name));
  const source = makeSource(join(person.dir, 'source'));
  const env = Object.fromEntries(Object.entries({ ...person.env, PATH: `${bin}${delimiter}${person.env.PATH}` }).filter(([key]) => !without.includes(key)));
  const ran = await runBaton({ cwd: person.dir, env, timeoutMs: 240_000 }, ['demo', '--runtime', name, '--repo', source, '--dir', join(person.dir, 'demo')]);
  return { ran, dir: person.dir };
}

/** Does each step of the formula `work` as it is told, and hands the work in. */
function workOn(request: ModelRequest): Step {
  const told = request.results.at(-1) ?? request.text;
  if (/handed in|every step is closed|handed off/.test(told)) return /every step is closed/.test(told) ? { run: 'baton done' } : { text: 'I stop.' };
  if (request.results.length > 12) return { text: 'I wait.' };
  const write = 'mkdir -p docs && echo "| file | bytes |" > docs/largest-files.md && git add -A && git commit -qm "the largest files" ; baton mol step done';
  return { run: write };
}

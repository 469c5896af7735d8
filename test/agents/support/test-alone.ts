import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { minute } from '#base';
import { runProgram } from '#host';
import { makeAgentPerson } from './agent-person.ts';
import { type AgentName, findInstalled } from './real-agents.ts';
import { underTest } from './under-test.ts';

/** What all else stands on: the real program, without Baton, does what our model says, with its own shell tool. */
export function testAlone(name: AgentName): void {
  const installed = findInstalled(name);
  test(`${name} works with the scripted model: a question, a shell command of its own, an answer`, {
    skip: 'missing' in installed && installed.missing,
  }, async (t) => {
    const { person, server, program } = await makeAgentPerson(t, name, [{ run: 'echo hi > made.txt && cat made.txt' }, { text: 'It is made.' }]);
    const cwd = join(person.dir, 'work');
    mkdirSync(cwd);
    const request = { cwd, env: person.env, input: '', timeoutMs: 2 * minute, outputBytesMax: 1_000_000 };
    const ran = await runProgram(request, [program, ...underTest[name].asked, 'Make it.']);
    const seen = server.requests().map(({ number, kind, path }) => `${number} ${kind} ${path}`);
    assert.equal(ran.code, 0, `${ran.stderr}${ran.stdout}\n${seen.join('\n')}`);
    assert.match(ran.stdout, /It is made\./);
    assert.equal(readFileSync(join(cwd, 'made.txt'), 'utf8'), 'hi\n');
    const main = server.requests().filter(({ kind }) => kind === 'main');
    assert.equal(main.length, 2, seen.join('\n'));
    assert.ok(main[0]?.text.includes('Make it.'));
    assert.match(main[1]?.results.at(-1) ?? '', /hi/);
  });
}

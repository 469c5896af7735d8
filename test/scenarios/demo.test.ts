import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commitFiles, makeSource, plainGit } from '#git/testing';
import { makePerson, type Person } from '../support/person.ts';
import { mustRunBaton, runBaton } from '../support/run-baton.ts';

const timeout = 300_000;

test('the demo runs on any repository, shows that everything held, and leaves nothing', { timeout }, async (t) => {
  const person = makePerson(t);
  const source = makeRepository(person);
  const ran = await runBaton({ cwd: person.dir, env: person.env, timeoutMs: timeout }, ['demo', '--repo', source]);
  assert.equal(ran.exit, 0, ran.out + ran.err);
  assert.match(ran.out, /kill -9 \d+: app|kill -9 \d+: demo\/polecats/);
  assert.match(ran.out, /\nEverything held, in /);
  assert.equal(ran.out.includes('✗'), false, ran.out);
  assert.deepEqual(readdirSync(join(person.dir, 't')), [], 'its town is gone');
  assert.deepEqual(readdirSync(join(person.dir, 'h')), ['signs'], 'nothing is written into a home');
});

test('the demo on a shallow clone with --keep leaves a town that goes on, and says what to try in it', { timeout }, async (t) => {
  const person = makePerson(t);
  const clone = join(person.dir, 'clone');
  plainGit(person.dir, 'clone', '--quiet', '--depth', '1', `file://${makeRepository(person)}`, clone);
  const dir = join(person.dir, 'kept');
  person.beforeEnd(async () => void (await runBaton({ cwd: dir, env: person.env }, ['down'])));
  const ran = await runBaton({ cwd: person.dir, env: person.env, timeoutMs: timeout }, ['demo', '--repo', clone, '--dir', dir, '--keep']);
  assert.equal(ran.exit, 0, ran.out + ran.err);
  assert.match(ran.out, /shallow clone/);
  assert.match(ran.out, /Everything held, in /);
  const lines = [...ran.out.matchAll(/^ {2}(?:baton|git) .*$/gm)].map(([line]) => line.trim().split(/ {2,}/)[0] ?? '');
  assert.ok(lines.length >= 4, ran.out);
  const words = lines
    .filter((line) => line.startsWith('baton ') && !line.includes('--follow') && line !== 'baton down')
    .map((line) => line.split(' ').slice(1));
  for (const line of words) await mustRunBaton({ cwd: dir, env: person.env }, line);
  assert.ok(existsSync(join(dir, 'baton.toml')));
  await mustRunBaton({ cwd: dir, env: person.env }, ['down']);
});

/** A repository with something for each of the demo's beads. */
function makeRepository({ dir }: Person): string {
  const source = makeSource(join(dir, 'source'), {
    'README.md': '# Made\n\nSee [the guide](docs/guide.md) and [nothing](docs/gone.md).\n',
    'docs/guide.md': '# Guide\n\nBack to [the start](../README.md).\n',
    'src/a.js': '// TODO: more\nconsole.log(1);\n',
    'src/b.py': 'print(1)  # FIXME\n',
    'bin/run.sh': '#!/bin/sh\necho run\n',
    'bin/broken.sh': '#!/bin/sh\nif true\n',
  });
  commitFiles(source, 'second', { 'src/c.ts': 'export const c = 1;\n' });
  return source;
}

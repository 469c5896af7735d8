import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { known } from '#base';
import { findProgram, type ProgramResult, runProgram } from '#host';
import { tempDir } from '#host/testing';
import { getFormula } from './find-formula.ts';
import { taskNames } from './formulas/maintenance-tasks.ts';
import type { FormulaStep } from './model.ts';

type Task = (typeof taskNames)[number];
type Cleanup = Parameters<typeof tempDir>[0];

const identity = {
  GIT_AUTHOR_NAME: 'Toast',
  GIT_AUTHOR_EMAIL: 't@x',
  GIT_COMMITTER_NAME: 'Toast',
  GIT_COMMITTER_EMAIL: 't@x',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};
const environment = { PATH: process.env.PATH ?? '', HOME: '/nowhere', ...identity };

async function git(root: string, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram({ cwd: root, env: environment }, ['git', ...words]);
  assert.equal(code, 0, `git ${words.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** What the four tasks are to find, each with things that only look like it. */
const files: Readonly<Record<string, string | Uint8Array>> = {
  'README.md':
    '# Top\n[good](docs/guide.md) [anchor](docs/guide.md#use) [gone](docs/gone.md) [case](Docs/Guide.md) ![pic](docs/a%20pic.png "t")\n[web](https://x.y/z) [here](#top) [root](/abs.md) [ours](docs/maintenance/links.md)\n`[code](no.md)`\n```\n[fenced](no.md)\n```\n[ref]: docs\n[up](../outside.md) <a href="nope.html">x</a> [short](docs/guide)\n',
  'docs/guide.md': 'Back to [top](../README.md), to [space](<../with space.txt>) and [paren](f(1).md).\n',
  'docs/f(1).md': 'x\n',
  'docs/a pic.png': Uint8Array.from([0x89, 0x50, 0, 1, 2]),
  'with space.txt': 'plain\n',
  'empty.txt': '',
  'copy.txt': 'plain\n',
  'src/app.js': `require('node:fs').writeFileSync('pwned-js', '');\n// ${'TO'}DO: mend | this \`one\`\nlet TODOLIST = 1;\n`,
  'src/esm.js': 'import fs from "node:fs";\nawait fs.promises.readFile("x");\n',
  'src/broken.mjs': 'export const = 1;\n',
  'src/good.py': `open("pwned-py", "w")\n# ${'XX'}X later, mktemp XXXXXX\n`,
  'src/broken.py': 'def x(:\n',
  'data/good.json': '{"a": 1}\n',
  'data/broken.json': '{a: 1}\n',
  'tsconfig.json': '{ /* a comment */ }\n',
  'run.sh': `#!/bin/sh\ntouch pwned-sh\n${'<<<<<<'}< HEAD\n`,
  tool: '#!/usr/bin/env bash\ntouch pwned-bash\narr=(1 2)\n',
  'Übung.md': '[umlaut](Übung.md) [lost](schön.md)\n',
};

/** A repository with those files in one commit, on a branch as a polecat has it. */
async function repository(t: Cleanup): Promise<string> {
  const root = tempDir(t);
  await git(root, 'init', '-q', '-b', 'polecat/Toast/ga-1@mol-1');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  await git(root, 'add', '-A');
  await git(root, 'commit', '-q', '-m', 'first');
  return root;
}

async function stepsOf(): Promise<readonly FormulaStep[]> {
  return (await getFormula({ root: '/nowhere' }, 'maintenance')).steps;
}

function shell(root: string, task: Task, command: string | null, more: Readonly<Record<string, string>> = {}): Promise<ProgramResult> {
  return runProgram({ cwd: root, env: { ...environment, BATON_VAR_TASK: task, BATON_VAR_BEAD: 'ga-1', ...more } }, ['sh', '-c', known(command, 'a command')]);
}

/** Runs every step as the runbook does: asked first, run, asked again. */
async function carryOut(root: string, task: Task): Promise<void> {
  for (const { id, run, check } of await stepsOf()) {
    if ((await shell(root, task, check)).code === 0) continue;
    const { code, stdout, stderr } = await shell(root, task, run);
    assert.equal(code, 0, `${id} of ${task}: ${stderr}`);
    assert.ok(stdout.length > 0, `${id} of ${task} says nothing`);
    assert.equal((await shell(root, task, check)).code, 0, `${id} of ${task} is not done by its own check`);
  }
}

const made = new Map<Task, string>();

/** What a task reports of the repository when nobody disturbs it: the same wherever it is made, so that it is made once. */
async function undisturbed(t: Cleanup, task: Task): Promise<string> {
  if (!made.has(task)) {
    const root = await repository(t);
    await carryOut(root, task);
    made.set(task, report(root, task));
  }
  return known(made.get(task), 'a report');
}

const report = (root: string, task: Task) => readFileSync(join(root, `docs/maintenance/${task}.md`), 'utf8');
const section = (text: string, title: string) => text.split(/^## /m).find((part) => part.startsWith(title)) ?? '';

/** One report for each task, made once for all tests. */
const expected: Readonly<Record<Task, (text: string) => void>> = {
  inventory: (text) => {
    assert.match(section(text, 'Languages'), /\| JavaScript \| 3 \| 6 \| \d+ \|/);
    assert.match(section(text, 'Languages'), /\| Shell \| 2 \| 6 \|/);
    assert.match(section(text, 'Languages'), /\| Image \| 1 \| 0 \| 5 \|/);
    assert.match(section(text, 'Folders'), /\| docs \| 3 \|/);
    assert.match(section(text, 'Files with the same content'), /2 times 6 bytes: copy\.txt, with space\.txt/);
    assert.match(section(text, 'Empty files'), /\(1\)\n\n~~~~text\nempty\.txt\n/);
  },
  links: (text) => {
    const broken = [
      'README.md:2: docs/gone.md is not there',
      'README.md:2: Docs/Guide.md is written docs/guide.md',
      'README.md:9: ../outside.md leaves the repository',
      'README.md:9: docs/guide lacks its .md',
      'README.md:9: nope.html is not there',
      'Übung.md:1: schön.md is not there',
    ];
    assert.equal(section(text, 'Broken links'), `Broken links (6)\n\n~~~~text\n${broken.join('\n')}\n~~~~\n\n<!-- the end of this report -->\n`);
  },
  markers: (text) => {
    assert.match(text, /^3 marks of unfinished work/m);
    assert.equal(
      section(text, 'Places').split('\n').slice(3, 6).join('\n'),
      [`run.sh:3: ${'<<<<<<'}< HEAD`, `src/app.js:2: // ${'TO'}DO: mend | this \`one\``, `src/good.py:2: # ${'XX'}X later, mktemp XXXXXX`].join('\n'),
    );
  },
  scripts: (text) => {
    const mistakes = section(text, 'Mistakes')
      .split('\n')
      .slice(3)
      .filter((line) => line.includes(': '));
    assert.deepEqual(
      mistakes.map((line) => line.split(':')[0]),
      ['data/broken.json', 'run.sh', 'src/broken.mjs', 'src/broken.py'],
    );
    assert.match(section(text, 'Checkers'), /bash -n: 1 files, 0 with a mistake/);
    assert.match(section(text, 'Checkers'), /node: 3 files, 1 with a mistake/);
  },
};

for (const task of taskNames) {
  test(`maintenance finds what there is to say of ${task}, commits that alone, and does the same again without a word (work 16)`, async (t) => {
    const root = await repository(t);
    await carryOut(root, task);
    const text = report(root, task);
    expected[task](text);
    assert.deepEqual((await git(root, 'log', '--format=%s %an %b', '-1')).split('\n'), [`docs: maintenance report on ${task} Toast Bead: ga-1`]);
    assert.equal(await git(root, '-c', 'core.quotePath=false', 'diff', '--name-only', 'HEAD~1'), `docs/maintenance/${task}.md`);
    assert.equal(await git(root, 'status', '--porcelain'), '', 'a program of the repository was run, or something was left');
    for (const { run } of await stepsOf()) assert.equal((await shell(root, task, run)).code, 0);
    assert.equal(report(root, task), text);
    assert.equal(await git(root, 'rev-list', '--count', 'HEAD'), '2');
    made.set(task, text);
  });
}

test('maintenance starts over nowhere: a later step in another worktree makes what it misses (work 16)', async (t) => {
  const root = await repository(t);
  const last = known((await stepsOf()).at(-1), 'a last step');
  assert.notEqual((await shell(root, 'links', last.check)).code, 0);
  assert.equal((await shell(root, 'links', last.run)).code, 0);
  assert.equal(report(root, 'links'), await undisturbed(t, 'links'));
  assert.equal((await shell(root, 'links', last.check)).code, 0);
});

test('maintenance looks anew at a tree that changed, and a report of before is not taken for one of now (work 16)', async (t) => {
  const root = await repository(t);
  await carryOut(root, 'links');
  writeFileSync(join(root, 'docs/gone.md'), 'found\n');
  await git(root, 'add', '-A');
  await git(root, 'commit', '-q', '-m', 'mended');
  for (const { id, check } of (await stepsOf()).slice(0, -1)) assert.notEqual((await shell(root, 'links', check)).code, 0, id);
  await carryOut(root, 'links');
  assert.match(report(root, 'links'), /Broken links \(5\)/);
  assert.equal(await git(root, 'rev-list', '--count', 'HEAD'), '4');
  assert.equal(readdirSync(join(root, '.git/baton-maintenance')).length, 1, 'what was worked out for the tree before is gone');
});

test('maintenance takes no file name and no setting for more than it is (work 16)', async (t) => {
  const root = await repository(t);
  for (const name of ['-rf.md', 'a=b.md', '$(touch pwned).md', 'tab\there.md', 'new\nline.md', '"quoted".md', "it's.sh", 'semi;colon.sh'])
    writeFileSync(join(root, name), `${'TO'}DO [x](gone.md)\n`);
  await git(root, 'add', '-A');
  await git(root, 'commit', '-q', '-m', 'odd');
  for (const [key, value] of [
    ['color.ui', 'always'],
    ['core.quotePath', 'true'],
    ['grep.lineNumber', 'true'],
    ['grep.patternType', 'fixed'],
    ['commit.gpgSign', 'true'],
    ['grep.column', 'true'],
  ] as const)
    await git(root, 'config', key, value);
  for (const task of taskNames) await carryOut(root, task);
  const links = report(root, 'links');
  for (const name of ['-rf.md', 'a=b.md', '$(touch pwned).md']) assert.ok(links.includes(`${name}:1: gone.md is not there`), name);
  assert.match(links, /; 3 links, submodules and oddly named files were not/);
  assert.equal(await git(root, 'status', '--porcelain'), '');
});

/** Programs that count themselves and, at the given count, kill everything that the step has started. */
function deadlyPath(t: Cleanup): { PATH: string; counter: string } {
  const dir = tempDir(t);
  const counter = join(dir, 'count');
  for (const name of ['git', 'awk', 'sort', 'mv', 'cp', 'cut', 'paste', 'tr', 'head', 'mkdir', 'cmp']) {
    const real = known(findProgram(name, environment.PATH), name);
    writeFileSync(
      join(dir, name),
      `#!/bin/sh\nread -r n < "${counter}" || n=0\nn=$((n + 1))\necho "$n" > "${counter}"\nif [ "$n" -ge "$KILL_AT" ]; then kill -9 0; fi\nexec "${real}" "$@"\n`,
    );
    chmodSync(join(dir, name), 0o755);
  }
  return { PATH: `${dir}:${environment.PATH}`, counter };
}

for (const { task, every } of [
  { task: 'links', every: 1 },
  { task: 'inventory', every: 4 },
  { task: 'markers', every: 4 },
  { task: 'scripts', every: 4 },
] as const) {
  test(`maintenance of ${task}, killed with all its children at every ${every === 1 ? '' : '4th '}command of every step, gives the report that it gives undisturbed (work 16)`, async (t) => {
    const root = await repository(t);
    const { PATH, counter } = deadlyPath(t);
    let kills = 0;
    for (const { id, run, check } of await stepsOf()) {
      for (let killAt = 1; ; killAt += every) {
        writeFileSync(counter, '0\n');
        const { code, signal, stderr } = await shell(root, task, run, { PATH, KILL_AT: String(killAt) });
        if (signal === null) {
          assert.equal(code, 0, `${id}: ${stderr}`);
          break;
        }
        assert.equal(signal, 'SIGKILL');
        kills += 1;
      }
      assert.equal((await shell(root, task, check)).code, 0, id);
    }
    assert.ok(kills >= 40 / every, `only ${kills} kills`);
    assert.equal(report(root, task), await undisturbed(t, task));
    assert.equal(await git(root, 'rev-list', '--count', 'HEAD'), '2');
    assert.equal(await git(root, 'status', '--porcelain'), '');
  });
}

test('maintenance commits after a git that was killed in the middle of its commit and left its locks (work 16)', async (t) => {
  const root = await repository(t);
  const steps = await stepsOf();
  for (const { run } of steps.slice(0, -1)) assert.equal((await shell(root, 'links', run)).code, 0);
  const hook = join(root, '.git/hooks/reference-transaction');
  writeFileSync(hook, '#!/bin/sh\nif [ "$1" = prepared ]; then rm "$0"; kill -9 0; fi\n');
  chmodSync(hook, 0o755);
  const last = known(steps.at(-1), 'a last step');
  assert.equal((await shell(root, 'links', last.run)).signal, 'SIGKILL');
  assert.ok(existsSync(join(root, '.git/index.lock')), 'this test needs a lock that was left');
  assert.notEqual((await shell(root, 'links', last.check)).code, 0);
  const { code, stdout, stderr } = await shell(root, 'links', last.run);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /removing the lock that a killed git left: .*index\.lock/);
  assert.equal(await git(root, 'rev-list', '--count', 'HEAD'), '2');
  assert.equal(await git(root, 'status', '--porcelain'), '');
});

test('maintenance says what is wrong where it cannot work (work 16)', async (t) => {
  const [first] = await stepsOf();
  const outside = await shell(tempDir(t), 'links', known(first, 'a step').run, { GIT_CEILING_DIRECTORIES: '/' });
  assert.match(outside.stderr, /not a git repository/);
  assert.notEqual(outside.code, 0);
});

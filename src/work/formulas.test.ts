import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { tempDir } from '#host/testing';
import { checkFormula, getFormula, listFormulas, showFormula } from './find-formula.ts';
import { fillText, readVars } from './formula-text.ts';
import type { Formula } from './model.ts';
import { readFormula } from './read-formula.ts';
import { is } from './testing.ts';

const read = (text: string, name = 'x') => readFormula({ text, file: `formulas/${name}.toml`, name });
const withSteps = (steps: string, head = '') => `formula = "x"\n${head}\n${steps}`;
const step = (id: string, more = '') => `[[steps]]\nid = "${id}"\n${more}\n`;

/** A town's folder with these formula files. */
function town(t: { after(end: () => void): void }, files: Readonly<Record<string, string>> = {}): { root: string } {
  const root = tempDir(t);
  mkdirSync(join(root, 'formulas'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'formulas', name), text);
  return { root };
}

test('a formula is read whole, with defaults for what it leaves out (work 10)', () => {
  const formula = read(`formula = "x"
description = "  Build it  "
version = 3
[vars]
speed = "slow"
[vars.task]
description = "what"
required = true
values = ["a", "b"]
[[steps]]
id = "one"
[[steps]]
id = "two"
title = "Second"
description = "for {{task}}"
needs = ["one"]
acceptance = "done"
run = "make"
check = "test -f out"
timeout = "5m"`);
  assert.deepEqual(formula, {
    name: 'x',
    description: 'Build it',
    version: '3',
    vars: {
      speed: { description: '', isRequired: false, default: 'slow', values: undefined },
      task: { description: 'what', isRequired: true, default: undefined, values: ['a', 'b'] },
    },
    steps: [
      { id: 'one', title: 'one', description: '', needs: [], acceptance: '', run: null, check: null, timeoutS: null },
      { id: 'two', title: 'Second', description: 'for {{task}}', needs: ['one'], acceptance: 'done', run: 'make', check: 'test -f out', timeoutS: 300 },
    ],
  });
});

test('a time limit is seconds, or a count of seconds, minutes or hours (work 10)', () => {
  const timeout = (value: string) => read(withSteps(step('a', `timeout = ${value}`))).steps[0]?.timeoutS;
  assert.deepEqual(['90', '"90"', '"90s"', '"5m"', '"2h"'].map(timeout), [90, 90, 90, 300, 7200]);
});

const unsound: [string, string, RegExp][] = [
  ['an unknown key', withSteps(step('a', 'runn = "x"')), /step "a": unknown key "runn" \(did you mean "run"\?\)/],
  ['an unknown key at the top', withSteps(step('a'), 'extends = "y"'), /unknown key "extends"/],
  ['a key of the wrong type', withSteps(step('a', 'run = 3')), /step "a": "run" = 3 is not text/],
  ['an id that is no name', withSteps(step('A b')), /step "A b": "id" = "A b" is no name/],
  ['an id that climbs', withSteps(step('../a')), /"id" = "\.\.\/a" is no name/],
  ['a step without an id', withSteps('[[steps]]\ntitle = "t"'), /step "number 1": "id" is missing/],
  ['two steps of one id', withSteps(step('a') + step('b') + step('a')), /step "a": the id "a" is given twice/],
  ['an unknown need', withSteps(step('build') + step('b', 'needs = ["biuld"]')), /step "b": needs "biuld", which is no step \(did you mean "build"\?\)/],
  ['a need given twice', withSteps(step('a') + step('b', 'needs = ["a", "a"]')), /step "b": needs "a" twice/],
  ['a step that needs itself', withSteps(step('a', 'needs = ["a"]')), /circle: a → a/],
  [
    'a circle',
    withSteps(step('a', 'needs = ["c"]') + step('b', 'needs = ["a"]') + step('c', 'needs = ["b"]')),
    /step "a": its needs go round in a circle: a → c → b → a/,
  ],
  ['no steps', 'formula = "x"', /"steps" is missing/],
  ['an empty list of steps', 'formula = "x"\nsteps = []', /"steps" = \[\] is empty/],
  ["a name that is not its file's", 'formula = "y"\n[[steps]]\nid = "a"', /"formula" = "y" does not fit the file's name: it must be "x"/],
  ['a time limit that is none', withSteps(step('a', 'timeout = "soon"')), /step "a": "timeout" = "soon" is no time limit/],
  ['a time limit of nothing', withSteps(step('a', 'timeout = 0')), /step "a": "timeout" = 0 is no time limit/],
  ['an empty command', withSteps(step('a', 'run = " "')), /step "a": "run" = " " is empty/],
  [
    'a variable spliced into run',
    withSteps(step('a', 'run = "rm {{ task }}"'), '[vars]\ntask = ""'),
    /step "a": "run" = "rm \{\{ task \}\}" has a variable in a command/,
  ],
  ['a variable spliced into check', withSteps(step('a', 'check = "test -f {{task}}"'), '[vars]\ntask = ""'), /"check" = .* has a variable in a command/],
  [
    'a variable that nobody gives',
    withSteps(step('a', 'title = "for {{tasc}}"'), '[vars]\ntask = ""'),
    /step "a": asks for the variable "tasc", which \[vars\] does not have \(did you mean "task"\?\)/,
  ],
  ['a variable that is no name', withSteps(step('a'), '[vars]\n"Pa th" = ""'), /variable "Pa th": a name is/],
  ["a variable of Baton's own", withSteps(step('a'), '[vars]\nbead = ""'), /variable "bead" is given by Baton itself/],
  ['a default that is no value', withSteps(step('a'), '[vars.t]\nvalues = ["a"]\ndefault = "b"'), /its default "b" is none of its values/],
  ['no TOML', 'formula = = "x"', /line 1, column 11/],
];

for (const [what, text, words] of unsound) {
  test(`${what} is refused with file, step and value (work 10)`, () => {
    assert.throws(
      () => read(text),
      (error) => is('invalid', words)(error) && isFault(error) && error.message.includes('"formulas/x.toml"'),
    );
  });
}

test('all problems of a formula are told at once (work 10)', () => {
  const text = withSteps(step('a', 'needs = ["z"]') + step('b', 'description = "{{q}}"'));
  assert.throws(
    () => read(text),
    (error) => isFault(error) && (error.details?.problems as unknown[] | undefined)?.length === 2,
  );
});

test("the town's formula goes before the built-in one, under both forms of its file name, and an alias finds either (work 10)", async (t) => {
  const own = (name: string, description: string) => `formula = "${name}"\ndescription = "${description}"\n[[steps]]\nid = "only"\n`;
  const place = town(t, { 'tdd.toml': own('tdd', 'ours'), 'deploy.formula.toml': own('deploy', 'out'), 'notes.txt': 'no formula' });
  assert.equal((await getFormula(place, 'tdd')).description, 'ours');
  const shown = await showFormula(place, 'deploy');
  assert.deepEqual([shown.source, shown.file, shown.formula.name], ['town', 'formulas/deploy.formula.toml', 'deploy']);
  const alias = await showFormula(place, 'mol-polecat-work');
  assert.deepEqual(
    [alias.source, alias.formula.name, alias.formula.steps.map(({ id }) => id)],
    ['built-in', 'mol-polecat-work', ['load-context', 'implement', 'test', 'submit']],
  );
  writeFileSync(join(place.root, 'formulas', 'work.toml'), own('work', 'our work'));
  assert.equal((await getFormula(place, 'mol-polecat-work')).description, 'our work');
  assert.deepEqual(
    (await listFormulas(place)).map(({ name, source }) => `${name} ${source}`),
    ['deploy town', 'maintenance built-in', 'tdd town', 'work town'],
  );
});

test('a formula is looked for in formulas/ and nowhere else (work 10)', async (t) => {
  const place = town(t);
  writeFileSync(join(place.root, 'secret.toml'), 'formula = "secret"\n[[steps]]\nid = "a"\n');
  for (const name of ['../secret', '/etc/passwd', 'a/b', '', '.', '..', 'Work', 'x'.repeat(65)])
    await assert.rejects(getFormula(place, name), is('invalid', /no name of a formula/));
  await assert.rejects(getFormula(place, 'secret'), is('not-found', /"secret"/));
  await assert.rejects(getFormula(place, 'maintenence'), (error) => isFault(error, 'not-found') && error.hint === 'did you mean "maintenance"?');
  await assert.rejects(getFormula({ root: join(place.root, 'gone') }, 'nope'), is('not-found', /"nope"/));
});

test('an unsound file is listed with its fault, one that cannot be read is no missing one (work 10)', async (t) => {
  const place = town(t, { 'bad.toml': 'formula = "bad"', 'Odd Name.toml': 'formula = "odd"' });
  const listed = await listFormulas(place);
  assert.deepEqual(
    listed.filter(({ fault }) => fault !== undefined).map(({ name }) => name),
    ['Odd Name', 'bad'],
  );
  const checked = await checkFormula(place, 'bad');
  assert.match(checked.kind === 'unsound' ? checked.fault.message : '', /"steps" is missing/);
  assert.equal((await checkFormula(place, 'work')).kind, 'sound');
  mkdirSync(join(place.root, 'formulas', 'folder.toml'));
  await assert.rejects(getFormula(place, 'folder'), is('unavailable', /EISDIR/));
});

test('every built-in formula is sound, and those for agents run nothing (work 10)', async (t) => {
  const listed = await listFormulas(town(t));
  assert.deepEqual(
    listed.map(({ name }) => name),
    ['maintenance', 'tdd', 'work'],
  );
  for (const { name, fault, formula } of listed) {
    assert.equal(fault, undefined);
    for (const { run, check } of formula?.steps ?? []) assert.equal(run !== null && check !== null, name === 'maintenance');
  }
});

const formula: Formula = {
  name: 'x',
  description: '',
  version: '1',
  vars: {
    task: { description: 'what to look at', isRequired: true, default: undefined, values: ['a', 'b'] },
    speed: { description: '', isRequired: true, default: 'slow', values: undefined },
    free: { description: '', isRequired: false, default: undefined, values: undefined },
  },
  steps: [],
};
const implied = { bead: 'ga-1', bead_title: 'T', rig: 'app' };

test('variables are those given, the defaults and the implied ones; missing, unknown and unfit ones are named (work 11)', () => {
  assert.deepEqual(readVars(formula, { task: 'a' }, implied), { task: 'a', speed: 'slow', free: '', ...implied });
  assert.throws(
    () => readVars(formula, {}, implied),
    (error) => is('invalid', /needs "task"/)(error) && isFault(error) && error.hint === 'give `--var task=…` (what to look at: a | b)',
  );
  assert.throws(
    () => readVars(formula, { tsk: 'a' }, implied),
    (error) => is('invalid', /no variable "tsk"/)(error) && isFault(error) && error.hint === 'did you mean "task"?',
  );
  assert.throws(() => readVars(formula, { task: 'c' }, implied), is('invalid', /"task" of formula "x" cannot be "c"/));
  assert.throws(() => readVars(formula, { task: 'a', bead: 'other' }, implied), is('invalid', /no variable "bead"/));
  assert.throws(() => readVars(formula, { task: 'a', free: 'a\0b' }, implied), is('invalid', /NUL/));
});

test('text gets its variables once, and what their values hold is not looked into (work 11)', () => {
  const vars = { task: '{{speed}} $(rm -rf /)', speed: 'slow' };
  assert.equal(fillText('{{task}}, {{ speed }}, {{other}}, {{.Go}}', vars), '{{speed}} $(rm -rf /), slow, {{other}}, {{.Go}}');
});

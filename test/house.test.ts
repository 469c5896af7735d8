import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { formatFinding, type House, judgeHouse, type Tree } from './support/house.ts';

const root = resolve(import.meta.dirname, '..');
const house = JSON.parse(readFileSync(join(root, 'house.json'), 'utf8')) as House;

test('the house stands as house.json says', () => {
  const paths = globSync(['src/**/*.ts', 'src/**/README.md', 'test/**/*.ts', 'bench/**/*.ts'], { cwd: root });
  const tree = Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  assert.ok(tree['src/base/index.ts'], 'the tree is there');
  assert.equal(findings(tree).join('\n'), '');
});

test('every room in house.json stands on one line, and whoever may use only some doors is a room', () => {
  const rooms = house.levels.flat();
  assert.equal(new Set(rooms).size, rooms.length);
  assert.deepEqual(
    Object.keys(house.only).filter((room) => !rooms.includes(room)),
    [],
  );
});

/** A sound tree of five rooms: each case below changes one thing in it. */
const sound: Tree = {
  'src/base/README.md': '1. It holds.\n',
  'src/base/index.ts': "export { assert } from './assert.ts';\n",
  'src/base/assert.ts': 'export function assert(claim: unknown): void { if (!claim) throw new Error(); }\n',
  'src/store/README.md': '# store\n\n1. One.\n2. Two.\n',
  'src/store/index.ts': "import { readFileSync } from 'node:fs';\nexport const read = () => readFileSync('x');\nexport const nowMs = () => Date.now();\n",
  'src/store/model.ts':
    "import type { Generated } from 'kysely';\nimport { assert } from '#base';\nexport interface Row { readonly Date: Generated<number> }\nexport { assert };\n",
  'src/store/testing.ts': "import { read } from './index.ts';\nexport const fake = read;\n",
  'src/work/README.md': '1. One.\n',
  'src/work/index.ts':
    "import { read } from '#store';\nimport type { Row } from '#store/model';\nexport { plan } from './rules.ts';\nexport const see = (row: Row) => [row, read()];\n",
  'src/work/rules.ts':
    "import { three } from './pane.ts';\nimport type { Row } from '#store/model';\nexport const plan = (row: Row) => [row.Date, Math.max(1, 2), three];\n",
  'src/work/pane.ts': 'export const three = 3;\n',
  'src/work/index.test.ts':
    "import { test } from 'node:test';\nimport { fake } from '#store/testing';\ntest('a bead is hooked once (work 1, store 1, 2)', () => { fake(); new Date(); });\ntest('a step of two words (step 9)', () => {});\n",
  'src/app/README.md': '1. One.\n',
  'src/app/index.ts': "import { see } from '#work';\nexport const app = () => ({ see });\n",
  'src/cli/README.md': '1. One.\n',
  'src/cli/main.ts': "import { app } from '#app';\nimport type { Row } from '#store/model';\nexport const row = (row: Row) => row;\napp();\n",
  'src/runbook/README.md': '1. One.\n',
  'src/runbook/main.ts': "import { assert } from '#base';\nimport { spawn } from 'node:child_process';\nassert(spawn);\n",
  'test/whole.test.ts': "import { app } from '#app';\nimport './support/x.ts';\napp();\n",
};

test('a sound tree has no finding', () => {
  assert.deepEqual(findings(sound), []);
});

/** Lines are added to a file of the sound tree, or a file is added to it; then exactly the named rules are broken there. */
const violations: readonly [name: string, file: string, text: string, ...rules: string[]][] = [
  ['a folder of src that is no room', 'src/attic/index.ts', 'export {};', 'src/attic room', 'src/attic readme'],
  ['a file in src itself', 'src/loose.ts', 'export {};', 'room'],
  ['an import of a room that is not there', 'src/work/index.ts', "import '#attic';", 'room'],
  ['a relative import that leaves the room', 'src/work/index.ts', "import { read } from '../store/index.ts';", 'door'],
  ['a side-effect import that leaves the room', 'src/work/index.ts', "import '../store/index.ts';", 'door'],
  ['a re-export that leaves the room', 'src/work/index.ts', "export * from '../store/model.ts';", 'door'],
  ['a type import that leaves the room', 'src/work/index.ts', "import type { Row } from '../store/model.ts';", 'door'],
  ['a dynamic import that leaves the room', 'src/work/index.ts', "export const load = () => import('../store/index.ts');", 'door'],
  ['a require that leaves the room', 'src/work/index.ts', "export const load = () => require('../store/index.ts');", 'door'],
  ['an import type that leaves the room', 'src/work/index.ts', "export type R = import('../store/model.ts').Row;", 'door'],
  ['a test that leaves its room', 'src/work/index.test.ts', "import '../store/index.ts';", 'door'],
  ['a relative import out of src', 'src/work/index.ts', "import '../../test/support/x.ts';", 'door'],
  ['a dynamic import of a computed text', 'src/work/index.ts', "export const load = (name: string) => import('./' + name);", 'door'],
  ['a back door', 'src/work/index.ts', "import '#store/index';", 'door'],
  ['the room’s own door', 'src/work/index.ts', "import '#work/model';", 'door'],
  ['an absolute path', 'src/work/index.ts', "import '/etc/x.ts';", 'door'],
  ['fakes in the product', 'src/work/index.ts', "import { fake } from '#store/testing';", 'door'],
  ['a scenario test that enters a room by a window', 'test/whole.test.ts', "import '../src/work/pane.ts';", 'door'],
  ['an import uphill', 'src/store/index.ts', "import '#work';", 'downhill'],
  ['an import of types uphill', 'src/store/index.ts', "import type { Plan } from '#work/model';", 'downhill'],
  ['a re-export uphill', 'src/store/index.ts', "export * from '#work';", 'downhill'],
  ['a dynamic import uphill', 'src/store/index.ts', "export const load = () => import('#work');", 'downhill'],
  ['a require uphill', 'src/store/index.ts', "export const load = () => require('#work');", 'downhill'],
  ['an import along the line', 'src/store/index.ts', "import '#git';", 'downhill'],
  ['a test that imports uphill', 'src/store/x.test.ts', "import '#work/testing';", 'downhill'],
  ['a surface that reaches for the store', 'src/cli/main.ts', "import { read } from '#store';", 'only'],
  ['a surface that loads the store', 'src/cli/main.ts', "export const load = () => import('#store');", 'only'],
  ['a runbook that speaks to App', 'src/runbook/main.ts', "import '#app';", 'only'],
  ['a runbook that uses another model than the runtimes’', 'src/runbook/main.ts', "import '#store/model';", 'only'],
  ['a pure file that imports Node', 'src/work/rules.ts', "import { join } from 'node:path';", 'pure'],
  ['a pure file that imports a type of Node', 'src/work/rules.ts', "import type { Stats } from 'node:fs';", 'pure'],
  ['a pure file that imports a package', 'src/store/model.ts', "import { sql } from 'kysely';", 'pure'],
  ['a pure file that imports a whole room', 'src/work/rules.ts', "import { read } from '#store';", 'pure'],
  ['a file under a rule that imports Node', 'src/work/pane.ts', "import { join } from 'node:path';", 'pure'],
  ['a clock in a pure file', 'src/work/rules.ts', 'export const now = () => Date.now();', 'pure'],
  ['a Date as a type in a pure file', 'src/work/rules.ts', 'export type When = Date;', 'pure'],
  ['chance in a pure file', 'src/work/rules.ts', 'export const roll = () => Math.random();', 'pure'],
  ['chance taken out of Math in a pure file', 'src/work/rules.ts', 'export const { random } = Math;', 'pure'],
  ['a performance clock in a pure file', 'src/base/assert.ts', 'export const now = () => performance.now();', 'pure'],
  ['crypto in a pure file', 'src/base/assert.ts', 'export const id = () => crypto.randomUUID();', 'pure'],
  ['the environment in a pure file', 'src/base/assert.ts', 'export const home = () => process.env;', 'pure'],
  ['a console in a pure file', 'src/base/assert.ts', 'export const say = () => console.log(1);', 'pure'],
  ['a way around by globalThis', 'src/base/assert.ts', 'export const now = () => globalThis["Date"].now();', 'pure'],
  ['a call at import time', 'src/work/index.ts', 'see({ Date: 1 });', 'effect'],
  ['a loop at import time', 'src/work/index.ts', 'for (const x of [1]) see(x);', 'effect'],
  ['respawn-pane -k in an argv', 'src/store/index.ts', "export const argv = ['respawn-pane', '-t', '%1', '-k'];", 'killing'],
  ['pkill', 'src/store/index.ts', "export const argv = ['pkill', '-f', 'baton'];", 'killing'],
  ['killall in a line of shell', 'src/store/index.ts', "export const line = 'killall node';", 'killing'],
  ['a server that is ended outside of the room tmux', 'src/store/index.ts', "export const argv = ['kill-server'];", 'killing'],
  ['a marker of unfinished work', 'src/work/pane.ts', '// TODO: more', 'marker'],
  ['another marker', 'src/work/pane.ts', '/* FIXME */', 'marker'],
  ['a name that says nothing', 'src/work/bead-manager.ts', 'export {};', 'name'],
  ['a folder that says nothing', 'src/work/utils/x.ts', 'export {};', 'name'],
  ['a name that is not kebab-case', 'src/work/hookBead.ts', 'export {};', 'name'],
  ['a promise that is not made', 'src/work/index.test.ts', "test('a bead is hooked twice (work 7)', () => {});", 'promise'],
  ['a promise that another room does not make', 'src/work/index.test.ts', "test.skip('a bead (work 1, store 9)', () => {});", 'promise'],
  ['a promise cited by a nested test', 'src/work/index.test.ts', `test('x', (t) => t.test(\`a bead \${1} (work 8)\`, () => {}));`, 'promise'],
];

for (const [name, file, text, ...rules] of violations) {
  test(`the house test finds ${name}`, () => {
    const tree = { ...sound, [file]: `${sound[file] ?? ''}${text}\n` };
    const expected = rules.map((rule) => (rule.startsWith('src/') ? rule : `${file} ${rule}`));
    assert.deepEqual(
      findings(tree).map((finding) => finding.replace(/^([^ ]+?)(:\d+)? (\w+): .*$/s, '$1 $3')),
      expected,
    );
  });
}

test('the house test finds a room without README, promise or door', () => {
  const { 'src/work/README.md': _readme, 'src/app/index.ts': _door, ...rest } = sound;
  assert.deepEqual(
    findings({ ...rest, 'src/store/README.md': 'No promise.\n', 'src/work/index.test.ts': '', 'src/cli/main.ts': '', 'test/whole.test.ts': '' }),
    [
      'src/app room: the room has neither a door (index.ts) nor, as a program, a main.ts',
      'src/store/README.md readme: it has no numbered promise ("1. …")',
      'src/work readme: the room has no README.md',
    ],
  );
});

test('the room tmux may end its server and an exact session, and nothing by a bare name', () => {
  const tmux = (line: string) => findings({ ...sound, 'src/tmux/README.md': '1. One.\n', 'src/tmux/index.ts': `export const argv = ${line};\n` }).length;
  assert.equal(tmux("['kill-server']"), 0);
  assert.equal(tmux("['kill-session', '-t', '=gt-Toast']"), 0);
  assert.equal(tmux("['kill-session', '-t', 'gt-To']"), 1);
  assert.equal(tmux("['kill-session', '-a', '-t', '$1']"), 1);
  assert.equal(tmux("'respawn-pane -k'"), 1);
});

test('a word of code in a string is no marker, and a name that the file declares is no global', () => {
  const text = "export const scan = 'TODO|FIXME';\nexport const end = (process: number, { console }: { console: number }) => process + console;\n";
  assert.deepEqual(findings({ ...sound, 'src/work/pane.ts': `${text}export const three = 3;\n` }), []);
});

test('an exception excuses its rule in its file, and one that excuses nothing is found', () => {
  const tree = { ...sound, 'src/work/pane.ts': 'export const three = () => Date.now();\n' };
  const exception = { rule: 'pure', file: 'src/work/pane.ts', why: 'for the test' } as const;
  assert.deepEqual(findings(tree, { ...house, exceptions: [exception] }), []);
  assert.equal(findings(tree, { ...house, exceptions: [{ ...exception, file: 'src/work/rules.ts' }] }).length, 2);
});

function findings(tree: Tree, by: House = house): string[] {
  return judgeHouse(by, tree).map(formatFinding);
}

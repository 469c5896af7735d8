import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { minute } from '#base';
import { type ProgramResult, runProgram } from '#host';
import { tempDir } from '#host/testing';

const installer = resolve(import.meta.dirname, '../../tools/install-agents.mjs');

const list = JSON.parse(readFileSync(resolve(import.meta.dirname, '../agents/agents.json'), 'utf8')) as { pi: { packages: Record<string, string> } };
const [version = ''] = Object.values(list.pi.packages);
const name = `pi-${version}`;

/** An npm that knows no registry: its install puts the program into place after it has said so in a file. */
const npm = `#!/bin/sh
[ "$1" = install ] || exit 0
echo installed >> "$TMPDIR/installed"
mkdir -p "$3/node_modules/.bin"
printf '#!/bin/sh\\necho 1.0\\n' > "$3/node_modules/.bin/pi"
chmod +x "$3/node_modules/.bin/pi"
`;

interface Place {
  readonly agents: string;
  readonly install: (more?: Readonly<Record<string, string>>) => Promise<ProgramResult>;
  readonly installs: () => number;
}

function makePlace(t: TestContext, script = npm): Place {
  const dir = tempDir(t);
  for (const folder of ['bin', 'agents']) mkdirSync(join(dir, folder));
  if (script !== '') writeFileSync(join(dir, 'bin/npm'), script, { mode: 0o700 });
  const agents = join(dir, 'agents');
  const path = `${join(dir, 'bin')}${delimiter}${process.env.PATH}`;
  const env = { PATH: path, HOME: dir, TMPDIR: dir, BATON_AGENTS_DIR: agents, npm_config_cache: join(dir, 'cache') };
  const request = { cwd: dir, input: '', timeoutMs: 2 * minute, outputBytesMax: 1_000_000 };
  return {
    agents,
    install: (more = {}) => runProgram({ ...request, env: { ...env, ...more } }, [process.execPath, installer, 'pi']),
    installs: () => readFileSync(join(dir, 'installed'), 'utf8').trimEnd().split('\n').length,
  };
}

test('an agent is installed once, by one of two at once, beside what a killed install left; what is there is not asked for again', async (t) => {
  const { agents, install, installs } = makePlace(t);
  mkdirSync(join(agents, `${name}.aside.1/node_modules`), { recursive: true });
  for (const { code, stdout, stderr } of [...(await Promise.all([install(), install()])), await install()]) {
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `pi ${version}  ${join(agents, name, 'node_modules/.bin/pi')}\n`);
  }
  assert.equal(installs(), 1);
  assert.deepEqual(readdirSync(agents), [name]);
});

test('an agent that does not start is not installed, and the reason is told', async (t) => {
  const { agents, install } = makePlace(t, npm.replace('echo 1.0', 'echo broken; exit 7'));
  const { code, stderr } = await install();
  assert.equal(code, 1);
  assert.match(stderr, /pi was installed, but .*--version" ends with 7:\nbroken/);
  assert.deepEqual(readdirSync(agents), []);
});

test('where no registry answers, that is said in a sentence, and the exit code is 3', async (t) => {
  const { agents, install } = makePlace(t, '');
  const { code, stdout } = await install({ npm_config_registry: 'http://127.0.0.1:9/' });
  assert.deepEqual([code, stdout], [3, "pi is not installed, and the npm registry can't be reached or does not give it\n"]);
  assert.deepEqual(readdirSync(agents), []);
});

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '#host';
import { tempDir } from '#host/testing';
import { townPaths } from '#town/model';
import { isFaultWith } from '#town/testing';
import { installPrograms } from './install-programs.ts';
import { fakePrograms } from './testing.ts';

const env = { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? '' };

/** Installs in a process of its own; `fault` arms fault points in it. */
function installApart(root: string, dir: string, fault = '') {
  const script = `const { installPrograms } = await import(${JSON.stringify(import.meta.resolve('./install-programs.ts'))});
const { townPaths } = await import('#town/model');
installPrograms({ paths: townPaths(${JSON.stringify(root)}), programs: { node: process.execPath, dir: ${JSON.stringify(dir)} } });`;
  return runProgram({ cwd: import.meta.dirname, env: { ...env, BATON_FAULT: fault } }, [process.execPath, '--input-type=module', '-e', script]);
}

test('programs are copied by version and hash, and `baton` runs that copy (app 1)', async (t) => {
  const dir = tempDir(t);
  const paths = townPaths(join(dir, "it's a town"));
  const programs = fakePrograms(join(dir, 'dist'));
  const installed = installPrograms({ paths, programs });
  assert.equal(installed.dir, join(paths.bin, `1.0.0-${'a'.repeat(12)}`));
  assert.deepEqual(readdirSync(installed.dir).sort(), ['baton.cjs', 'daemon.cjs', 'version.json']);
  assert.equal(statSync(paths.bin).mode & 0o777, 0o700);
  const said = await runProgram({ env }, [join(paths.bin, 'baton'), 'hook', "it's"]);
  assert.equal(said.stdout, "baton 1.0.0 hook it's\n");
  assert.deepEqual(installPrograms({ paths, programs: installed }), installed, 'whoever runs the copy has nothing to copy');
});

test('what the programs were compiled to is copied with them, but for what is being written (app 1)', (t) => {
  const dir = tempDir(t);
  const programs = fakePrograms(join(dir, 'dist'));
  const compiled = join(programs.dir, 'compiled');
  mkdirSync(compiled);
  for (const name of ['a-v24.0.0-mail-check', 'a-v24.0.0-hook.1234']) writeFileSync(join(compiled, name), name);
  const { dir: installed } = installPrograms({ paths: townPaths(join(dir, 'town')), programs });
  assert.deepEqual(readdirSync(join(installed, 'compiled')), ['a-v24.0.0-mail-check']);
  assert.equal(readFileSync(join(installed, 'compiled', 'a-v24.0.0-mail-check'), 'utf8'), 'a-v24.0.0-mail-check');
});

test('another build is another copy, and the one that live panes run stays as it is (app 1)', (t) => {
  const dir = tempDir(t);
  const paths = townPaths(join(dir, 'town'));
  const first = installPrograms({ paths, programs: fakePrograms(join(dir, 'dist')) });
  const second = installPrograms({ paths, programs: fakePrograms(join(dir, 'dist'), { version: '1.1.0', hash: 'b'.repeat(40) }) });
  assert.notEqual(first.dir, second.dir);
  assert.deepEqual(readdirSync(first.dir), readdirSync(second.dir));
  assert.match(installedBaton(paths.bin), /1\.1\.0-b{12}\/baton\.cjs/);
});

test('many that install at once make one whole copy (app 1)', async (t) => {
  const dir = tempDir(t);
  const paths = townPaths(join(dir, 'town'));
  const { dir: dist } = fakePrograms(join(dir, 'dist'));
  const ended = await Promise.all(Array.from({ length: 6 }, () => installApart(paths.root, dist)));
  assert.deepEqual(
    ended.map(({ code }) => code),
    Array(6).fill(0),
    ended.map(({ stderr }) => stderr).join(''),
  );
  assert.deepEqual(readdirSync(paths.bin).sort(), [`1.0.0-${'a'.repeat(12)}`, 'baton', 'signal']);
});

test('a copy that was killed is made anew, and what it left is removed; one that is being made is not (app 1)', async (t) => {
  const dir = tempDir(t);
  const paths = townPaths(join(dir, 'town'));
  const programs = fakePrograms(join(dir, 'dist'));
  for (const point of ['install.copy.before', 'install.copy.after']) {
    assert.equal((await installApart(paths.root, programs.dir, `${point}=kill`)).signal, 'SIGKILL');
    assert.ok(!existsSync(join(paths.bin, `1.0.0-${'a'.repeat(12)}`)), point);
  }
  const living = join(paths.bin, `2.0.0-x.${process.ppid}.tmp`);
  mkdirSync(living);
  const { dir: installed } = installPrograms({ paths, programs });
  assert.ok(existsSync(join(installed, 'baton.cjs')));
  assert.deepEqual(
    readdirSync(paths.bin).filter((name) => name.endsWith('.tmp')),
    [living.split('/').at(-1)],
  );
});

test('where nothing is built, it says how to build (app 1)', (t) => {
  const dir = tempDir(t);
  writeFileSync(join(dir, 'daemon.cjs'), '');
  assert.throws(
    () => installPrograms({ paths: townPaths(join(dir, 'town')), programs: { node: process.execPath, dir } }),
    isFaultWith('unavailable', dir, 'npm run build'),
  );
});

function installedBaton(bin: string): string {
  return readFileSync(join(bin, 'baton'), 'utf8');
}

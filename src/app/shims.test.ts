import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runProgram } from '#host';
import { loadSettings } from '#town';
import { isFaultWith } from '#town/testing';
import { installShims, installTownShims, planTownShims, removeShims, shimNames } from './shims.ts';
import { appTown, fakePrograms } from './testing.ts';

async function givenTown(t: TestContext) {
  const town = await appTown(t);
  const bin = join(town.dir, 'mine');
  mkdirSync(bin);
  mkdirSync(town.paths.bin, { recursive: true });
  const deps = { ...town, env: { ...town.env, PATH: `${bin}:${town.env.PATH}` }, programs: fakePrograms(join(town.dir, 'dist')) };
  const withMode = (mode: string) => {
    writeFileSync(town.paths.settings, `shims = "${mode}"\n`);
    return { ...deps, settings: loadSettings({}, town.root) };
  };
  return { deps, bin, withMode };
}

function writeReal(path: string): void {
  writeFileSync(path, '#!/bin/sh\necho real\n');
  chmodSync(path, 0o755);
}

test("sessions have the seeds' names, and each says as whom it was called (app 54)", async (t) => {
  const { deps } = await givenTown(t);
  assert.deepEqual(installTownShims(deps).written, [...shimNames]);
  for (const name of shimNames) {
    const said = await runProgram({ env: { PATH: process.env.PATH ?? '' } }, [join(deps.paths.bin, name), 'a b', '$c']);
    assert.equal(said.stdout, `baton 1.0.0 --as=${name} a b $c\n`);
  }
});

test('a real program stays in its place unless forced, and `off` takes ours away (app 54)', async (t) => {
  const { deps, bin, withMode } = await givenTown(t);
  writeReal(join(bin, 'bd'));
  const there = () => readdirSync(deps.paths.bin).sort();
  assert.deepEqual(installTownShims(deps).left, [{ name: 'bd', path: join(bin, 'bd') }]);
  assert.deepEqual(there(), ['gt', 'gt-automonitor', 'term-llm']);
  installTownShims(withMode('force'));
  assert.deepEqual(there(), ['bd', 'gt', 'gt-automonitor', 'term-llm']);
  assert.match(readFileSync(join(deps.paths.bin, 'bd'), 'utf8'), /--as=bd:force /);
  installTownShims(withMode('auto'));
  assert.deepEqual(there(), ['gt', 'gt-automonitor', 'term-llm']);
  writeReal(join(deps.paths.bin, 'gt'));
  installTownShims(withMode('off'));
  assert.deepEqual(there(), ['gt'], 'what is none of ours is left');
});

test("shims on a person's PATH are put and taken away whole, and count for nothing in a town (app 54)", async (t) => {
  const { deps, bin } = await givenTown(t);
  const installed = installShims(deps, bin);
  assert.deepEqual([installed.isOnPath, readdirSync(bin).sort()], [true, [...shimNames].sort()]);
  assert.deepEqual(planTownShims(deps).left, []);
  installShims(deps, bin);
  assert.equal(removeShims(deps, bin).removed.length, 4);
  assert.deepEqual(readdirSync(bin), []);
  assert.deepEqual(removeShims(deps, bin).removed, []);
  writeReal(join(bin, 'gt'));
  assert.throws(() => installShims(deps, bin), isFaultWith('conflict', join(bin, 'gt'), 'nothing was written'));
  assert.deepEqual(readdirSync(bin), ['gt']);
  removeShims(deps, bin);
  assert.ok(existsSync(join(bin, 'gt')));
  const other = installShims(deps, join(deps.dir, 'new'));
  assert.deepEqual([other.isOnPath, other.hidden], [false, [join(bin, 'gt')]]);
});

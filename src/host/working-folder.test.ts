import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempDir } from './testing.ts';

test('a process whose folder was removed under it works all the same (host 15)', (t) => {
  const dir = tempDir(t);
  const program = join(dir, 'program.cjs');
  writeFileSync(program, `console.log(require(${JSON.stringify(join(import.meta.dirname, 'working-folder.ts'))}).workingFolder(process.env));`);
  const run = (before: string) =>
    execFileSync('/bin/sh', ['-c', `cd "$0" && mkdir in && cd in ${before} && exec "$1" "$2"`, dir, process.execPath, program], { env: {}, encoding: 'utf8' });
  assert.equal(run('').trim(), join(dir, 'in'));
  execFileSync('rmdir', [join(dir, 'in')]);
  assert.equal(run('&& rmdir ../in').trim(), join(dir, 'in'), 'as the shell remembers it');
});

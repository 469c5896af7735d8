import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { tempDir } from '#host/testing';
import { getTmux } from './get-tmux.ts';

test('a missing tmux and a too old one are faults that say what to install (tmux 13)', async (t) => {
  const dir = tempDir(t);
  const env = { PATH: dir };
  const says = (text: string) => writeFileSync(join(dir, 'tmux'), `#!/bin/sh\necho "${text}"\n`, { mode: 0o755 });
  await assert.rejects(getTmux(env), (error) => isFault(error, 'unavailable') && /apt-get install tmux/.test(error.hint ?? ''));
  says('tmux 3.1c');
  await assert.rejects(getTmux(env), (error) => isFault(error, 'unsupported') && /3\.1c.*3\.2/.test(error.message));
  says('tmux 3.4');
  assert.deepEqual(await getTmux(env), { program: join(dir, 'tmux'), version: { major: 3, minor: 4, text: '3.4' } });
  says('tmux master');
  assert.equal((await getTmux(env)).version, undefined);
});

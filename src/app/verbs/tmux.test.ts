import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { findProcessesByEnvironment } from '#host';
import { appTown } from '../testing.ts';
import { tmuxVerbs } from './tmux.ts';

test("a person's line to the town's tmux begins no server, whose settings would be the person's (tmux 4)", async (t) => {
  const town = await appTown(t);
  const env = { ...town.env, TMUX_TMPDIR: town.dir };
  const [program = '', ...words] = tmuxVerbs({ ...town, env }).argv(['new-session', '-d', 'sleep 60']);
  const { status, stderr } = spawnSync(program, words, { env, encoding: 'utf8' });
  assert.deepEqual([status, /error connecting/.test(stderr)], [1, true], stderr);
  assert.deepEqual(findProcessesByEnvironment({ TMUX_TMPDIR: town.dir }), []);
});

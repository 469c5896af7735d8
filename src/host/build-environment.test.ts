import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildEnvironment } from './build-environment.ts';

const kept = { PATH: '/bin', HOME: '/root', LC_ALL: 'C', XDG_RUNTIME_DIR: '/run', SSL_CERT_FILE: '/c', BATON_FAULT: 'a=kill', TMUX_TMPDIR: '/t' };
const dropped = {
  GITHUB_TOKEN: 's',
  ANTHROPIC_API_KEY: 's',
  TMUX: '/s,1,0',
  TMUX_PANE: '%1',
  BATON_SESSION: 'sess_1',
  GIT_DIR: '.git',
  NODE_OPTIONS: '--inspect',
  GT_ROLE: 'x',
  PATHS: 'x',
  MYPATH: 'x',
};

test('only the allow-list passes: no secret, nothing of who the caller is (host 10)', () => {
  assert.deepEqual(buildEnvironment({ ...kept, ...dropped, LANG: undefined }, { pass: [] }), kept);
});

test('what the person names passes too, by name or by pattern (host 10)', () => {
  const passed = buildEnvironment({ ...dropped, 'A.B': '1', AxB: '2' }, { pass: ['ANTHROPIC_*', 'A.B'] });
  assert.deepEqual(passed, { ANTHROPIC_API_KEY: 's', 'A.B': '1' });
});

test('not even a pattern for all passes who the caller is (host 10)', () => {
  const { TMUX, TMUX_PANE, BATON_SESSION, NODE_OPTIONS, ...rest } = dropped;
  assert.deepEqual(buildEnvironment({ ...dropped }, { pass: ['*'] }), rest);
  assert.equal([TMUX, TMUX_PANE, BATON_SESSION, NODE_OPTIONS].length, 4);
});

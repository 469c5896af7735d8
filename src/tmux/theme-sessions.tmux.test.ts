import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '#host/testing';
import { attachArgv } from './attach-argv.ts';
import { createPane } from './create-pane.ts';
import { captureScreen } from './pane.ts';
import { openTestChannel, startTestServer } from './testing.ts';
import { themeSessions } from './theme-sessions.ts';
import { askTmux } from './tmux.ts';

const sleeper = { cwd: '/', env: {}, argv: ['sleep', '300'], mark: 'sess_1' };

test('a person who attaches reads the texts as they are, on the status line and in the title (tmux 16)', async (t) => {
  const [server, own] = [await startTestServer(t), await startTestServer(t)];
  const paneId = await createPane(server.tmux, { name: 'gt-Toast', ...sleeper });
  const hacked = join(server.dir, 'hacked');
  const left = 'app/polecats/Toast';
  const right = `"ü" #(touch ${hacked}) #{pane_id} #[reverse] ##[x] 42 % %H %% #`;
  await themeSessions(server.tmux, [{ session: 'gt-Toast', look: { left, right: `${right}\n;`, title: `${right}\u001B`, theme: 'ocean' } }]);
  const person = await createPane(own.tmux, { name: 'person', ...sleeper, argv: attachArgv(server.tmux, 'gt-Toast'), width: 150, height: 10 });
  const line = await eventually(async () => {
    const last = (await captureScreen(own.tmux, person)).split('\n').at(-1) ?? '';
    return last.includes(left) && last;
  }, 'the status line');
  assert.equal(line.trim().replace(/ {2,}/g, '|'), `${left}|${right} ;`);
  assert.equal(await askTmux(server.tmux, [['display-message', '-p', '-t', paneId, '#{pane_title}']]), right);
  assert.equal(existsSync(hacked), false);
});

test('looks are set for exactly the named sessions, and taken back (tmux 7, 16)', async (t) => {
  const server = await startTestServer(t);
  const tmux = await openTestChannel(t, server);
  for (const name of ['gt-To', 'gt-Toast']) await createPane(tmux, { name, ...sleeper });
  const look = { left: 'a', right: 'b', title: 'c', theme: 'plum' } as const;
  const shown = (session: string) => askTmux(tmux, [['show-options', '-t', `=${session}:`]]);
  const before = await shown('gt-To');
  // The first and the last of them are gone, and "gt-T" is a beginning of both that live.
  await themeSessions(
    tmux,
    ['gone', 'gt-T', 'gt-Toast', 'away'].map((session) => ({ session, look })),
  );
  assert.equal(await shown('gt-To'), before);
  assert.match(await shown('gt-Toast'), /status on\nstatus-interval 0\nstatus-left .* a .*\nstatus-left-length 100\nstatus-right " b "/);
  assert.doesNotMatch(await shown('baton-channel'), /status/);
  await themeSessions(tmux, [{ session: 'gt-Toast', look: undefined }]);
  assert.equal(await shown('gt-Toast'), before);
  assert.equal(await askTmux(tmux, [['show-options', '-w', '-t', '=gt-Toast:']]), '');
  await themeSessions(tmux, []);
});

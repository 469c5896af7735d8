import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNewEnough, isPaneName, paneName, readTmuxVersion } from './model.ts';

test('versions are read as tmux prints them, and 3.2 is new enough (tmux 13)', () => {
  const judged = ['tmux 3.3a\n', 'tmux 3.2', 'tmux 3.1c', 'tmux 2.9', 'tmux 4.0', 'tmux next-3.5', 'tmux openbsd-7.0'].map((text) => {
    const version = readTmuxVersion(text);
    return version !== undefined && isNewEnough(version);
  });
  assert.deepEqual(judged, [true, true, false, false, true, true, true]);
  assert.deepEqual(readTmuxVersion('tmux 3.3a\n'), { major: 3, minor: 3, text: '3.3a' });
  assert.equal(readTmuxVersion('tmux master'), undefined);
});

test('a name that tmux would read as something else is refused, and dots and colons become "_" (tmux 7)', () => {
  assert.equal(paneName('app.web:1'), 'app_web_1');
  for (const name of ['hq-mayor', 'ap-crew-max', 'gt-Toast', 'Zoë', 'a_b+c', '7']) assert.ok(isPaneName(name), name);
  for (const name of ['', 'a b', 'a.b', 'a:b', '#(id)', 'a#b', '=a', '$1', '@1', '%1', '-a', '+1', 'a\nb', '{last}', '~']) assert.ok(!isPaneName(name), name);
});

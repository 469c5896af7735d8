import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Fault, known } from '#base';
import { tempDir } from '#host/testing';
import { type Runtime, runtimes } from '#runtimes';
import { isFaultWith } from '#town/testing';
import { personalSignalVerbs } from './personal-signals.ts';

/** A runtime whose settings are lines; `!` at the start is what nobody can read. */
function fakeRuntime(name: string, path: string): Runtime {
  const line = (baton: string) => `signal = ${baton}\n`;
  const read = (text: string) => {
    if (text.startsWith('!')) throw new Fault('invalid', `"${path}" cannot be read`, { hint: 'mend it' });
    return text;
  };
  const without = (text: string) => read(text).replace(/^signal = .*\n/m, '');
  return {
    ...known(runtimes[0], 'a runtime'),
    name,
    personalSignals: ({ baton }) => ({ path, add: (text = '') => line(baton) + without(text), remove: without }),
  };
}

function givenPerson(t: TestContext) {
  const dir = tempDir(t);
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin', 'baton'), '');
  const place = { env: { HOME: dir }, cwd: dir, programs: { node: process.execPath, dir: join(dir, 'dist') } };
  const [one, two] = [join(dir, 'one', 'settings'), join(dir, 'two')];
  const verbs = personalSignalVerbs(place, [known(runtimes[0], 'a runtime'), fakeRuntime('one', one), fakeRuntime('two', two)]);
  return { dir, one, two, verbs, ours: `signal = ${join(dir, 'bin', 'baton')}\n` };
}

test('our lines go in once and come out exactly; a file that we made goes again, and a link and its mode stay (app 53)', (t) => {
  const { dir, one, two, verbs, ours } = givenPerson(t);
  writeFileSync(join(dir, 'elsewhere'), 'theirs = 1\n\n');
  chmodSync(join(dir, 'elsewhere'), 0o640);
  symlinkSync(join(dir, 'elsewhere'), two);
  assert.deepEqual(
    verbs.status({}).map(({ state }) => state),
    ['absent', 'absent'],
  );
  const installed = verbs.install({ isDryRun: false });
  assert.deepEqual(
    installed.map(({ runtime, state, isChanged }) => [runtime, state, isChanged]),
    [
      ['one', 'installed', true],
      ['two', 'installed', true],
    ],
  );
  assert.deepEqual([readFileSync(one, 'utf8'), readFileSync(two, 'utf8')], [ours, `${ours}theirs = 1\n\n`]);
  assert.deepEqual([statSync(one).mode & 0o777, statSync(join(dir, 'elsewhere')).mode & 0o777], [0o600, 0o640]);
  assert.deepEqual(
    verbs.install({ isDryRun: false }).map(({ isChanged }) => isChanged),
    [false, false],
  );
  verbs.remove({ isDryRun: false });
  assert.deepEqual([existsSync(one), readFileSync(two, 'utf8')], [false, 'theirs = 1\n\n']);
  assert.deepEqual(
    verbs.remove({ isDryRun: false }).map(({ isChanged }) => isChanged),
    [false, false],
  );
});

test('a dry run shows the lines and writes nothing; lines of another Baton are told and replaced (app 53)', (t) => {
  const { two, verbs, ours } = givenPerson(t);
  writeFileSync(two, 'signal = /old/baton\na\nb\n');
  assert.equal(verbs.status({ runtime: 'two' })[0]?.state, 'outdated');
  const [dry] = verbs.install({ runtime: 'two', isDryRun: true });
  assert.deepEqual([dry?.isChanged, dry?.lines], [false, ['- signal = /old/baton', `+ ${ours.trim()}`]]);
  assert.equal(readFileSync(two, 'utf8'), 'signal = /old/baton\na\nb\n');
  verbs.install({ runtime: 'two', isDryRun: false });
  assert.equal(readFileSync(two, 'utf8'), `${ours}a\nb\n`);
});

test('where one file cannot be read none is touched, and a runtime without such settings is told (app 53)', (t) => {
  const { one, two, verbs } = givenPerson(t);
  writeFileSync(two, '!torn');
  assert.throws(() => verbs.install({ isDryRun: false }), isFaultWith('invalid', two));
  assert.deepEqual([existsSync(one), readFileSync(two, 'utf8')], [false, '!torn']);
  assert.deepEqual(
    verbs.status({}).map(({ state }) => state),
    ['absent', 'unreadable'],
  );
  assert.throws(() => verbs.install({ runtime: 'runbook', isDryRun: true }), isFaultWith('unsupported', 'runbook', 'one, two'));
  assert.throws(() => verbs.status({ runtime: 'nope' }), isFaultWith('not-found', '"nope"'));
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const dist = process.env.BATON_TEST_DIST;

describe('the compiled form of a command', { skip: dist === undefined && 'needs the bundle' }, () => {
  let dir = '';
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'baton-compiled-'));
    for (const name of ['baton.cjs', 'hot.cjs', 'cli.cjs']) cpSync(join(dist ?? '', name), join(dir, name));
    run('init', join(dir, 'town'));
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  const compiled = () => join(dir, 'compiled');
  const formsOf = (use: string) => readdirSync(compiled()).filter((name) => name.endsWith(`-${use}`));
  const run = (...words: string[]) => runIn({ HOME: dir }, ...words);
  function runIn(home: Readonly<Record<string, string>>, ...words: string[]) {
    const env = { ...home, PATH: process.env.PATH ?? '', BATON_TOWN: join(dir, 'town') };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(dir, 'baton.cjs'), ...words], { env, encoding: 'utf8' });
    return { status, stdout, stderr };
  }
  const answered = { status: 0, stdout: 'no unread mail\n', stderr: '' };

  it('is made by its first run, and used by the next (cli 13)', () => {
    assert.deepEqual(run('mail', 'check'), answered);
    const [name = '', ...others] = formsOf('mail-check');
    assert.match(name, /^[0-9a-f]{16}-v[0-9.]+-mail-check$/);
    assert.deepEqual(others, []);
    const { ino } = statSync(join(compiled(), name));
    assert.deepEqual(run('mail', 'check'), answered);
    assert.equal(statSync(join(compiled(), name)).ino, ino, 'the second run left it as it was');
  });

  it('is one for all that are no hot commands (cli 13)', () => {
    const [name = '', ...others] = formsOf('cli');
    assert.deepEqual(others, [], '`init` has made it');
    const { ino, size } = statSync(join(compiled(), name));
    assert.ok(size > 500_000, `${size} bytes`);
    assert.deepEqual(run('--quiet', 'mail', 'inbox'), { status: 0, stdout: '', stderr: '' });
    assert.equal(statSync(join(compiled(), name)).ino, ino, 'another command has used it, and left it as it was');
    assert.deepEqual(readdirSync(compiled()).length, 2);
  });

  it('that is none of this node is refused, and made anew (cli 13)', () => {
    const [name = ''] = formsOf('mail-check');
    const path = join(compiled(), name);
    for (const text of ['', 'nonsense', 'x'.repeat(100_000)]) {
      writeFileSync(path, text);
      assert.deepEqual(run('mail', 'check'), answered);
      assert.ok(readFileSync(path).length > 100_000, 'it was made anew');
    }
  });

  it('that cannot be kept beside the program is kept in the cache of whoever runs it, one build at a time (cli 13)', () => {
    rmSync(compiled(), { recursive: true });
    writeFileSync(compiled(), '');
    const personal = join(dir, '.cache', 'baton', 'compiled');
    mkdirSync(join(personal, 'of-another-build'), { recursive: true });
    assert.deepEqual(run('mail', 'check'), answered);
    const names = readdirSync(personal);
    assert.deepEqual(
      names.map((name) => name.replace(/.*-v[0-9.]+-/, '')),
      ['cli', 'mail-check'],
    );
    const inodes = () => names.map((name) => statSync(join(personal, name)).ino);
    const before = inodes();
    assert.deepEqual(run('mail', 'check'), answered);
    assert.deepEqual(inodes(), before, 'the second run left them as they were');
  });

  it('that cannot be kept at all is done without, and makes no home (cli 13)', () => {
    const env = { HOME: join(dir, 'nowhere') };
    assert.deepEqual(runIn(env, 'mail', 'check'), answered);
    assert.equal(runIn(env, '--quiet', 'mail', 'inbox').status, 0);
    assert.ok(!existsSync(env.HOME));
    writeFileSync(join(dir, 'file'), '');
    assert.deepEqual(runIn({ HOME: dir, XDG_CACHE_HOME: join(dir, 'file') }, 'mail', 'check'), answered);
  });
});

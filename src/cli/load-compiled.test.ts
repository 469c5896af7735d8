import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const dist = process.env.BATON_TEST_DIST;

describe('the compiled form of a hot command', { skip: dist === undefined && 'needs the bundle' }, () => {
  let dir = '';
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'baton-compiled-'));
    for (const name of ['baton.cjs', 'hot.cjs', 'cli.cjs']) cpSync(join(dist ?? '', name), join(dir, name));
    run('init', join(dir, 'town'));
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  const compiled = () => join(dir, 'compiled');
  function run(...words: string[]) {
    const env = { HOME: dir, PATH: process.env.PATH ?? '', BATON_TOWN: join(dir, 'town') };
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(dir, 'baton.cjs'), ...words], { env, encoding: 'utf8' });
    return { status, stdout, stderr };
  }
  const answered = { status: 0, stdout: 'no unread mail\n', stderr: '' };

  it('is made by its first run, and used by the next (cli 13)', () => {
    assert.deepEqual(run('mail', 'check'), answered);
    const [name = '', ...others] = readdirSync(compiled());
    assert.match(name, /^[0-9a-f]{16}-v[0-9.]+-mail-check$/);
    assert.deepEqual(others, []);
    const { ino } = statSync(join(compiled(), name));
    assert.deepEqual(run('mail', 'check'), answered);
    assert.equal(statSync(join(compiled(), name)).ino, ino, 'the second run left it as it was');
  });

  it('that is none of this node is refused, and made anew (cli 13)', () => {
    const [name = ''] = readdirSync(compiled());
    const path = join(compiled(), name);
    for (const text of ['', 'nonsense', 'x'.repeat(100_000)]) {
      writeFileSync(path, text);
      assert.deepEqual(run('mail', 'check'), answered);
      assert.ok(readFileSync(path).length > 100_000, 'it was made anew');
    }
  });

  it('that cannot be kept is done without (cli 13)', () => {
    rmSync(compiled(), { recursive: true });
    writeFileSync(compiled(), '');
    assert.deepEqual(run('mail', 'check'), answered);
  });
});

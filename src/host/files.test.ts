import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { diskFree, ensureDir, findBelow, modifiedAt, removeTree, touchFile } from './files.ts';
import { findProgram } from './find-program.ts';
import { hashOfPath, socketDir } from './socket-dir.ts';
import { tempDir } from './testing.ts';
import { writeFileAtomic } from './write-file-atomic.ts';

test('a file is written whole, with its mode, and no draft stays, also when it fails (host 9)', (t) => {
  const dir = tempDir(t);
  writeFileAtomic(join(dir, 'a'), 'one');
  writeFileAtomic(join(dir, 'a'), 'two', { mode: 0o640, durable: true });
  assert.equal(readFileSync(join(dir, 'a'), 'utf8'), 'two');
  assert.equal(statSync(join(dir, 'a')).mode & 0o777, 0o640);
  mkdirSync(join(dir, 'b', 'full'), { recursive: true });
  assert.throws(() => writeFileAtomic(join(dir, 'b'), 'text'), { code: /EISDIR|ENOTEMPTY|EEXIST/ });
  assert.deepEqual(readdirSync(dir), ['a', 'b']);
});

test('touching a file sets the moment handed in, and a missing file has none', (t) => {
  const path = join(tempDir(t), 'alive');
  assert.equal(modifiedAt(path), undefined);
  touchFile(path, 1_700_000_000_123);
  assert.equal(modifiedAt(path), 1_700_000_000_123);
  touchFile(path, 1_700_000_001_000);
  assert.equal(modifiedAt(path), 1_700_000_001_000);
});

test('folders get their mode, trees go, and the disk tells its room', async (t) => {
  const dir = join(tempDir(t), 'a', 'b');
  ensureDir(dir, 0o755);
  ensureDir(dir, 0o700);
  assert.equal(statSync(dir).mode & 0o777, 0o700);
  assert.ok(diskFree(dir) > 0);
  await removeTree(dir);
  await removeTree(dir);
  assert.equal(modifiedAt(dir), undefined);
});

test('what lies below a folder is found by a pattern, whatever the folder is called (host 16)', (t) => {
  const dir = tempDir(t);
  for (const name of ['a', 'a[b]*?']) {
    mkdirSync(join(dir, name, 'x'), { recursive: true });
    writeFileSync(join(dir, name, 'x', 'agent-1'), '');
  }
  const folder = join(dir, 'a[b]*?');
  assert.deepEqual(findBelow({ folder, pattern: '*/agent-*' }), [join(folder, 'x', 'agent-1')]);
  assert.deepEqual(findBelow({ folder: join(dir, 'none'), pattern: '*' }), []);
});

test('a program is found as a shell finds it: executable files in absolute folders, first wins', (t) => {
  const dir = tempDir(t);
  for (const [name, mode] of [
    ['run', 0o755],
    ['text', 0o644],
  ] as const)
    writeFileSync(join(dir, name), '#!/bin/sh\n', { mode });
  mkdirSync(join(dir, 'sh'));
  assert.equal(findProgram('run', `/nowhere::.:${dir}`), join(dir, 'run'));
  assert.equal(findProgram('text', dir), undefined);
  assert.equal(findProgram('sh', `${dir}:/bin`), '/bin/sh');
  assert.equal(findProgram(join(dir, 'run'), ''), join(dir, 'run'));
});

test('sockets live where only their user comes in, and where their paths fit (host 11)', async (t) => {
  const [dir, uid, hash] = [tempDir(t), process.getuid?.() ?? 0, hashOfPath(`/town/${process.pid}/${Math.random()}`)];
  assert.match(hash, /^[0-9a-f]{8}$/);
  assert.equal(socketDir({ env: { XDG_RUNTIME_DIR: dir }, uid }, hash), join(dir, 'baton', hash));
  assert.equal(statSync(join(dir, 'baton', hash)).mode & 0o777, 0o700);
  const fallback = `/tmp/baton-${uid}/${hash}`;
  t.after(async () => {
    await removeTree(fallback);
    if (readdirSync(dirname(fallback)).length === 0) await removeTree(dirname(fallback));
  });
  for (const runtimeDir of [undefined, join(dir, 'missing'), join(dir, 'x'.repeat(80)), 'relative']) {
    assert.equal(socketDir({ env: { XDG_RUNTIME_DIR: runtimeDir }, uid }, hash), fallback);
  }
});

test('a socket folder that is a link or not ours is refused (host 11)', (t) => {
  const [dir, uid] = [tempDir(t), process.getuid?.() ?? 0];
  symlinkSync('/tmp', join(dir, 'baton'));
  assert.throws(
    () => socketDir({ env: { XDG_RUNTIME_DIR: dir }, uid }, '0123abcd'),
    (error) => isFault(error, 'conflict'),
  );
});

import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isFault } from '#base';
import { makeSource } from '#git/testing';
import { fingerprint } from './fingerprint.ts';
import { readOptions } from './read-options.ts';

function inFolder(body: (dir: string) => Promise<void> | void): () => Promise<void> {
  return async () => {
    const dir = mkdtempSync(join(tmpdir(), 'baton-demo-test-'));
    try {
      await body(dir);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  };
}

test(
  'a folder with anything in it is refused; a fresh one of its own is marked as such (demo 1)',
  inFolder((dir) => {
    writeFileSync(join(dir, 'diary.txt'), 'mine');
    assert.throws(
      () => readOptions(['--dir', dir, '--repo', dir], dir),
      (error) => isFault(error, 'conflict'),
    );
    assert.throws(
      () => readOptions(['--repo'], dir),
      (error) => isFault(error, 'invalid'),
    );
    const named = readOptions(['--dir', join(dir, 'new'), '--repo', 'https://example.org/x.git', '--keep', '--runtime', 'claude'], dir);
    assert.deepEqual(named, { dir: join(dir, 'new'), repo: 'https://example.org/x.git', keep: true, runtime: 'claude', isFresh: false });
    const fresh = readOptions(['--repo', '.'], dir);
    assert.ok(fresh.isFresh && existsSync(fresh.dir));
    assert.deepEqual([fresh.repo, fresh.runtime], [dir, 'runbook']);
    rmSync(fresh.dir, { recursive: true });
  }),
);

test(
  'the fingerprint sees a changed byte, mode, ref and config, and nothing else (demo 2)',
  inFolder(async (dir) => {
    const repo = join(dir, 'source');
    await makeSource(repo);
    const before = await fingerprint(repo);
    writeFileSync(join(repo, 'untracked.txt'), 'not of the repository');
    assert.equal(await fingerprint(repo), before);
    const seen = new Set([before]);
    const changes = [
      () => appendFileSync(join(repo, '.git', 'config'), '\n# a byte\n'),
      () => writeFileSync(join(repo, '.git', 'refs', 'heads', 'other'), 'x'),
      () => mkdirSync(join(repo, '.git', 'hooks'), { recursive: true }),
      () => chmodSync(join(repo, '.git', 'config'), 0o600),
    ];
    for (const change of changes) {
      change();
      seen.add(await fingerprint(repo));
    }
    assert.equal(seen.size, 4, 'an empty folder is no byte; the other three are');
    assert.equal(await fingerprint('https://example.org/x.git'), undefined);
  }),
);

import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempDir } from '#host/testing';
import { accept } from './accept.ts';

const trust = (path: string) => ({ kind: 'json', path, keys: ['projects', '/town/app', 'trusted'], value: true }) as const;
const never = (line: string) => assert.fail(line);

test('what is accepted is noted once, and all else stands as it stood (app 37)', (t) => {
  const path = join(tempDir(t), 'deep', 'state.json');
  accept([trust(path)], never);
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), { projects: { '/town/app': { trusted: true } } });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  writeFileSync(path, '{"theme":"dark","projects":{"/other":{"trusted":false},"/town/app":{"trusted":false,"n":1}}}');
  chmodSync(path, 0o640);
  accept([trust(path)], never);
  const text = readFileSync(path, 'utf8');
  assert.deepEqual(JSON.parse(text), { theme: 'dark', projects: { '/other': { trusted: false }, '/town/app': { trusted: true, n: 1 } } });
  assert.equal(statSync(path).mode & 0o777, 0o640);
  const before = statSync(path);
  accept([trust(path)], never);
  assert.equal(statSync(path).ino, before.ino, 'it is not written again');
});

test('a file that holds something else is left as it is, and told; the other ones are noted all the same (app 37)', (t) => {
  const dir = tempDir(t);
  const [bad, list, file] = [join(dir, 'bad.json'), join(dir, 'list.json'), join(dir, 'trust', 'one')];
  writeFileSync(bad, '{"projects":');
  writeFileSync(list, '{"projects":[]}');
  const told: string[] = [];
  const note = { kind: 'file', path: file, text: 'yes' } as const;
  accept([trust(bad), trust(list), note], (line) => told.push(line));
  assert.deepEqual([readFileSync(bad, 'utf8'), readFileSync(list, 'utf8'), readFileSync(file, 'utf8')], ['{"projects":', '{"projects":[]}', 'yes']);
  assert.equal(told.length, 2);
  accept([{ ...note, text: 'no' }], never);
  assert.equal(readFileSync(file, 'utf8'), 'yes');
  assert.equal(existsSync(join(dir, 'trust', 'two')), false);
});

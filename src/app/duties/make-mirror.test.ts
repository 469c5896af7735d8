import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeSettings } from '#config/model';
import { tempDir } from '#host/testing';
import { getRuntime } from '#runtimes';
import { withRealTranscript } from '../real-transcript.ts';
import { homeOf, makeMirror, wholeText } from './make-mirror.ts';

test('a home of ours shows all that the person has, but for what is ours, and what is put there outlives it (app 58)', (t) => {
  const dir = tempDir(t);
  const [home, path] = [join(dir, 'person'), join(dir, 'launch', 'home')];
  mkdirSync(home);
  for (const name of ['settings', 'notes', '.hidden']) writeFileSync(join(home, name), name);
  const mirror = { path, of: '', own: ['settings'], folders: ['sessions'], files: ['index'] };
  makeMirror(mirror, home);
  assert.deepEqual(
    ['notes', '.hidden'].map((name) => readFileSync(join(path, name), 'utf8')),
    ['notes', '.hidden'],
  );
  assert.equal(existsSync(join(path, 'settings')), false);
  writeFileSync(join(path, 'sessions', 'one'), 'kept');
  writeFileSync(join(path, 'index'), 'made');
  writeFileSync(join(path, 'settings'), 'ours');
  makeMirror(mirror, home);
  rmSync(join(dir, 'launch'), { recursive: true });
  assert.deepEqual(
    ['sessions/one', 'index', 'settings'].map((name) => readFileSync(join(home, name), 'utf8')),
    ['kept', 'made', 'settings'],
  );
});

test('a person who has no home yet gets the folders that the program needs, and no more (app 58)', (t) => {
  const dir = tempDir(t);
  makeMirror({ path: join(dir, 'ours'), of: '.x', own: [], folders: ['tmp'], files: ['state'] }, join(dir, 'person'));
  assert.equal(readlinkSync(join(dir, 'ours', 'state')), join(dir, 'person', '.x', 'state'));
  assert.deepEqual([existsSync(join(dir, 'person', '.x', 'tmp')), existsSync(join(dir, 'person', '.x', 'state'))], [true, false]);
});

test("our part of a settings file stands behind the person's (app 58)", (t) => {
  const home = tempDir(t);
  const file = { path: '/f', text: 'ours\n', behind: 'config' };
  assert.equal(wholeText(file, home), 'ours\n');
  writeFileSync(join(home, 'config'), 'theirs = 1');
  assert.equal(wholeText(file, home), 'theirs = 1\n\nours\n');
  assert.equal(wholeText({ path: '/f', text: 'ours\n' }, home), 'ours\n');
});

test("a program's home is where its variable says, else where it lies by default (app 58)", () => {
  const kimi = getRuntime('kimi', makeSettings({ town: {}, rigs: {} }));
  assert.equal(homeOf(kimi, { HOME: '/home/p' }), '/home/p/.kimi-code');
  assert.equal(homeOf(kimi, { HOME: '/home/p', KIMI_CODE_HOME: '/k' }), '/k');
  assert.equal(homeOf(getRuntime('runbook', makeSettings({ town: {}, rigs: {} })), {}), undefined);
});

test('a transcript that is named by a link of ours is known where it truly lies (app 58)', (t) => {
  const dir = tempDir(t);
  makeMirror({ path: join(dir, 'ours'), of: '', own: [], folders: ['chats'], files: [] }, join(dir, 'person'));
  const told = { conversation: 'c', transcript: join(dir, 'ours', 'chats', 'c.jsonl') };
  assert.deepEqual(withRealTranscript(told), { conversation: 'c', transcript: join(dir, 'person', 'chats', 'c.jsonl') });
  for (const report of [{ conversation: 'c' }, { transcript: '/nowhere/at/all.jsonl' }]) assert.deepEqual(withRealTranscript(report), report);
});

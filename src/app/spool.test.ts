import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { getSession } from '#sessions';
import { readEvents } from '#store';
import { seedSession } from '#store/testing';
import { readSpool } from './duties/read-spool.ts';
import { readSpoolName, spoolSignal } from './spool.ts';
import { appTown } from './testing.ts';

const session = 'sess_0a1b2c3d';

test('a signal in the spool is one whole file whose name says what it is (app 6)', async (t) => {
  const town = await appTown(t);
  spoolSignal(town, { session, signal: 'post-tool', text: '{"tool":"x"}' });
  spoolSignal(town, { session, signal: 'end', text: '' });
  const names = readdirSync(town.paths.spoolNew).sort();
  assert.deepEqual(names.map((name) => readSpoolName(name)?.signal).sort(), ['end', 'post-tool']);
  assert.ok(names.every((name) => readSpoolName(name)?.session === session && (readSpoolName(name)?.at ?? 0) > 1e12));
  assert.deepEqual(readdirSync(town.paths.spoolTmp), []);
});

test('a name that is none of ours is not read (app 6)', () => {
  for (const name of [
    '',
    'x',
    '1.sess_0a1b2c3d.end',
    `1.${session}.end.`,
    `x.${session}.end.aa`,
    '1.sess_0A1B2C3D.end.aa',
    `1.${session}.../../etc.aa`,
    `${'9'.repeat(17)}.${session}.end.a`,
  ])
    assert.equal(readSpoolName(name), undefined, name);
  assert.deepEqual(readSpoolName(`1700000000000.${session}.post-tool.0f`), { at: 1_700_000_000_000, session, signal: 'post-tool' });
});

test('spooled signals are progress of their sessions, and are removed with what is none of ours (app 6)', async (t) => {
  const town = await appTown(t);
  await seedSession(town.store, { id: session, agent: 'mayor', generation: 1 });
  spoolSignal(town, { session, signal: 'post-tool', text: '' });
  spoolSignal(town, { session, signal: 'post-tool', text: '' });
  spoolSignal(town, { session: 'sess_ffffffff', signal: 'end', text: '' });
  writeFileSync(join(town.paths.spoolNew, 'stranger'), '');
  mkdirSync(join(town.paths.spoolNew, 'folder'));
  await readSpool(town).round();
  assert.deepEqual(readdirSync(town.paths.spoolNew), []);
  const [event, another] = await readEvents(town.store.db, { types: ['session_progress'] });
  assert.deepEqual([event?.agent, event?.payload.signals, another], ['mayor', 2, undefined]);
  assert.ok((await getSession(town.store.db, session)).progressAt !== undefined);
});

test('what could not be recorded stays in the spool for the next round (app 6)', async (t) => {
  const town = await appTown(t);
  await seedSession(town.store, { id: session, agent: 'mayor', generation: 1 });
  spoolSignal(town, { session, signal: 'waiting', text: '' });
  const locked = { ...town, store: { ...town.store, change: () => Promise.reject(new Error('locked')) } };
  await assert.rejects(readSpool(locked).round(), /locked/);
  assert.equal(readdirSync(town.paths.spoolNew).length, 1);
  await readSpool(town).round();
  assert.deepEqual(readdirSync(town.paths.spoolNew), []);
});

test('what a killed writer left half written is never read, and is removed after an hour (app 6)', async (t) => {
  const town = await appTown(t);
  const [young, old] = ['young', 'old'].map((name) => join(town.paths.spoolTmp, name));
  for (const path of [young, old]) writeFileSync(path ?? '', 'half');
  const longAgo = Date.now() / 1000 - 2 * 3600;
  utimesSync(old ?? '', longAgo, longAgo);
  await readSpool(town).round();
  assert.deepEqual(readdirSync(town.paths.spoolTmp), ['young']);
});

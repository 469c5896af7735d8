import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '#config';
import { makeSource, plainGit, writeFiles } from '#git/testing';
import { handOff } from '#handoff';
import { givenStarted, writerOf } from '#sessions/testing';
import { readEvents } from '#store';
import { addCrew, addRig } from '#town';
import { testTown } from '#town/testing';
import { pushWip } from './push-wip.ts';

test('a WIP commit is pushed after its handoff where the rig allows branches, once, and a source that is gone holds up nothing (app 18)', async (t) => {
  const town = await testTown(t, { rig: '[handoff]\nwip = "push"\n' });
  const source = join(town.dir, 'hub.git');
  plainGit(makeSource(join(town.dir, 'seed')), 'clone', '--quiet', '--bare', '.', source);
  await addRig(town, { name: 'app', source, cwd: town.dir });
  const agent = await addCrew(town, { rig: 'app', name: 'max' });
  const dir = agent.worktree ?? '';
  const session = await givenStarted(town, agent.address);
  writeFiles(dir, { 'w.txt': 'w\n' });
  const deps = { ...town, clock: town.store.clock };
  const answer = await handOff({ ...deps, by: writerOf(session) }, { agent: agent.address, subject: 's', notes: 'Next: n', reason: 'asked' });
  assert.equal(answer.kind, 'handed-off');
  const told: string[] = [];
  const branches = () => plainGit(source, 'for-each-ref', '--format=%(refname:short)').split('\n');

  await pushWip(deps, (line) => told.push(line)).round();
  assert.deepEqual(branches(), ['main'], 'nothing may be published');

  const settings = readSettings({ town: '', rigs: { app: 'publish = "branches"\n' } });
  plainGit(town.dir, 'clone', '--quiet', '--bare', source, 'kept.git');
  rmSync(source, { recursive: true });
  const duty = pushWip({ ...deps, settings }, (line) => told.push(line));
  await duty.round();
  await duty.round();
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /app\/crew\/max: its branch crew\/max is not pushed: /);

  plainGit(town.dir, 'clone', '--quiet', '--bare', 'kept.git', 'hub.git');
  await pushWip({ ...deps, settings }, (line) => told.push(line)).round();
  assert.equal(plainGit(source, 'rev-parse', 'crew/max'), plainGit(dir, 'rev-parse', 'HEAD'));
  await pushWip({ ...deps, settings }, (line) => told.push(line)).round();
  const pushed = await readEvents(town.store.db, { types: ['wip_pushed'] });
  assert.deepEqual(
    pushed.map(({ payload }) => [payload.branch, payload.outcome]),
    [['crew/max', 'pushed']],
  );
});

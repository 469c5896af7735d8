import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addCrew } from './add-crew.ts';
import { findAgentAt } from './find-agent-at.ts';
import { addTestRig, testTown } from './testing.ts';

test('a folder is that of the innermost agent around it, links followed, and of nobody elsewhere (town 21)', async (t) => {
  const town = await testTown(t);
  await addTestRig(town);
  for (const name of ['max', 'maxine']) await addCrew(town, { rig: 'app', name });
  const at = async (path: string) => (await findAgentAt(town.store.db, town.root, path))?.address;
  mkdirSync(join(town.root, 'app/crew/max/src'), { recursive: true });
  mkdirSync(join(town.root, 'deacon/dogs/boot'), { recursive: true });
  symlinkSync(join(town.root, 'app/crew/max'), join(town.dir, 'link'));
  const folders: readonly (readonly [string, string | undefined])[] = [
    ['app/crew/max', 'app/crew/max'],
    ['app/crew/max/src', 'app/crew/max'],
    ['app/crew/maxine', 'app/crew/maxine'],
    ['app/witness', 'app/witness'],
    ['mayor', 'mayor'],
    ['deacon', 'deacon'],
    ['deacon/dogs/boot', 'boot'],
    ['', undefined],
    ['app', undefined],
    ['app/crew', undefined],
    ['../link/src', 'app/crew/max'],
    ['..', undefined],
  ];
  for (const [folder, address] of folders) assert.equal(await at(join(town.root, folder)), address, folder);
});

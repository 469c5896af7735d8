import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { known } from '#base';
import { runtimes } from '#runtimes';
import { addAccount } from '#town';
import { isFaultWith } from '#town/testing';
import { accountEnvironment } from './account-environment.ts';
import { appTown } from './testing.ts';

const [runbook] = runtimes;
const login = { variable: 'FAKE_HOME', home: '~/.fake', files: ['auth.json'], variables: ['FAKE_KEY'] };
const base = known(runbook, 'a runtime');
const fake = { ...base, name: 'fake', descriptor: { ...base.descriptor, login } };
const under = (account?: string) => ({ launch: { topic: '', sender: '', ...(account === undefined ? {} : { account }) } });

test("an account's home and variables are in its program's environment, and nothing without one (app 51)", async (t) => {
  const town = await appTown(t);
  const home = join(town.dir, 'work');
  await addAccount(town, { name: 'work', runtime: 'fake', home, env: { EXTRA: 'WORK_EXTRA' } });
  const env = { ...town.env, WORK_EXTRA: 'e', FAKE_HOME: '/mine' };
  assert.deepEqual(await accountEnvironment({ ...town, env }, under(), fake), {});
  await assert.rejects(
    accountEnvironment({ ...town, env }, under('work'), fake),
    isFaultWith('unavailable', '"work" of fake is logged out', `FAKE_HOME='${home}' runbook`),
  );
  mkdirSync(home);
  writeFileSync(join(home, 'auth.json'), '{}');
  assert.deepEqual(await accountEnvironment({ ...town, env }, under('work'), fake), { FAKE_HOME: home, EXTRA: 'e' });
  await assert.rejects(accountEnvironment(town, under('work'), fake), isFaultWith('unavailable', 'EXTRA from WORK_EXTRA', 'daemon start'));
  await assert.rejects(accountEnvironment({ ...town, env }, under('gone'), fake), isFaultWith('not-found', '"gone"'));
});

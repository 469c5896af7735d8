import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '#config';
import { tempDir } from '#host/testing';
import { addAccount, setDefaultAccount } from '#town';
import { isFaultWith, testTown } from '#town/testing';
import { chooseAccount } from './choose-account.ts';
import { readLogin } from './read-login.ts';

const crew = { role: 'crew', rig: 'app' } as const;
const person = { role: 'overseer', rig: null } as const;

test('the order names the account, else rig and town for the role, else the default of the runtime; what is of another runtime is not taken (dispatch 31)', async (t) => {
  const town = await testTown(t);
  const { db } = town.store;
  for (const name of ['ordered', 'rig', 'town', 'usual']) await addAccount(town, { name, runtime: 'claude', home: `/${name}`, env: {} });
  await addAccount(town, { name: 'other', runtime: 'codex', home: '/other', env: {} });
  const wish = { agent: crew, runtime: 'claude', ordered: undefined };
  const ask = async (settings: ReturnType<typeof readSettings>, more: object = {}) => {
    const choice = await chooseAccount(db, settings, { ...wish, ...more });
    return choice === undefined ? undefined : [choice.account.name, choice.from];
  };
  const both = readSettings({ town: '[roles.crew]\naccount = "town"\n', rigs: { app: '[roles.crew]\naccount = "rig"\n' } });
  const bare = readSettings({ town: '' });
  assert.deepEqual(await ask(both, { ordered: 'ordered' }), ['ordered', 'the order']);
  assert.deepEqual(await ask(both), ['rig', 'roles.crew.account, app/rig.toml']);
  assert.deepEqual(await ask(readSettings({ town: '[roles.crew]\naccount = "town"\n' })), ['town', 'roles.crew.account, baton.toml']);
  assert.equal(await ask(bare), undefined);
  await setDefaultAccount(town, 'usual');
  assert.deepEqual(await ask(bare), ['usual', 'default of claude']);
  assert.deepEqual(await ask(bare, { agent: person }), ['usual', 'default of claude']);
  assert.equal(await ask(both, { runtime: 'codex' }), undefined, "the role's account is of another runtime");
  await assert.rejects(ask(bare, { ordered: 'other' }), isFaultWith('invalid', '"other" is of codex', '--runtime codex'));
  await assert.rejects(ask(bare, { ordered: 'gone' }), isFaultWith('not-found', '"gone"'));
  await assert.rejects(ask(readSettings({ town: '[roles.crew]\naccount = "gone"\n' })), isFaultWith('not-found', '"gone"'));
});

test("a login is a file under the account's home or the runtime's own, or a variable; an account's variables stand for the runtime's (dispatch 32)", (t) => {
  const dir = tempDir(t);
  const login = { variable: 'FAKE_HOME', home: '~/.fake', files: ['auth.json'], variables: ['FAKE_KEY'] };
  const env = { HOME: dir };
  const out = readLogin(login, undefined, env);
  assert.deepEqual(out, { kind: 'out', evidence: `${join(dir, '.fake', 'auth.json')}, $FAKE_KEY` });
  assert.deepEqual(readLogin(login, undefined, { ...env, FAKE_KEY: 'x' }), { kind: 'in', evidence: '$FAKE_KEY' });
  mkdirSync(join(dir, '.fake'));
  writeFileSync(join(dir, '.fake', 'auth.json'), '', { mode: 0o000 });
  assert.deepEqual(readLogin(login, undefined, env), { kind: 'in', evidence: join(dir, '.fake', 'auth.json') });
  const account = { home: join(dir, 'work'), env: {} };
  assert.equal(readLogin(login, account, { ...env, FAKE_KEY: 'x' }).kind, 'out', "the person's own key is not the account's");
  const keyed = { home: join(dir, 'work'), env: { FAKE_KEY: 'WORK_KEY' } };
  assert.equal(readLogin(login, keyed, { ...env, FAKE_KEY: 'x' }).kind, 'out');
  assert.deepEqual(readLogin(login, keyed, { ...env, WORK_KEY: 'x' }), { kind: 'in', evidence: '$WORK_KEY' });
  assert.deepEqual(readLogin(undefined, undefined, env), { kind: 'needless' });
});

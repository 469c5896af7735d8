import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nestedSessionNames } from '#host/model';
import { sessionEnvironment } from './session-environment.ts';

const request = {
  root: '/town',
  agent: { address: 'app/polecats/Toast', role: 'polecat', rig: 'app' },
  session: { id: 'sess_0badcafe', generation: 3, runtime: 'runbook', launch: { topic: 'assigned', sender: 'mayor' } },
  processNames: ['node', 'runbook'],
  binDir: '/town/.baton/bin',
  path: '/usr/bin:/bin',
  gitEmail: 'baton@localhost',
};

test("a program's environment says who it is, where Baton is, and whose commits it makes (sessions 9)", () => {
  assert.deepEqual(sessionEnvironment(request), {
    PATH: '/town/.baton/bin:/usr/bin:/bin',
    BATON_BIN: '/town/.baton/bin/baton',
    BATON_TOWN: '/town',
    BATON_AGENT: 'app/polecats/Toast',
    BATON_ROLE: 'polecat',
    BATON_RIG: 'app',
    BATON_SESSION: 'sess_0badcafe',
    BATON_GENERATION: '3',
    BATON_RUNTIME: 'runbook',
    BATON_ACCOUNT: '',
    GT_ROLE: 'app/polecats/Toast',
    GT_RIG: 'app',
    GT_ROOT: '/town',
    GT_AGENT: 'runbook',
    GT_PROCESS_NAMES: 'node,runbook',
    BD_ACTOR: 'app/polecats/Toast',
    GIT_AUTHOR_NAME: 'app/polecats/Toast',
    GIT_AUTHOR_EMAIL: 'baton@localhost',
    GIT_COMMITTER_NAME: 'app/polecats/Toast',
    GIT_COMMITTER_EMAIL: 'baton@localhost',
    NODE_OPTIONS: '',
    ...Object.fromEntries(nestedSessionNames.map((name) => [name, ''])),
  });
  assert.ok(nestedSessionNames.includes('CLAUDECODE'));
});

test("an order's own variables come through, but hide nothing that says who it is (sessions 9)", () => {
  const env = { API_URL: 'http://127.0.0.1:1', BATON_SESSION: 'sess_other', PATH: '/evil', NODE_OPTIONS: '--inspect' };
  const built = sessionEnvironment({ ...request, session: { ...request.session, launch: { ...request.session.launch, env } } });
  assert.deepEqual(
    [built.API_URL, built.BATON_SESSION, built.PATH, built.NODE_OPTIONS],
    ['http://127.0.0.1:1', 'sess_0badcafe', '/town/.baton/bin:/usr/bin:/bin', ''],
  );
});

test('an agent of the town has an empty rig, so that none is inherited (sessions 9)', () => {
  const built = sessionEnvironment({ ...request, agent: { address: 'mayor', role: 'mayor', rig: null } });
  assert.deepEqual([built.BATON_RIG, built.GT_RIG, built.GT_ROLE], ['', '', 'mayor']);
});

test('the account that an order names is told, and every path in it is absolute (sessions 9)', () => {
  const launch = { ...request.session.launch, account: 'work' };
  const built = sessionEnvironment({ ...request, session: { ...request.session, launch } });
  assert.deepEqual([built.BATON_ACCOUNT, built.PATH?.split(':')[0], built.BATON_BIN], ['work', '/town/.baton/bin', '/town/.baton/bin/baton']);
});

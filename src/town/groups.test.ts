import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFault } from '#base';
import type { Agent } from './agent.ts';
import { isGroup, readGroup, selectGroup } from './groups.ts';

const agents = [
  ['mayor', 'mayor', null],
  ['overseer', 'overseer', null],
  ['app/witness', 'witness', 'app'],
  ['app/crew/max', 'crew', 'app'],
  ['web/crew/ana', 'crew', 'web'],
  ['web/polecats/Toast', 'polecat', 'web'],
].map(([address, role, rig]) => ({ address, role, rig }) as Agent);

const cases: readonly [text: string, rig: string | undefined, addresses: string][] = [
  ['@all', undefined, 'mayor app/witness app/crew/max web/crew/ana web/polecats/Toast'],
  ['@Town', undefined, 'mayor app/witness app/crew/max web/crew/ana web/polecats/Toast'],
  ['@workers', undefined, 'app/crew/max web/crew/ana web/polecats/Toast'],
  ['@crew', undefined, 'app/crew/max web/crew/ana'],
  ['@crew/web', 'web', 'web/crew/ana'],
  ['@rig/app/', 'app', 'app/witness app/crew/max'],
  ['@overseer', undefined, 'overseer'],
  ['@refineries', undefined, ''],
];

test('a group is the agents of its roles, of one rig where that is said, but for whoever asks (town 22)', () => {
  for (const [text, rig, addresses] of cases) {
    const group = readGroup(text);
    assert.equal(group.rig, rig);
    const found = selectGroup(agents, { ...group, without: 'nobody' });
    assert.equal(found.map(({ address }) => address).join(' '), addresses, text);
  }
  assert.equal(selectGroup(agents, { ...readGroup('@crew'), without: 'app/crew/max' }).length, 1);
  assert.ok(isGroup('@x') && !isGroup('app/crew/max'));
});

test('what is no group is refused with the nearest, and nobody is guessed (town 22)', () => {
  for (const text of ['@crews', '@', '@all/app', '@overseer/app', '@crew/a/b', '@rig', '@dogs'])
    assert.throws(
      () => readGroup(text),
      (error) => isFault(error, 'not-found') && error.hint !== undefined,
      text,
    );
});

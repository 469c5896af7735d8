import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findProcessesByEnvironment, readEnvironmentOf } from '#host';
import { makePerson } from '../support/person.ts';
import { makeTown } from '../support/town.ts';
import { assertSound, giveSign, livesOf, readSign, slingNew, waitForBead, waitForRest, waitForSign } from '../support/watch-town.ts';

const holding = `
[[steps]]
id = "hold"
run = "echo key-$TEAM_KEY-$WORK_KEY-$BATON_ACCOUNT >> $HOME/signs/seen; until [ -e $HOME/signs/go ]; do sleep 0.05; done; echo held >> held.txt"
`;

test("an account's variable reaches its sessions, their successors too, and nobody else; its value is kept nowhere (app 51)", async (t) => {
  const value = 'topsecretvalue';
  const person = makePerson(t);
  const env = { ...person.env, WORK_KEY: value };
  const town = await makeTown(t, { formulas: { holding }, person: { ...person, env } });
  await town.does('account', 'add', 'team', '--runtime', 'runbook', '--env', 'TEAM_KEY=WORK_KEY');
  const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', 'Under an account');
  const agent = await town.does('--quiet', 'sling', bead, 'app', '--formula', 'holding', '--account', 'team');
  await waitForSign(town, 'seen', `key-${value}--team`);
  const other = await slingNew(town, { formula: 'holding', title: 'Under none' });
  await waitForSign(town, 'seen', 'key---');
  await town.does('handoff', agent, '-s', 'go on');
  const { agents } = JSON.parse(await town.does('account', 'status', 'team', '--json'))[0] as { agents: string[] };
  assert.deepEqual(agents, [agent]);
  assert.equal((await town.baton(['account', 'remove', 'team'])).exit, 4);
  const holders = findProcessesByEnvironment({ TEAM_KEY: value }).map(({ pid }) => readEnvironmentOf(pid)?.BATON_AGENT ?? agent);
  assert.deepEqual([...new Set(holders)], [agent]);
  giveSign(town, 'go');
  for (const each of [bead, other.bead]) await waitForBead(town, each, 'done');
  await waitForRest(town);
  assert.ok(readSign(town, 'seen').filter((line) => line === `key-${value}--team`).length >= 2, 'the successor has it too');
  for (const life of await livesOf(town, agent)) assert.equal(life.launch.account, 'team');
  for (const file of ['town.db', 'town.db-wal', 'logs/daemon.log']) assert.ok(!read(join(town.root, '.baton', file)).includes(value), file);
  await assertSound(town);
});

test('a start whose account is missing, of another runtime, or without its value is refused before an order is written (app 51)', async (t) => {
  const town = await makeTown(t);
  await town.does('crew', 'add', 'max', '--rig', 'app');
  await town.does('account', 'add', 'team', '--runtime', 'runbook', '--env', 'TEAM_KEY=WORK_KEY');
  await town.does('config', 'agent', 'set', 'other', 'sleep');
  await town.does('account', 'add', 'strange', '--runtime', 'other', '--env', 'A=B');
  const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', 'Not begun');
  const refused: [account: string, exit: number, says: RegExp][] = [
    ['gone', 3, /no account "gone"/],
    ['strange', 2, /"strange" is of other/],
    ['team', 5, /takes TEAM_KEY from WORK_KEY, which the daemon does not have/],
  ];
  for (const [account, exit, says] of refused)
    for (const words of [
      ['crew', 'start', 'max', '--rig', 'app'],
      ['sling', bead, 'app'],
      ['sling', bead, 'app/crew/max'],
    ]) {
      const ran = await town.baton([...words, '--account', account]);
      assert.deepEqual([ran.exit, says.test(ran.err)], [exit, true], `${words.join(' ')} --account ${account}: ${ran.err}`);
    }
  await town.does('account', 'default', 'team');
  assert.equal((await town.baton(['crew', 'start', 'max', '--rig', 'app'])).exit, 5, 'the default counts too');
  assert.equal((await town.app.agents.find('app/crew/max')).desired, 'stopped');
  assert.equal((await town.app.beads.show(bead)).bead.status, 'open');
  assert.equal((await town.baton(['account', 'switch', 'app/crew/max', 'team'])).exit, 4);
});

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

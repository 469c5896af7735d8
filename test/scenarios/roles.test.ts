import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '#host/testing';
import type { ScenarioTown } from '../support/town.ts';
import { makeTown } from '../support/town.ts';
import { assertSound, eventsOf, livesOf, patienceMs, readPrimeOf, slingNew, waitForBead, waitForLife } from '../support/watch-town.ts';

/** Every role is an agent; programs that report nothing, that end at once, and that never become ready. */
const settings = `
[roles.witness]
runtime = "runbook"
[roles.refinery]
runtime = "runbook"
[roles.deacon]
runtime = "runbook"
[roles.boot]
runtime = "runbook"
[runtimes.silent]
command = ["/bin/sh", "-c", 'printf "%s\\n" "$1" > "$HOME/signs/prompt"; env > "$HOME/signs/env"; exec sleep 300', "silent"]
ready_s = 0
[runtimes.broken]
command = ["/bin/sh", "-c", "echo no such model; exit 3", "broken"]
[runtimes.asking]
command = ["/bin/sh", "-c", '"$BATON_BIN" signal waiting < /dev/null; exec sleep 300', "asking"]
signals = "own"
[runtimes.slow]
command = ["/bin/sh", "-c", "exec sleep 300", "slow"]
ready_s = 3600
`;

const everybody = ['mayor', 'deacon', 'boot', 'app/witness', 'app/refinery', 'app/crew/max', 'app/crew/amy'];
const readSign = (town: ScenarioTown, name: string) => readFileSync(join(town.signs, name), 'utf8');
const panesOf = async (town: ScenarioTown) => (await town.does('tmux', 'list-panes', '-a', '-F', '#{session_name} #{pane_current_path}')).split('\n').sort();

test('`up` starts every role in its pane and folder, each told for itself; `down` stops who works first, and Boot before Deacon', async (t) => {
  const town = await makeTown(t, { settings });
  for (const name of ['max', 'amy']) await town.does('crew', 'add', name, '--rig', 'app');
  await town.does('config', 'role-agent', 'mayor', 'broken');
  const first = await town.baton(['up', '--json']);
  const up = JSON.parse(first.out) as { agents: { agent: string }[]; failed: { agent: string; fault: string; hint: string }[] };
  assert.equal(first.exit, 1, 'one has failed');
  assert.deepEqual(up.agents.map(({ agent }) => agent).sort(), everybody.filter((agent) => agent !== 'mayor').sort());
  assert.deepEqual(
    up.failed.map(({ agent, fault }) => [agent, fault]),
    [['mayor', 'unavailable']],
  );
  assert.match(up.failed[0]?.hint ?? '', /no such model/);
  await town.does('config', 'role-agent', 'mayor', 'runbook');
  await town.does('mayor', 'attach', '-d');

  const at = (folder: string) => join(town.root, folder);
  const expected = [
    `hq-boot ${at('deacon/dogs/boot')}`,
    `hq-deacon ${at('deacon')}`,
    `hq-mayor ${at('mayor')}`,
    `ap-crew-amy ${at('app/crew/amy')}`,
    `ap-crew-max ${at('app/crew/max')}`,
    `ap-refinery ${at('app/refinery/rig')}`,
    `ap-witness ${at('app/witness')}`,
  ];
  const panes = await panesOf(town);
  for (const pane of expected) assert.ok(panes.includes(pane), `${pane} in\n${panes.join('\n')}`);
  for (const alias of ['gt-app-witness', 'gt-app-crew-max', 'gt-mayor', 'hq-boot', 'ap-refinery'])
    assert.match(await town.does('agent', 'status', alias), /ready/, alias);
  assert.match(await town.does('attach', 'gt-app-witness', '-d'), /runs already: app\/witness/);

  await town.does('down');
  const ended = (await eventsOf(town, { types: ['session_end'] })).map(({ agent }) => agent ?? '');
  const place = (agent: string) => ended.lastIndexOf(agent);
  for (const [before, after] of [
    ['app/crew/max', 'app/witness'],
    ['app/crew/amy', 'app/refinery'],
    ['app/witness', 'boot'],
    ['app/refinery', 'boot'],
    ['boot', 'deacon'],
    ['deacon', 'mayor'],
  ] as const)
    assert.ok(place(before) >= 0 && place(before) < place(after), `${before} before ${after} in ${ended.join(', ')}`);
  await assertSound(town);
});

test('one start for all: who runs is a conflict for `start` and fine for `attach`; many at once make one; a dead one is buried, a live one handed off only when that is said', async (t) => {
  const town = await makeTown(t, { settings });
  const starts = await Promise.all(Array.from({ length: 5 }, () => town.baton(['mayor', 'start'])));
  assert.deepEqual(starts.map(({ exit }) => exit).sort(), [0, 4, 4, 4, 4], starts.map(({ err, out }) => err + out).join('\n'));
  assert.equal((await livesOf(town, 'mayor')).length, 1);
  assert.equal((await town.baton(['mayor', 'start', '-d'])).exit, 4);
  assert.match(await town.does('mayor', 'attach', '-d'), /runs already: mayor/);
  assert.match(await town.does('mayor', 'status'), /next start +runbook \(default_agent, baton\.toml\)/);

  assert.match(await town.does('mayor', 'start', '--kill-existing'), /started: mayor \(sess_\w+, generation 2\)/);
  assert.deepEqual(
    (await livesOf(town, 'mayor')).map(({ endReason }) => endReason),
    ['handoff', undefined],
  );
  assert.match(await town.does('mayor', 'restart', '--fresh'), /generation 3/);
  assert.equal((await livesOf(town, 'mayor'))[1]?.endReason, 'stopped');

  await town.does('daemon', 'stop');
  const { process: program } = await waitForLife(town, 'mayor', 3);
  process.kill(program.pid, 'SIGKILL');
  assert.match(await town.does('mayor', 'start'), /started: mayor \(sess_\w+, generation 4\)/, 'whose program is dead does not run');
  assert.match(await town.does('mayor', 'stop', '--now'), /stopped: mayor/);
  const wish = (await eventsOf(town, { agent: 'mayor', types: ['agent_wanted'] })).at(-1);
  assert.deepEqual([wish?.payload.desired, wish?.payload.isAtOnce], ['stopped', true]);
  assert.match(await town.does('mayor', 'stop'), /did not run/);
  await assertSound(town);
});

test('a program that reports nothing is ready once it has survived; what the order says reaches it; what is not ready in time is stopped where that is said', async (t) => {
  const town = await makeTown(t, { settings });
  await town.does('crew', 'add', 'max', '--rig', 'app');
  await town.does('account', 'add', 'work', '--runtime', 'silent', '--env', 'OWN=HOME');
  const words = ['--runtime', 'silent', '--env', 'API=1', '--account', 'work', '--topic', 'patrol', '--instructions', 'Look at the roof.'];
  assert.match(await town.does('crew', 'at', 'max', '-d', ...words), /started: app\/crew\/max/);
  assert.deepEqual(
    (await eventsOf(town, { agent: 'app/crew/max', types: ['session_start', 'session_ready'] })).map(({ type }) => type),
    ['session_start', 'session_ready'],
  );
  assert.match(await town.does('agent', 'status', 'max'), /ready/);
  const prompt = readSign(town, 'prompt');
  assert.match(prompt, /^\[GAS TOWN\] crew max \(rig: app\) <- overseer • .* • patrol\n/);
  assert.match(prompt, /`\/.*\/\.baton\/bin\/baton prime` first/);
  assert.match(prompt, /Look at the roof\.\n$/);
  const unused = await town.baton(['crew', 'at', 'max', '-d', '--model', 'm']);
  assert.match(unused.err, /app\/crew\/max runs already: how to start it was not used/);
  const env = readSign(town, 'env').split('\n');
  for (const line of ['API=1', 'BATON_ACCOUNT=work', 'GT_AGENT=silent', 'BD_ACTOR=app/crew/max', 'NODE_OPTIONS=', 'CLAUDECODE=', `GT_ROOT=${town.root}`])
    assert.ok(env.includes(line), `${line} in\n${env.join('\n')}`);
  const pidFile = readFileSync(join(town.root, '.baton/run/pids/ap-crew-max.pid'), 'utf8');
  const { process: program } = await waitForLife(town, 'app/crew/max');
  assert.equal(pidFile, `${program.pid}|${program.start}\n`);

  assert.match(await town.does('crew', 'restart', 'max'), /generation 2/);
  const second = await waitForLife(town, 'app/crew/max', 2);
  assert.deepEqual([second.runtime, second.launch.account, second.launch.env?.API], ['silent', 'work', '1'], 'a successor keeps what it was started with');
  await town.does('crew', 'stop', 'max');

  assert.match(await town.does('crew', 'start', 'max', '--runtime', 'slow', '--no-wait'), /started/);
  await town.does('crew', 'stop', 'max');
  await town.does('config', 'set', 'start.grace_s', '1');
  const late = await town.baton(['crew', 'start', 'max', '--runtime', 'slow', '--wait-fatal']);
  assert.equal(late.exit, 6, late.err);
  assert.match(late.err, /was not ready within .* and was stopped again/);
  assert.equal((await livesOf(town, 'app/crew/max')).at(-1)?.endReason, 'stopped');
  await town.does('config', 'set', 'start.grace_s', '60');
  assert.match(await town.does('crew', 'start', 'max', '--runtime', 'asking'), /started: .*\n +\? it asks a person; `baton attach app\/crew\/max`/);
  await town.does('crew', 'stop', 'max', '--now');

  const dying = await town.baton(['crew', 'start', 'max', '--command', '["/bin/sh", "-c", "echo last words; sleep 1; exit 7"]', '--no-wait', '--foreground']);
  assert.equal(dying.exit, 1, dying.err);
  assert.match(dying.out, /ended: crashed/);
  assert.match(dying.err, /in the pane ap-crew-max/);
  await town.does('crew', 'stop', 'max');
  const none = await town.baton(['crew', 'start', 'max', '--command', 'sh -c true']);
  assert.deepEqual([none.exit, /JSON list of words/.test(none.err)], [2, true], none.err);
});

test('crew that starts together is told one by one, whatever fails', async (t) => {
  const town = await makeTown(t, { settings });
  for (const name of ['max', 'amy', 'joe']) await town.does('crew', 'add', name, '--rig', 'app');
  await town.does('agent', 'park', 'app/crew/joe');
  await town.does('crew', 'start', 'amy');
  const all = await town.baton(['crew', 'start', '--all', '--runtime', 'broken']);
  assert.equal(all.exit, 1, all.err);
  assert.match(all.out, /✕ app\/crew\/max: the program of "app\/crew\/max" ended with exit code 3/);
  assert.match(all.out, /runs already: app\/crew\/amy/);
  assert.doesNotMatch(all.out, /joe/);
  await town.does('crew', 'stop', 'max');
  const named = await town.baton(['crew', 'start', 'max', 'joe']);
  assert.equal(named.exit, 1);
  assert.match(named.out, /● started: app\/crew\/max/);
  assert.match(named.out, /✕ app\/crew\/joe: "app\/crew\/joe" is parked\n {4}hint: .*baton agent unpark app\/crew\/joe/);
  assert.equal((await town.baton(['crew', 'start', 'joe'])).exit, 4);
});

test('a rig that is parked ends what it runs with documents, lets nothing start and brings back who was wanted', async (t) => {
  const town = await makeTown(t, { settings, formulas: { waits: '[[steps]]\nid = "waits"\nrun = "test -e $HOME/signs/go || sleep 600"\n' } });
  await town.does('crew', 'add', 'max', '--rig', 'app');
  await town.does('rig', 'start', 'app');
  const { bead, agent } = await slingNew(town, { formula: 'waits' });
  const parked = await town.does('rig', 'park', 'app');
  for (const name of [agent, 'app/crew/max', 'app/witness', 'app/refinery']) assert.ok(parked.includes(`stopped: ${name}`), parked);
  for (const life of [...(await livesOf(town, agent)), ...(await livesOf(town, 'app/crew/max'))]) {
    assert.equal(life.endReason, 'stopped');
    assert.match((await town.app.sessions.show(life.id)).end?.document ?? '', /## Next action/);
  }
  for (const words of ['rig start app', 'witness start app', 'crew start max', `sling ${bead} app`]) {
    const refused = await town.baton(words.split(' '));
    assert.equal(refused.exit, 4, `${words}: ${refused.err}${refused.out}`);
  }
  assert.match(await town.does('agent', 'status', 'app/witness'), /◌ parked/);
  await town.does('up');
  assert.equal((await livesOf(town, agent)).length, 1, 'nothing starts in it');

  await town.does('agent', 'park', 'app/crew/max');
  assert.match(await town.does('agent', 'unpark', 'app/crew/max'), /unparked, and stopped/);
  const open = await town.does('rig', 'unpark', 'app');
  for (const name of [agent, 'app/witness', 'app/refinery']) assert.ok(open.includes(`wanted: ${name}`), open);
  assert.ok(!open.includes('app/crew/max'), 'who was stopped meanwhile stays so');
  for (const name of [agent, 'app/witness']) await waitForLife(town, name, 2);
  await town.does('agent', 'park', agent);
  assert.match(await town.does('agent', 'unpark', agent), /runs for what hangs on its hook/);
  await town.does('agent', 'reset', agent);
  await eventually(async () => (await livesOf(town, agent)).at(-1)?.primedAt !== undefined, 'it is back', patienceMs);
  writeFileSync(join(town.signs, 'go'), '');
  await town.does('handoff', agent);
  await waitForBead(town, bead, 'done');
  await assertSound(town);
});

test('a `down` that comes between the commit of a handoff and its replacement leaves nobody and loses nothing', async (t) => {
  const town = await makeTown(t, { settings });
  await town.does('mayor', 'start');
  await town.does('daemon', 'stop');
  const handoff = await town.baton(['handoff', 'mayor', '-s', 'roof', '-m', 'Next: the third beam'], {
    env: { ...town.env, BATON_FAULT: 'handoff.commit.after=kill' },
  });
  assert.notEqual(handoff.exit, 0);
  assert.deepEqual(
    (await livesOf(town, 'mayor')).map(({ endReason }) => endReason),
    ['handoff', undefined],
  );
  await town.does('down');
  const lives = await livesOf(town, 'mayor');
  assert.deepEqual(
    lives.map(({ endReason, goneAt, startedAt }) => [endReason, goneAt !== undefined, startedAt !== undefined]),
    [
      ['handoff', true, true],
      ['stopped', true, false],
    ],
  );
  assert.deepEqual(
    (await town.app.town.audit()).map(({ detail }) => detail),
    [],
  );
  await town.does('mayor', 'start');
  const next = await waitForLife(town, 'mayor', 3);
  await eventually(async () => (await livesOf(town, 'mayor')).at(-1)?.transcript !== undefined, 'it is primed', patienceMs);
  assert.match(readPrimeOf((await livesOf(town, 'mayor')).find(({ id }) => id === next.id)), /Next: the third beam/);
});

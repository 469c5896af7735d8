import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runProgram } from '#host';
import { makePerson, type Person } from '../support/person.ts';
import { makeTown } from '../support/town.ts';
import { assertSound, giveSign, livesOf, slingNew, waitForBead, waitForRest, waitForSign } from '../support/watch-town.ts';

const ownFormula = `
[[steps]]
id = "own"
run = "basename $BATON_TOWN >> own.txt; basename $BATON_TOWN >> $HOME/signs/towns; until [ -e $HOME/signs/go ]; do sleep 0.05; done"
`;

test('two towns and a person’s own tmux live on one machine, and none of them is disturbed by the others', async (t) => {
  const person = makePerson(t);
  const own = await startOwnTmux(person);
  const inside = { ...person, env: { ...person.env, TMUX: own.variable, TMUX_PANE: '%0' } };
  const [first, second] = [
    await makeTown(t, { name: 'one', person: inside, formulas: { own: ownFormula } }),
    await makeTown(t, { name: 'two', person: inside, formulas: { own: ownFormula } }),
  ];
  const slung = await Promise.all([first, second].map((town) => slingNew(town, { formula: 'own' })));
  await Promise.all(['one', 'two'].map((name) => waitForSign(first, 'towns', name)));
  assert.deepEqual(
    slung.map(({ agent }) => agent),
    ['app/polecats/Toast', 'app/polecats/Toast'],
    'the same address lives in both',
  );

  await first.does('down');
  assert.deepEqual(
    (await livesOf(first, 'app/polecats/Toast')).map(({ endReason }) => endReason),
    ['stopped'],
  );
  assert.deepEqual(
    (await livesOf(second, 'app/polecats/Toast')).map(({ endReason }) => endReason),
    [undefined],
    'the other town works on',
  );
  await assertSound(second);
  await first.does('up');
  giveSign(first, 'go');
  for (const [i, town] of [first, second].entries()) {
    await waitForBead(town, slung[i]?.bead ?? '', 'done');
    await waitForRest(town);
    await assertSound(town);
  }
  assert.equal(await lookAtOwnTmux(person), own.look, 'the person’s tmux is as it was');
  for (const town of [first, second]) await town.does('down');
  assert.equal(await lookAtOwnTmux(person), own.look);
});

/** A person's own server, in which a program runs and somebody has typed half a line. */
async function startOwnTmux(person: Person): Promise<{ variable: string; look: string }> {
  await tmux(person, ['-f', '/dev/null', 'new-session', '-d', '-s', 'mine', 'cat']);
  await tmux(person, ['send-keys', '-t', '=mine:', '-l', 'half a li']);
  const variable = await tmux(person, ['display-message', '-p', '#{socket_path},#{pid},0']);
  return { variable, look: await lookAtOwnTmux(person) };
}

/** Sessions, panes, options and the screen of the person's own server. */
async function lookAtOwnTmux(person: Person): Promise<string> {
  const looks = [
    ['list-panes', '-a', '-F', '#{session_name} #{pane_id} #{pane_pid} #{pane_dead} #{session_windows}'],
    ['show-options', '-g'],
    ['show-options', '-s'],
    ['show-environment', '-g'],
    ['show-hooks', '-g'],
    ['capture-pane', '-p', '-t', '=mine:'],
  ];
  const texts: string[] = [];
  for (const look of looks) texts.push(await tmux(person, look));
  return texts.join('\n');
}

async function tmux(person: Person, words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram({ env: person.env, cwd: person.dir, timeoutMs: 10_000 }, ['tmux', ...words]);
  assert.equal(code, 0, stderr);
  return stdout.trimEnd();
}

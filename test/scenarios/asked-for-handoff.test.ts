import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addCrew, waitForEnd, writeRuntimes } from '../support/small-agents.ts';
import { makeTown, type ScenarioTown } from '../support/town.ts';
import { assertSound, eventsOf, giveSign, livesOf, waitForEvent, waitForLife, waitForSign } from '../support/watch-town.ts';

const settings = `[handoff]\nask_s = 5\n${writeRuntimes({ tui: ['tui.cjs'] })}`;

test('who is handed over by an order is asked first, when its turn ends, and the order stands whoever dies (app 41)', { concurrency: true }, async (t) => {
  const town = await makeTown(t, { settings });
  await t.test('its own words are the document, and the command waits for them', () => asks(town, ['handoff', 'app/crew/ana'], 'ana'));
  await t.test('a restart asks too', () => asks(town, ['crew', 'restart', 'bob', '--rig', 'app'], 'bob'));
  await t.test('with --now nobody is asked', async () => {
    const agent = await startBusy(town, 'cas');
    await town.does('handoff', agent, '--now');
    assert.deepEqual([await writerOf(town, agent), (await asksOf(town, agent)).length], ['code', 0]);
  });
  await t.test('a command that is killed while it waits has ordered it all the same', async () => {
    const agent = await startBusy(town, 'dan');
    const killed = await town.baton(['handoff', agent, '-s', 'the beam', '-m', 'Mind the attic.'], {
      env: { ...town.env, BATON_FAULT: 'stop.ask.after=kill' },
    });
    assert.equal(killed.exit, null);
    const { handoff } = (await waitForEvent(town, { agent, types: ['handoff'] })).payload;
    const { end } = await town.app.sessions.show((await waitForEnd(town, agent)).id);
    assert.deepEqual([end?.id, end?.subject, end?.reason], [handoff, 'the beam', 'asked by overseer']);
    assert.match(end?.document ?? '', /Mind the attic/);
    await waitForLife(town, agent, 2);
  });
  await assertSound(town);
});

/** Orders it while a turn goes on, which then ends. */
async function asks(town: ScenarioTown, words: readonly string[], name: string): Promise<void> {
  const agent = await startBusy(town, name);
  const ordered = town.baton(words);
  await waitForEvent(town, { agent, types: ['nudge'] });
  assert.equal((await livesOf(town, agent))[0]?.endedAt, undefined, 'it is let come to the end of its turn');
  giveSign(town, name);
  const { exit, err } = await ordered;
  assert.deepEqual([exit, err.includes(`asking ${agent}`)], [0, true], err);
  const { end } = await town.app.sessions.show((await waitForEnd(town, agent)).id);
  assert.deepEqual([end?.writtenBy, end?.document.includes('Set the second beam.')], ['agent', true], end?.document);
  await waitForLife(town, agent, 2);
}

/** A crew member in a turn that lasts until its sign is given. */
async function startBusy(town: ScenarioTown, name: string): Promise<string> {
  const agent = await addCrew(town, name);
  await town.does('crew', 'start', name, '--rig', 'app', '--runtime', 'tui', '--instructions', `hold ${name}`);
  await waitForSign(town, `${name}.held`, 'held');
  return agent;
}

const asksOf = (town: ScenarioTown, agent: string) => eventsOf(town, { agent, types: ['nudge'] });

async function writerOf(town: ScenarioTown, agent: string): Promise<string | undefined> {
  return (await town.app.sessions.show((await waitForEnd(town, agent)).id)).end?.writtenBy;
}

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { makeSource } from '#git/testing';
import { findLiveSession } from '#sessions';
import { givenEnd, givenStarted } from '#sessions/testing';
import { lastSeq } from '#store';
import { addCrew, addRig, setDesiredRow, setEstopRow } from '#town';
import { isFaultWith } from '#town/testing';
import type { Deps } from './deps.ts';
import { receiveByHand } from './receive-by-hand.ts';
import { appTown } from './testing.ts';

const max = 'app/crew/max';

/** A town whose caller stands in the folder of max; this test's own program is the one that somebody started there. */
async function townOfMax(t: TestContext): Promise<Deps> {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'source')), cwd: town.dir });
  await addCrew(town, { rig: 'app', name: 'max' });
  const { settings } = town;
  const explain: typeof settings.explain = (key, about) => ({
    ...settings.explain(key, about),
    ...(key === 'default_agent' ? { value: 'runbook' } : {}),
  });
  return { ...town, settings: { ...settings, explain }, cwd: join(town.root, max) };
}

/** The guest's text, and that nothing was recorded. */
async function guestText(town: Deps, stdin = ''): Promise<string> {
  const seq = await lastSeq(town.store.db);
  const received = await receiveByHand(town, 'start', stdin);
  assert.ok(received.kind === 'guest');
  assert.equal(await lastSeq(town.store.db), seq);
  return received.reply.stdout;
}

describe('receiveByHand', () => {
  it('adopts a program of a free agent, and knows it again (app 24)', async (t) => {
    const town = await townOfMax(t);
    const first = await receiveByHand(town, 'start', '');
    assert.ok(first.kind === 'session' && first.session.isAdopted);
    assert.deepEqual(await receiveByHand(town, 'start', ''), first);
  });

  it('says who plays the agent, and where (app 24)', async (t) => {
    const town = await townOfMax(t);
    const live = await givenStarted(town, max);
    assert.match(
      await guestText(town),
      new RegExp(`^guest: ${max} is played by ${live.id}, generation 1, in pane \\S+; do not hand off, close steps or run done in its name\\.\n`),
    );
    await givenEnd(town, live, 'stopped', { isGone: false });
    assert.match(await guestText(town), new RegExp(`^guest: ${live.id}, generation 1 of ${max} in pane \\S+, has ended, and what is left of it is still`));
  });

  it('adopts no copy of a conversation, and nobody for an agent that is not to start (app 24)', async (t) => {
    const town = await townOfMax(t);
    assert.match(await guestText(town, '{"source":"fork"}'), /^guest: this is a copy of an earlier conversation/);
    const change = (write: Parameters<typeof town.store.change>[1]) => town.store.change(town.by, write);
    await change(async (tx, at) => ({ answer: undefined, events: await setEstopRow(tx, at, { by: 'overseer', reason: 'fire' }) }));
    assert.match(await guestText(town), /^guest: the town is stopped \("fire"\)/);
    await change(async (tx, at) => ({ answer: undefined, events: await setEstopRow(tx, at, undefined) }));
    await change(async (tx) => {
      await tx.updateTable('rigs').set({ state: 'docked' }).execute();
      return { answer: undefined, events: [{ type: 'rig_docked' }] };
    });
    assert.match(await guestText(town), /^guest: the rig app is docked/);
    await change(async (tx, at) => ({ answer: undefined, events: await setDesiredRow(tx, at, { agent: max, desired: 'parked' }) }));
    assert.match(await guestText(town), /^guest: app\/crew\/max is parked/);
    assert.equal(await findLiveSession(town.store.db, max), undefined);
  });

  it('has nothing to say to other signals of a guest, and refuses what comes from no folder of an agent (app 24)', async (t) => {
    const town = await townOfMax(t);
    for (const signal of ['prompt', 'stop', 'pre-tool', 'end'] as const)
      assert.deepEqual(await receiveByHand(town, signal, ''), { kind: 'guest', reply: { stdout: '', exitCode: 0 } });
    await assert.rejects(receiveByHand({ ...town, cwd: town.root }, 'start', ''), isFaultWith('not-found', 'this is none', 'baton prime'));
  });
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeSource } from '#git/testing';
import { recordPrimedRow } from '#sessions';
import { givenEnd, givenStarted } from '#sessions/testing';
import { createPane, type Tmux } from '#tmux';
import { startTestServer } from '#tmux/testing';
import { addCrew, addRig } from '#town';
import { createBead, hookBead } from '#work';
import { appTown } from '../testing.ts';
import { paint } from './paint.ts';

/** A crew member with a live pane, and a duty whose clock goes by hand. */
async function givenPane(t: TestContext) {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'app')), cwd: town.dir });
  const agent = await addCrew(town, { rig: 'app', name: 'max' });
  const session = await givenStarted(town, agent.address, { host: town.host.id });
  const server = await startTestServer(t);
  const open = (name: string, mark: string) => createPane(server.tmux, { name, cwd: '/', env: {}, argv: ['sleep', '300'], mark });
  await open(agent.pane, session.id);
  const asked: string[] = [];
  const tmux: Tmux = {
    ...server.tmux,
    run: (commands, options) => {
      asked.push(...commands.map(([name]) => name ?? ''));
      return server.tmux.run(commands, options);
    },
  };
  let skipMs = 0;
  let theme = 'auto';
  const clock = { now: () => skipMs, monotonic: () => skipMs };
  const settings = { ...town.settings, get: ((key, about) => (key === 'theme' ? theme : town.settings.get(key, about))) as typeof town.settings.get };
  const duty = paint({ ...town, clock, settings }, { tmux });
  return {
    ...{ town, agent, session, open, duty },
    setTheme: (name: string) => {
      theme = name;
    },
    /** What tmux was asked in a round four seconds later. */
    later: async () => {
      skipMs += 4000;
      asked.length = 0;
      assert.equal(await duty.round(), 5000);
      return [...asked];
    },
    asked,
    shown: async (option: string) => {
      const answer = await server.tmux.run([['show-options', '-qv', '-t', `=${agent.pane}:`, option]]);
      return answer.kind === 'done' ? answer.output.trim() : answer.kind;
    },
  };
}

const lookOnly = ['list-panes', 'list-clients'];

test('the status line follows the rows, and tmux is asked for nothing where nothing changed (app 17)', async (t) => {
  const { town, agent, session, later, shown } = await givenPane(t);
  assert.deepEqual(await later(), [...lookOnly, 'if-shell']);
  assert.match(await shown('status-left'), /app\/crew\/max/);
  assert.match(await shown('status-style'), /colour22/);
  assert.equal(await shown('status-right'), 'nothing on the hook · gen 1');
  assert.deepEqual(await later(), lookOnly);
  const bead = await createBead(town, { title: 'Mend #(it)', rig: 'app' });
  assert.deepEqual(await later(), lookOnly, 'what is none of its business changes nothing');
  await hookBead(town, { bead: bead.id, agent: agent.address });
  assert.deepEqual(await later(), [...lookOnly, 'if-shell']);
  assert.equal(await shown('status-right'), `${bead.id} Mend ##(it) · gen 1`);
  const transcript = join(town.dir, 't.jsonl');
  writeFileSync(transcript, '');
  await town.store.change(town.by, async (tx, at) => ({
    answer: undefined,
    events: await recordPrimedRow(tx, at, { session: session.id, agent: agent.address, transcript, source: 'startup' }),
  }));
  await later();
  const usage = { input_tokens: 84_000, output_tokens: 0 };
  writeFileSync(transcript, `${JSON.stringify({ type: 'assistant', uuid: 'a', message: { content: 'x' }, usage })}\n`);
  assert.deepEqual(await later(), [...lookOnly, 'if-shell'], 'a transcript that grew is no row');
  assert.match(await shown('status-right'), / · 42 %% · gen 1$/);
});

test('orders that come close together are painted once, and soon (app 17)', async (t) => {
  const { town, agent, later, duty, asked, shown } = await givenPane(t);
  await later();
  await hookBead(town, { bead: (await createBead(town, { title: 'x', rig: 'app' })).id, agent: agent.address });
  asked.length = 0;
  const waitMs = await duty.round();
  assert.equal(waitMs, 3000);
  assert.deepEqual(asked, lookOnly);
  await later();
  assert.match(await shown('status-right'), / x · gen 1$/);
});

test('the setting is followed, another generation is painted anew, and a pane that is none of ours stays as it is (app 17)', async (t) => {
  const { town, agent, session, open, later, setTheme, shown } = await givenPane(t);
  await open('stranger', 'sess_ffffffff');
  assert.deepEqual(await later(), [...lookOnly, 'if-shell']);
  setTheme('plum');
  await later();
  assert.match(await shown('status-style'), /colour53/);
  setTheme('off');
  await later();
  assert.equal(await shown('status-right'), '');
  setTheme('auto');
  await later();
  await givenEnd(town, session, 'handoff');
  assert.deepEqual(await later(), lookOnly, 'nobody plays the agent');
  const next = await givenStarted(town, agent.address, { host: town.host.id, predecessor: session.id });
  await later();
  assert.equal(await shown('status-right'), 'nothing on the hook · gen 1', 'its pane is not there yet');
  await open('max-again', next.id);
  assert.deepEqual(await later(), [...lookOnly, 'if-shell']);
});

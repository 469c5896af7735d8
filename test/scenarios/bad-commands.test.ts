import assert from 'node:assert/strict';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '#host/testing';
import { makeTown } from '../support/town.ts';
import { assertSound, livesOf, patienceMs, readLanded, slingNew, waitForBead, waitForEvent } from '../support/watch-town.ts';

const formulas = {
  fails: '[[steps]]\nid = "first"\nrun = "echo kept > kept.txt"\n[[steps]]\nid = "second"\nrun = "echo the last word >&2; exit 3"\n',
  hangs: '[[steps]]\nid = "hangs"\nrun = "sleep 600 & sleep 600"\ntimeout = 1\n',
  floods: '[[steps]]\nid = "floods"\nrun = "echo FIRST; yes 0123456789abcdef | head -c 50000000; echo LAST; echo kept > floods.txt"\n',
  idle: '[[steps]]\nid = "idle"\n',
};

test('a command that fails, hangs or is missing stops its step with an escalation that `status` shows; one that prints 50 MB goes on', async (t) => {
  const town = await makeTown(t, { formulas });
  const names = ['fails', 'hangs', 'floods', 'idle'] as const;
  const slung = new Map(await Promise.all(names.map(async (formula) => [formula, await slingNew(town, { formula })] as const)));
  const of = (name: (typeof names)[number]) => slung.get(name) ?? assert.fail(name);

  await waitForBead(town, of('floods').bead, 'done');
  assert.deepEqual(readLanded(town, 'floods.txt'), ['kept']);
  const [log] = globSync(join(town.root, '.baton/transcripts/*.floods.*.log'));
  assert.ok(statSync(log ?? '').size > 50_000_000, 'all of it is in a file');
  const { transcript } = (await livesOf(town, of('floods').agent))[0] ?? {};
  assert.ok(statSync(transcript ?? '').size < 100_000, 'the transcript holds its head and its tail');

  for (const name of ['fails', 'hangs', 'idle'] as const) await waitForEvent(town, { bead: of(name).bead, types: ['escalation_sent'] });
  const status = await town.does('status');
  for (const words of [
    'needs somebody',
    `step "second" of ${of('fails').bead} failed: exit 3`,
    'the last word',
    `step "hangs" of ${of('hangs').bead} failed: still ran after 1s`,
    `${of('idle').bead} has no command`,
  ])
    assert.ok(status.includes(words), `"${words}" in:\n${status}`);
  assert.equal(status.match(/✕ blocked/g)?.length, 2, `the agents of the failed steps are told as blocked in:\n${status}`);
  for (const name of ['fails', 'hangs', 'idle'] as const) {
    const { bead, molecule } = await town.app.beads.show(of(name).bead);
    assert.equal(bead.hookedBy, of(name).agent, `${name}: nothing is lost`);
    assert.equal(molecule?.steps.at(-1)?.status, name === 'idle' ? 'active' : 'failed');
  }
  assert.ok(existsSync(join(town.root, of('fails').agent, 'kept.txt')));
  assert.equal((await town.app.escalations.list({})).length, 3, 'each is told once');

  await town.does('down');
  await town.does('up');
  for (const name of ['fails', 'hangs', 'idle'] as const) {
    await eventually(
      async () => (await town.app.town.agents({})).find(({ agent }) => agent === of(name).agent)?.state === 'ready',
      `${name} waits again`,
      patienceMs,
    );
  }
  assert.equal((await town.app.escalations.list({})).length, 3, 'and not again by the next life');
  await assertSound(town);
});

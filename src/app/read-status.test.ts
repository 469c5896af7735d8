import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeSource } from '#git/testing';
import { recordPrimedRow } from '#sessions';
import { givenStarted } from '#sessions/testing';
import { addCrew, addRig } from '#town';
import { readStatus } from './read-status.ts';
import { appTown } from './testing.ts';

test('a transcript that cannot be read hides nothing of the others (app 7)', async (t) => {
  const town = await appTown(t);
  await addRig(town, { name: 'app', source: makeSource(join(town.dir, 'source')), cwd: town.dir });
  const whole = join(town.dir, 'whole.jsonl');
  writeFileSync(whole, `${JSON.stringify({ type: 'assistant', uuid: 'a', message: { content: 'x' }, usage: { input_tokens: 20_000, output_tokens: 0 } })}\n`);
  // A folder is none that could be read as a file.
  for (const [name, transcript] of [
    ['ana', town.dir],
    ['max', whole],
  ] as const) {
    const { address } = await addCrew(town, { rig: 'app', name });
    const session = await givenStarted(town, address, { host: town.host.id });
    await town.store.change(town.by, async (tx, at) => ({
      answer: undefined,
      events: await recordPrimedRow(tx, at, { session: session.id, agent: address, transcript, source: 'startup' }),
    }));
  }
  const { agents } = await readStatus(town);
  assert.deepEqual(
    agents.filter(({ role }) => role === 'crew').map(({ agent, context }) => [agent, context?.share]),
    [
      ['app/crew/ana', undefined],
      ['app/crew/max', 0.1],
    ],
  );
});

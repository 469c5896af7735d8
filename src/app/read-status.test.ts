import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeSource } from '#git/testing';
import { recordPrimedRow, setConditionRow } from '#sessions';
import { givenEnd, givenStarted } from '#sessions/testing';
import { addCrew, addRig, setDesiredRow } from '#town';
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

test('who is to run and does not is told with what it waits for, and who runs and cannot work with what keeps it (app 7)', async (t) => {
  const town = await appTown(t);
  const died = async (agent: string, evidence: Record<string, unknown>) => {
    await town.store.change(town.by, async (tx, at) => ({ answer: 0, events: await setDesiredRow(tx, at, { agent, desired: 'running' }) }));
    await givenEnd(town, await givenStarted(town, agent), 'crashed', { evidence });
  };
  for (let i = 0; i < 5; i += 1) await died('mayor', { class: 'crash' });
  await died('deacon', { class: 'rate-limit', resetAt: town.clock.now() + 3_600_000 });
  const boot = await givenStarted(town, 'boot', { host: town.host.id });
  const condition = { kind: 'waiting', at: 1, detail: 'a person is asked' } as const;
  await town.store.change(town.by, async (tx, at) => ({ answer: 0, events: await setConditionRow(tx, at, { session: boot.id, agent: 'boot', condition }) }));
  const { agents } = await readStatus(town);
  const waits = Object.fromEntries(agents.map(({ agent, waits: each }) => [agent, each?.kind]));
  assert.deepEqual(waits, { mayor: 'breaker', deacon: 'reset', boot: 'waiting' });
  assert.match(agents.find(({ agent }) => agent === 'deacon')?.waits?.text ?? '', /^it starts again in about (59m|1h).*its limit has to reset/);
});

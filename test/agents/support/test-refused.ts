import assert from 'node:assert/strict';
import type { Failure } from '../../support/model-server/step.ts';
import { assertSound, eventsOf, slingNew, waitForBead, waitForEvent, waitForRest } from '../../support/watch-town.ts';
import { type AgentTown, testWith } from './agent-town.ts';
import { obey } from './obey.ts';
import type { AgentName } from './real-agents.ts';
import { underTest } from './under-test.ts';

/** What the model's vendor refuses is recognised from what the real agent makes of it, and the work goes on once it is granted. */
export function testRefused(name: AgentName): void {
  const { limitS = 30, unseen = {} } = underTest[name];

  testWith(
    name,
    'is refused its login, and what it lacks is told, not taken for a crash',
    async (make) => {
      const refused = await make(settings);
      const { agent } = await meet(refused, { kind: 'unauthorized' }, 'auth');
      assert.deepEqual(await eventsOf(refused.town, { agent, types: ['breaker_opened'] }), []);
    },
    unseen.unauthorized,
  );

  testWith(
    name,
    'has reached a limit, and is waited for until that resets',
    async (make) => {
      await meet(await make(settings), { kind: 'limited', resetS: limitS }, 'rate-limit');
    },
    unseen.limited,
  );

  testWith(
    name,
    'has too long a conversation, and is handed over to a fresh session',
    async (make) => {
      const full = await make(settings);
      const { bead } = await meet(full, { kind: 'overflow' }, 'overflow');
      full.server.script(obey({ first: 10_000, later: 10_000 }));
      await waitForBead(full.town, bead, 'done');
      await waitForRest(full.town);
      await assertSound(full.town);
    },
    unseen.overflow,
  );
}

const settings = 'restart = { first_s = 0, max_s = 1 }\nliveness = { idle_s = 2, stuck_s = 2, nudges = 1 }\n';

/** Lets the model fail in every turn; waits until Baton knows why. */
async function meet({ town, server }: AgentTown, fail: Failure, kind: string): Promise<{ bead: string; agent: string }> {
  server.script(() => ({ fail }));
  const made = await slingNew(town, { formula: 'lines' });
  const { payload } = await waitForEvent(town, { agent: made.agent, types: ['session_condition', 'session_death'] });
  assert.equal(payload.kind ?? payload.class, kind, JSON.stringify(payload));
  return made;
}

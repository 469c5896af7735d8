import assert from 'node:assert/strict';
import { livesOf, readLanded, slingNew, waitForBead } from '../../support/watch-town.ts';
import { lines, testWith } from './agent-town.ts';
import { obey } from './obey.ts';
import type { AgentName } from './real-agents.ts';

const known = 'The key hangs behind the attic door.';

/** A real agent that hands off with `--cycle` is followed by a life that goes on with the same conversation, by the runtime's own resume. */
export function testResumed(name: AgentName): void {
  testWith(name, 'goes on with its conversation after `handoff --cycle`, and ends the work', async (make) => {
    const { town, server } = await make();
    const obedient = obey({ first: 10_000, later: 10_000 });
    server.script((request) => {
      const isFirstLife = request.said.filter(({ text }) => text.includes('[GAS TOWN] polecat')).length < 2;
      if (isFirstLife && request.results.length === 0) return { ...obedient(request), text: known };
      if (isFirstLife && request.results.length === 1) return { run: 'baton handoff --cycle --reason compaction' };
      const next = obedient(request);
      return next.text === 'I wait.' && !isFirstLife ? { run: 'baton mol current' } : next;
    });
    const { bead, agent } = await slingNew(town, { formula: 'lines' });
    await waitForBead(town, bead, 'done');
    const [one, two, ...more] = await livesOf(town, agent);
    assert.deepEqual([one?.endReason, two?.launch.resume, more.length], ['handoff', one?.conversation, 0]);
    const resumed = server.requests().find(({ kind, said }) => kind === 'main' && said.filter(({ text }) => text.includes('[GAS TOWN] polecat')).length === 2);
    assert.ok(resumed?.text.includes(known), 'it knows what its predecessor said');
    assert.deepEqual(readLanded(town, 'lines.txt'), [...lines]);
  });
}

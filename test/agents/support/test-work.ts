import assert from 'node:assert/strict';
import { assertSound, livesOf, readLanded, slingNew, waitForBead, waitForRest } from '../../support/watch-town.ts';
import { lines, testWith } from './agent-town.ts';
import { leftNotes, obey } from './obey.ts';
import type { AgentName } from './real-agents.ts';
import { usableOf } from './usable.ts';

/** A real agent's whole way: told who it is, works, is full, hands off; its successor is told, goes on, and hands in what lands. */
export function testWork(name: AgentName): void {
  testWith(name, 'works a molecule, hands off as its context fills, and its successor ends the work', async (make) => {
    const { town, server } = await make();
    server.script(obey({ first: Math.round(0.1 * usableOf(name)), later: Math.round(0.9 * usableOf(name)) }));
    const { bead, agent } = await slingNew(town, { formula: 'lines' });
    const first = await server.waitForRequest(({ kind, text }) => kind === 'main' && text.includes('[GAS TOWN] polecat'), 'the beacon', 120_000);
    assert.ok(first.text.includes('You are polecat'), 'the prime reaches the model with the first prompt');
    await waitForBead(town, bead, 'done');
    const [one, two, ...more] = await livesOf(town, agent);
    assert.deepEqual([one?.endReason, one?.runtime, two?.runtime, more.length], ['handoff', name, name, 0]);
    assert.ok(one?.conversation !== two?.conversation, 'the successor begins a conversation');
    const told = server
      .requests()
      .find(({ kind, text }) => kind === 'main' && text.includes(leftNotes) && text.includes('[GAS TOWN]') && !text.includes('Hand off now'));
    assert.ok(told !== undefined, 'what it left is told to its successor');
    assert.deepEqual(told.results, [], 'with its first prompt');
    await waitForRest(town);
    assert.deepEqual(readLanded(town, 'lines.txt'), [...lines]);
    await assertSound(town);
  });
}

import assert from 'node:assert/strict';
import { assertSound, livesOf, readLanded, slingNew, waitForBead, waitForRest } from '../../support/watch-town.ts';
import { lines, testWith } from './agent-town.ts';
import { leftNotes, obey } from './obey.ts';
import type { AgentName } from './real-agents.ts';

/** The whole way of a real agent that reports no signals: it is told by its prompt to ask who it is, works, hands off, and its successor ends the work. */
export function testTold(name: AgentName): void {
  testWith(name, 'is told by its first prompt alone, works a molecule, hands off, and its successor ends the work (runtimes 44)', async (make) => {
    const { town, server } = await make();
    const obedient = obey({ first: 10_000, later: 10_000 });
    server.script((request) => {
      if (request.results.length === 0) return { run: 'baton prime' };
      const isFirst = !request.text.includes('generation 2');
      if (isFirst && request.results.at(-1)?.includes('step one is done')) return { run: `baton handoff -s "half the lines" -m "${leftNotes}"` };
      return obedient(request);
    });
    const { bead, agent } = await slingNew(town, { formula: 'lines' });
    const first = await server.waitForRequest(({ kind, text }) => kind === 'main' && text.includes('[GAS TOWN] polecat'), 'the beacon', 120_000);
    assert.match(first.text, /Run `\S+\/baton prime` first/);
    await waitForBead(town, bead, 'done');
    const [one, two, ...more] = await livesOf(town, agent);
    assert.deepEqual([one?.endReason, one?.runtime, two?.runtime, more.length], ['handoff', name, name, 0]);
    const told = server.requests().find(({ results }) => results.length === 1 && results[0]?.includes(leftNotes));
    assert.match(told?.results[0] ?? '', /step-2: two\s+← current/, 'its successor is told what was left and where it is');
    await waitForRest(town);
    assert.deepEqual(readLanded(town, 'lines.txt'), [...lines]);
    await assertSound(town);
  });
}

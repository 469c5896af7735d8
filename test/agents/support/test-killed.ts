import assert from 'node:assert/strict';
import { assertSound, livesOf, readLanded, slingNew, waitForBead, waitForLife, waitForRest } from '../../support/watch-town.ts';
import { lines, testWith } from './agent-town.ts';
import { obey } from './obey.ts';
import type { AgentName } from './real-agents.ts';

/** A real agent that is killed while the model thinks is started again, and told what it was at. */
export function testKilled(name: AgentName): void {
  testWith(name, 'is killed in the middle of a turn, and started again at the step that it was at', async (make) => {
    const { town, server } = await make('restart.first_s = 0\n');
    const obedient = obey({ first: 10_000, later: 10_000 });
    const isClosed = (step: string, text: string) => text.includes(`step ${step} is done`);
    server.script((request) => (request.results.some((one) => isClosed('one', one)) ? { pace: { hang: true } } : obedient(request)));
    const { bead, agent } = await slingNew(town, { formula: 'lines' });
    await server.waitForRequest(({ results }) => results.some((one) => isClosed('one', one)), 'the turn after the first step', 120_000);
    const { process: program } = await waitForLife(town, agent);
    server.script(obedient);
    process.kill(program.pid, 'SIGKILL');
    await waitForBead(town, bead, 'done');
    const lives = await livesOf(town, agent);
    assert.deepEqual([lives.length, lives[0]?.endReason], [2, 'crashed']);
    const told = server.requests().find(({ kind, text }) => kind === 'main' && text.includes('generation 2'));
    assert.match(told?.text ?? '', /step-2: two\s+← current/, 'it is told what it was at');
    await waitForRest(town);
    assert.deepEqual(readLanded(town, 'lines.txt'), [...lines]);
    await assertSound(town);
  });
}

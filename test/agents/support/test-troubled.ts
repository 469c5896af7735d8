import assert from 'node:assert/strict';
import { eventually } from '#host/testing';
import type { Step } from '../../support/model-server/step.ts';
import type { ScenarioTown } from '../../support/town.ts';
import { assertSound, eventsOf, livesOf, patienceMs, readLanded, slingNew, waitForBead, waitForEvent, waitForRest } from '../../support/watch-town.ts';
import { type AgentTown, lines, testWith } from './agent-town.ts';
import { obey } from './obey.ts';
import type { AgentName } from './real-agents.ts';

/** What goes wrong at a request, and how Baton calls it; `down`: nobody listens where the model was. */
interface Trouble {
  readonly name: string;
  readonly step: Step | 'down';
  readonly kind: 'auth' | 'no-service';
}

const troubles: readonly Trouble[] = [
  { name: 'is refused (403)', step: { fail: { kind: 'forbidden' } }, kind: 'auth' },
  { name: 'meets an overloaded vendor (529)', step: { fail: { kind: 'overloaded' } }, kind: 'no-service' },
  { name: 'is cut off (connection reset)', step: { pace: { reset: true } }, kind: 'no-service' },
  { name: 'reaches nobody (connection refused)', step: 'down', kind: 'no-service' },
];

const patient = 'liveness = { idle_s = 600, stuck_s = 600, nudges = 1 }\n';
const obedient = obey({ first: 10_000, later: 10_000 });

/**
 * What keeps the vendor from serving is known for what it is, costs no session, and the work goes on where it was when the vendor serves again. `waitsFor`:
 * what its screen shows where it waits for the network by itself, for ever.
 */
export function testTroubled(name: AgentName, { waitsFor }: { waitsFor?: string } = {}): void {
  for (const { name: sentence, step, kind } of troubles)
    testWith(name, `${sentence} in the middle of its work, which is told as such and costs no session (app 36, 40)`, async (make) => {
      const made = await make(patient);
      const { agent, bead } = await workUntil(made, step);
      if (step === 'down' && waitsFor !== undefined) {
        await eventually(async () => (await readScreen(made.town, agent)).includes(waitsFor), `"${waitsFor}" on its screen`, patienceMs);
        await serveAgain(made, step);
      } else {
        const { payload } = await waitForEvent(made.town, { agent, types: ['session_condition', 'session_death', 'handoff'] });
        assert.equal(payload.kind, kind, JSON.stringify(payload));
        await serveAgain(made, step);
        await made.town.does('nudge', agent, 'It works again: go on.');
      }
      await assertDone(made, { agent, bead });
    });

  testWith(name, 'meets a broken vendor (500), and is told to go on by Baton when that may serve again (app 40)', async (make) => {
    const made = await make(patient);
    const { agent, bead } = await workUntil(made, { fail: { kind: 'broken' } });
    await waitForEvent(made.town, { agent, types: ['session_condition'] });
    await serveAgain(made, {});
    await assertDone(made, { agent, bead });
    const nudges = await eventsOf(made.town, { agent, types: ['nudge'] });
    assert.deepEqual(
      nudges.map(({ payload }) => payload.reason),
      ['no-service'],
    );
  });
}

/** Answers that break off in their middle, or flow slowly, cost nothing. */
export function testStreams(name: AgentName): void {
  testWith(name, 'whose answers are cut off in their middle asks again by itself (app 40)', async (make) => {
    const made = await make(patient);
    let cuts = 0;
    made.server.script((request) => {
      if (request.results.length === 0 || cuts >= 2) return obedient(request);
      cuts += 1;
      return { ...obedient(request), text: 'I write the next line now.', pace: { cutAfter: 4 } };
    });
    const { agent, bead } = await slingNew(made.town, { formula: 'lines' });
    await assertDone(made, { agent, bead });
    assert.equal(cuts, 2);
  });

  testWith(name, 'whose answer comes a word a second is not taken for stuck (app 13)', async (make) => {
    const made = await make('liveness = { idle_s = 4, stuck_s = 4, nudges = 1 }\n');
    const words = 'word '.repeat(14);
    let isSlow = true;
    made.server.script((request) => {
      if (request.results.length === 0 || !isSlow) return obedient(request);
      isSlow = false;
      return { ...obedient(request), text: words, pace: { betweenMs: 1000 } };
    });
    const { agent, bead } = await slingNew(made.town, { formula: 'lines' });
    await assertDone(made, { agent, bead });
    assert.deepEqual(await eventsOf(made.town, { agent, types: ['nudge'] }), []);
  });
}

/** Its first step is done, then this comes to each request. */
async function workUntil({ town, server }: AgentTown, step: Step | 'down'): Promise<{ agent: string; bead: string }> {
  server.script((request) => (request.results.length === 0 ? obedient(request) : step === 'down' ? { pace: { hang: true } } : step));
  const made = await slingNew(town, { formula: 'lines' });
  await server.waitForRequest(({ results }) => results.length > 0, 'the turn after the first step', 120_000);
  if (step === 'down') await server.serve(false);
  return made;
}

async function serveAgain({ server }: AgentTown, step: Step | 'down'): Promise<void> {
  server.script(obedient);
  if (step === 'down') await server.serve(true);
}

async function readScreen(town: ScenarioTown, agent: string): Promise<string> {
  const paneId = (await livesOf(town, agent)).at(-1)?.paneId ?? '';
  return (await town.baton(['tmux', 'capture-pane', '-p', '-t', paneId])).out;
}

/** The work of one session, nothing of it lost. */
async function assertDone({ town }: AgentTown, { agent, bead }: { agent: string; bead: string }): Promise<void> {
  await waitForBead(town, bead, 'done');
  await waitForRest(town);
  assert.deepEqual(readLanded(town, 'lines.txt'), [...lines]);
  assert.deepEqual(
    (await livesOf(town, agent)).map(({ endReason }) => endReason),
    ['done'],
  );
  await assertSound(town);
}

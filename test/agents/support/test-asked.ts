import assert from 'node:assert/strict';
import { eventually } from '#host/testing';
import { giveSign, livesOf, patienceMs, slingNew, waitForEvent, waitForLife, waitForSign } from '../../support/watch-town.ts';
import { testWith } from './agent-town.ts';
import { obey } from './obey.ts';
import type { AgentName } from './real-agents.ts';
import { usableOf } from './usable.ts';

const known = 'The attic floor carries nobody: step on the beams alone.';

/** A real agent that sits idle is asked for what it knows when it is stopped, and its successor starts from its own words. */
export function testAsked(name: AgentName): void {
  testWith(name, 'is asked before it is stopped, and what it says is the document of its end (app 39)', async (make) => {
    const { town, server } = await make('[roles.crew]\npermissions = "bypass"\n');
    server.script((request) => {
      const asked = /handoff --auto --reason '[^']+' --stdin/.exec(request.text)?.[0];
      if (asked === undefined || request.results.length > 0) return { text: 'I rest.' };
      return { run: `baton ${asked} <<'END'\n## Current state\nThe first beam is in.\n## Dead ends\n${known}\n## Next action\nSet the second beam.\nEND` };
    });
    await town.does('crew', 'add', 'max', '--rig', 'app');
    await town.does('crew', 'start', 'max', '--rig', 'app', '--runtime', name);
    await eventually(async () => (await livesOf(town, 'app/crew/max'))[0]?.turnEndedAt !== undefined, 'its first turn is over', patienceMs);
    const stopped = await town.baton(['crew', 'stop', 'max', '--rig', 'app']);
    assert.deepEqual([stopped.exit, /asking app\/crew\/max/.test(stopped.err)], [0, true], stopped.err);
    const [life] = await livesOf(town, 'app/crew/max');
    assert.equal(life?.endReason, 'stopped');
    const { end } = await town.app.sessions.show(life?.id ?? '');
    assert.deepEqual([end?.writtenBy, end?.document.includes(known)], ['agent', true], end?.document);
  });
}

/** A real agent in the middle of a turn that somebody orders to be handed over: it comes to the turn's end, is asked there, and its successor has its words. */
export function testAskedForHandoff(name: AgentName): void {
  testWith(name, 'is asked at the end of its turn when somebody hands it over, and its successor starts from its words (app 41)', async (make) => {
    const { town, server } = await make('[roles.crew]\npermissions = "bypass"\n');
    server.script(({ text, results }) => {
      const asked = /handoff --auto --reason '[^']+' --stdin/.exec(text)?.[0];
      if (asked !== undefined && !results.some((one) => one.includes('saved (')))
        return { run: `baton ${asked} <<'END'\n## Dead ends\n${known}\n## Next action\nSet the second beam.\nEND` };
      if (results.length > 0 || text.includes('generation 2')) return { text: 'I rest.' };
      return { run: 'cd "$HOME/signs"; echo held > held; until [ -e go ]; do sleep 0.1; done' };
    });
    await town.does('crew', 'add', 'max', '--rig', 'app');
    await town.does('crew', 'start', 'max', '--rig', 'app', '--runtime', name);
    await waitForSign(town, 'held', 'held');
    const ordered = town.baton(['handoff', 'app/crew/max', '-s', 'the roof']);
    await waitForEvent(town, { agent: 'app/crew/max', types: ['nudge'] });
    giveSign(town, 'go');
    const { exit, err } = await ordered;
    assert.deepEqual([exit, /asking app\/crew\/max/.test(err)], [0, true], err);
    const [life] = await livesOf(town, 'app/crew/max');
    const { end } = await town.app.sessions.show(life?.id ?? '');
    assert.deepEqual([life?.endReason, end?.writtenBy, end?.document.includes(known)], ['handoff', 'agent', true], end?.document);
    await server.waitForRequest(
      ({ kind, text }) => kind === 'main' && text.includes('generation 2') && text.includes(known),
      'its successor is told',
      patienceMs,
    );
  });
}

/** A real agent whose context fills up within one turn is told after its tools, kept from the next one past the hard limit, and handed over there. */
export function testHardLimit(name: AgentName): void {
  testWith(name, 'is kept from a further tool past the hard limit, and handed over between two of them (app 34)', async (make) => {
    const { town, server } = await make('handoff.hard_s = 600\n');
    const obedient = obey({ first: 10_000, later: 10_000 });
    // Past the hard limit, and short of where the program would compact by itself.
    const full = Math.round(0.985 * usableOf(name));
    // It goes on with small tools, whatever it is told, and is full from the second one on.
    server.script((request) => {
      if (request.text.includes('generation 2')) return obedient(request);
      const count = request.results.length;
      return { run: `sleep 1; echo ${count} >> tools.txt`, usage: { input: count < 2 ? 10_000 : full } };
    });
    const { agent } = await slingNew(town, { formula: 'lines' });
    await waitForLife(town, agent, 2);
    const [first] = await livesOf(town, agent);
    assert.equal(first?.endReason, 'handoff');
    const { end } = await town.app.sessions.show(first?.id ?? '');
    assert.match(end?.reason ?? '', /past the hard limit, between two tools/);
    const denied = server.requests().findLast(({ text }) => text.includes('use no further tool'));
    assert.ok(denied !== undefined, 'it is told why');
  });
}

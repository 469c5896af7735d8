import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { eventually } from '#host/testing';
import { livesOf, patienceMs } from '../../support/watch-town.ts';
import { testWith } from '../support/agent-town.ts';

const known = 'The ladder stands behind the barn.';

/** The second file of a conversation, which its going on makes, has the minute in its name: within the same one it is the first file again. */
const nextMinute = 'date +%M > .minute; until ! date +%M | cmp -s - .minute; do sleep 0.2; done';

testWith('gemini', 'deletes a conversation that was gone on with when another one starts, and what was said is in the archive (app 38)', async (make) => {
  const { town, server } = await make('[roles.crew]\npermissions = "bypass"\n');
  const agent = 'app/crew/max';
  server.script(({ results, text }) =>
    results.length > 0 || /generation [23]/.test(text) ? { text: 'I rest.' } : { text: known, run: `${nextMinute}; baton handoff --cycle --reason compaction` },
  );
  await town.does('crew', 'add', 'max', '--rig', 'app');
  await town.does('crew', 'start', 'max', '--rig', 'app', '--runtime', 'gemini');
  const rests = (life: number) => eventually(async () => (await livesOf(town, agent))[life]?.turnEndedAt !== undefined, `life ${life + 1} rests`, patienceMs);
  await rests(1);
  const transcript = (await livesOf(town, agent))[0]?.transcript ?? '';
  assert.ok(existsSync(transcript), transcript);
  await town.does('crew', 'stop', 'max', '--rig', 'app', '--now');
  await town.does('crew', 'start', 'max', '--rig', 'app', '--runtime', 'gemini');
  await rests(2);
  const [first, second, third] = await livesOf(town, agent);
  assert.deepEqual([second?.conversation, third?.conversation === first?.conversation], [first?.conversation, false]);
  await eventually(() => !existsSync(transcript), 'the file is gone', patienceMs);
  assert.match(await town.does('sessions', 'logs', first?.id ?? ''), new RegExp(known));
});

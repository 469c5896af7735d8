import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSettings } from '#config';
import { tempDir } from '#host/testing';
import type { Session } from '#sessions';
import { townPaths } from '#town';
import { measureSession } from './advise-session.ts';
import { dropReading, keepReading } from './kept-reading.ts';

const id = 'sess_00000001';

/** A session with a transcript of one turn, and what measuring it takes. */
function stage(t: Parameters<typeof tempDir>[0]) {
  const root = tempDir(t);
  const transcript = join(root, 't.jsonl');
  writeFileSync(transcript, turn(100));
  const session = { id, agent: 'app/crew/max', runtime: 'runbook', transcript, launch: {} } as unknown as Session;
  const deps = { root, settings: readSettings({ town: '' }) };
  return { root, transcript, measure: async () => (await measureSession(deps, session)) ?? assert.fail('there is a transcript') };
}

function turn(tokens: number): string {
  return `${JSON.stringify({ type: 'assistant', uuid: `u${tokens}`, at: 1, message: { role: 'assistant', content: 'done' }, usage: { input_tokens: tokens, output_tokens: 1 } })}\n`;
}

test('a meter goes on from the kept reading and comes to the same (prime 10)', async (t) => {
  const { root, transcript, measure } = stage(t);
  const first = await measure();
  keepReading(root, id, first.reading);
  appendFileSync(transcript, turn(150));
  const whole = { ...(await measure()) };
  assert.equal(whole.meter.turns, 2);
  dropReading(root, id);
  assert.deepEqual(await measure(), whole);
});

test('a kept reading is believed, so that what it covers is not read again (prime 10)', async (t) => {
  const { root, transcript, measure } = stage(t);
  const { reading } = await measure();
  keepReading(root, id, { ...reading, turnCount: 41 });
  appendFileSync(transcript, turn(150));
  assert.equal((await measure()).meter.turns, 42);
});

test('a kept reading of another file, another program, or torn, is none (prime 10)', async (t) => {
  const { root, transcript, measure } = stage(t);
  const { reading } = await measure();
  const wrong = { ...reading, turnCount: 41 };
  const path = join(townPaths(root).meters, `${id}.json`);
  keepReading(root, id, wrong);
  for (const text of ['', readFileSync(path, 'utf8').slice(0, 20), '{"version":0,"reading":{}}']) {
    writeFileSync(path, text);
    assert.equal((await measure()).meter.turns, 1, text);
  }
  keepReading(root, id, wrong);
  writeFileSync(transcript, turn(7));
  assert.equal((await measure()).meter.turns, 1, 'the transcript was written anew');
});

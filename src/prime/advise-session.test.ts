import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { getSession, recordPrimedRow } from '#sessions';
import { givenStarted, writerOf } from '#sessions/testing';
import { readEvents } from '#store';
import { max } from '#work/testing';
import { type Advice, adviseSession, type Boundary, measureSession, readSessionMeter, readThresholds } from './advise-session.ts';
import { type PrimeTown, primeTown } from './testing.ts';

const atStep: Boundary = { hasWorkLeft: () => true, carriesLines: true };
const atStop: Boundary = { hasWorkLeft: () => true, carriesLines: false };

interface Talking extends PrimeTown {
  /** The session's context is that full, in tokens of 1000. */
  fill(tokens: number): void;
  advise(boundary?: Boundary): Promise<Advice>;
  marks(): Promise<[suggested: boolean, told: boolean]>;
}

/** A session with a transcript, in a window of 1000 tokens. */
async function talking(t: TestContext, settings: { town?: string; rig?: string } = { town: '[runtimes.runbook]\nwindow = 1000' }): Promise<Talking> {
  const town = await primeTown(t, settings);
  const { id } = await givenStarted(town, max);
  const transcript = join(town.root, 't.jsonl');
  const by = { actor: max, session: id };
  await town.store.change(by, async (tx, at) => ({
    answer: undefined,
    events: await recordPrimedRow(tx, at, { session: id, agent: max, transcript, source: 'startup' }),
  }));
  const read = () => getSession(town.store.db, id);
  let n = 0;
  return {
    ...town,
    fill: (tokens) => {
      n += 1;
      const usage = { input_tokens: tokens - 1, output_tokens: 1 };
      writeFileSync(transcript, `${JSON.stringify({ type: 'assistant', uuid: `u${n}`, message: { content: 'x' }, usage })}\n`, { flag: 'a' });
    },
    advise: async (boundary = atStep) => adviseSession({ ...town, by: writerOf(await read()) }, await read(), boundary),
    marks: async () => [(await read()).suggestedAt !== undefined, (await read()).toldAt !== undefined],
  };
}

describe('adviseSession', () => {
  it('is calm under 70 %, says one line at 70 %, and orders a handoff at every boundary from 85 % on (prime 9)', async (t) => {
    const town = await talking(t);
    const heard: string[] = [];
    for (const tokens of [100, 699, 700, 720, 849, 850, 900, 980]) {
      town.fill(tokens);
      heard.push((await town.advise()).kind);
    }
    assert.deepEqual(heard, ['calm', 'calm', 'suggest', 'calm', 'calm', 'handoff', 'handoff', 'handoff']);
    const events = await readEvents(town.store.db, { agent: max, types: ['context_suggested', 'context_told', 'context_dropped'] });
    assert.deepEqual(
      events.map(({ type, payload }) => [type, payload.share]),
      [
        ['context_suggested', 0.7],
        ['context_told', 0.85],
      ],
    );
  });

  it('says what to do in its lines (prime 9)', async (t) => {
    const town = await talking(t);
    town.fill(750);
    assert.match((await town.advise()).text, /^context 75 % of 1k .*Prepare to hand off soon: commit/);
    town.fill(870);
    const { text, meter } = await town.advise();
    assert.match(text, /^context 87 %.*Hand off now.*`baton handoff -s .*` and stop\./);
    assert.equal(meter?.share, 0.87);
  });

  it('keeps the line for a boundary that can carry it; an order to hand off reaches every one (prime 9)', async (t) => {
    const town = await talking(t);
    town.fill(750);
    assert.deepEqual([(await town.advise(atStop)).kind, await town.marks()], ['calm', [false, false]]);
    assert.deepEqual([(await town.advise(atStep)).kind, await town.marks()], ['suggest', [true, false]]);
    town.fill(870);
    assert.deepEqual([(await town.advise(atStop)).kind, await town.marks()], ['handoff', [true, true]]);
  });

  it('says it again after the context has dropped (prime 9)', async (t) => {
    const town = await talking(t);
    town.fill(860);
    await town.advise();
    town.fill(200);
    assert.deepEqual([(await town.advise()).kind, await town.marks()], ['calm', [false, false]]);
    town.fill(710);
    assert.equal((await town.advise()).kind, 'suggest');
  });

  it('tells nothing to who only has to hand in (prime 9)', async (t) => {
    const town = await talking(t);
    town.fill(990);
    const { kind, text, meter } = await town.advise({ hasWorkLeft: () => false, carriesLines: true });
    assert.deepEqual([kind, text, meter?.tokens, await town.marks()], ['calm', '', 990, [false, false]]);
  });

  it('takes window and shares from the rig (prime 9)', async (t) => {
    const town = await talking(t, {
      town: '[runtimes.runbook]\nwindow = 1000',
      rig: '[context]\nsuggest = 0.2\ncycle = 0.4\n[runtimes.runbook]\nwindow = 2000',
    });
    town.fill(500);
    assert.equal((await town.advise()).kind, 'suggest');
    town.fill(800);
    assert.equal((await town.advise()).kind, 'handoff');
    assert.deepEqual(readThresholds(town, { agent: 'mayor' }), { suggest: 0.7, cycle: 0.85, hard: 0.97 });
  });

  it('has no meter before a transcript is known, and is calm (prime 9)', async (t) => {
    const town = await primeTown(t);
    const session = await givenStarted(town, max);
    assert.equal(await readSessionMeter(town, session), undefined);
    assert.deepEqual(await adviseSession({ ...town, by: writerOf(session) }, session, atStep), { kind: 'calm', meter: undefined, text: '' });
  });

  it('reads on from an earlier reading (prime 9)', async (t) => {
    const town = await talking(t);
    town.fill(300);
    const session = await getSession(town.store.db, (await readEvents(town.store.db, { types: ['session_primed'] }))[0]?.payload.session as string);
    const first = await measureSession(town, session);
    town.fill(400);
    const second = await measureSession(town, session, first?.reading);
    assert.deepEqual([first?.meter.tokens, second?.meter.tokens, second?.meter.turns], [300, 400, 2]);
  });
});

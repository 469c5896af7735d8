import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { minute, second } from '#base';
import type { Session } from './model.ts';
import { type AgentFacts, type Death, judgeRestart, judgeState, type Observed, planAgent, planSuccessor } from './rules.ts';

const policy = { firstMs: 30 * second, maxMs: 10 * minute };
const now = 1_800_000_000_000;

const blank: Session = {
  id: 'sess_00000001',
  agent: 'app/crew/max',
  generation: 1,
  predecessor: undefined,
  runtime: 'runbook',
  host: 'host_test',
  launch: { topic: 'cold-start', sender: 'overseer' },
  createdAt: now - 1000,
  paneId: undefined,
  process: undefined,
  startedAt: undefined,
  primedAt: undefined,
  conversation: undefined,
  transcript: undefined,
  firstTurnAt: undefined,
  turnAt: undefined,
  turnEndedAt: undefined,
  progressAt: undefined,
  suggestedAt: undefined,
  toldAt: undefined,
  toldShare: undefined,
  endedAt: undefined,
  endReason: undefined,
  endEvidence: {},
  bead: undefined,
  openedWhy: {},
  isAdopted: false,
  readyAt: undefined,
  condition: undefined,
  goneAt: undefined,
};
const ready: Session = { ...blank, startedAt: now - 900, primedAt: now - 800, turnAt: now - 700, turnEndedAt: now - 600 };
const idle: AgentFacts = {
  desired: 'running',
  session: undefined,
  ungone: [],
  observed: { kind: 'absent' },
  hasWork: false,
  deaths: [],
  isOrderedSinceDeath: false,
};
const plan = (facts: Partial<AgentFacts>) => planAgent({ ...idle, ...facts }, now, policy, 0.5);
const dead = (cls: 'clean' | 'crash', reason: 'crashed' | 'stopped' = 'crashed'): Observed => ({ kind: 'dead', reason, at: now, evidence: { class: cls } });

const moment = fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined });
const anySession = fc
  .record({ startedAt: moment, primedAt: moment, turnAt: moment, turnEndedAt: moment, toldAt: moment })
  .map((facts): Session => ({ ...blank, ...facts }));
const anyObserved = fc.oneof(
  fc.constant<Observed>({ kind: 'absent' }),
  fc.constant<Observed>({ kind: 'alive' }),
  fc
    .record({ reason: fc.constantFrom('crashed', 'lost', 'stopped', 'host-restart'), cls: fc.constantFrom('clean', 'crash', 'lost', 'host-restart') })
    .map(({ reason, cls }): Observed => ({ kind: 'dead', reason, at: now, evidence: { class: cls } })),
);
const anyDeath = fc.record({ at: fc.integer({ min: now - 60 * minute, max: now }), hadProgress: fc.boolean() });
const anyFacts = fc.record({
  desired: fc.constantFrom('running', 'stopped', 'parked'),
  session: fc.option(anySession, { nil: undefined }),
  ungone: fc.array(anySession, { maxLength: 2 }),
  observed: anyObserved,
  hasWork: fc.boolean(),
  deaths: fc.array(anyDeath, { maxLength: 8 }),
  isOrderedSinceDeath: fc.boolean(),
});

test('each state is entered by its fact and left by the next one (sessions 1)', () => {
  const walk: [Partial<Session>, string][] = [
    [{}, 'starting'],
    [{ startedAt: 1 }, 'priming'],
    [{ primedAt: 2 }, 'ready'],
    [{ turnAt: 3 }, 'working'],
    [{ turnEndedAt: 4 }, 'ready'],
    [{ turnAt: 5 }, 'working'],
    [{ toldAt: 6 }, 'handing-off'],
    [{ toldAt: undefined }, 'working'],
    [{ endedAt: 7, endReason: 'handoff' }, 'ended'],
  ];
  let session = blank;
  for (const [fact, state] of walk) {
    session = { ...session, ...fact };
    assert.equal(judgeState(session), state, JSON.stringify(fact));
  }
});

test('nothing starts or opens while older lives are not gone, nor while one is unended (sessions 2)', () => {
  fc.assert(
    fc.property(anyFacts, fc.double({ min: 0, max: 1, noNaN: true }), (facts, fraction) => {
      const { kind } = planAgent(facts, now, policy, fraction);
      if (facts.ungone.length > 0) assert.equal(kind, 'clear');
      if (kind === 'open') assert.equal(facts.session, undefined);
      if (kind === 'start') assert.notEqual(facts.session, undefined);
    }),
  );
});

test('what shall not run is never started, opened or waited for (sessions 3)', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      if (facts.desired === 'running') return;
      assert.ok(['nothing', 'clear', 'bury', 'stop'].includes(planAgent(facts, now, policy, 0.5).kind));
    }),
  );
});

/** A town of one agent: rows as a store would keep them, and which generations have processes. */
interface World {
  desired: AgentFacts['desired'];
  readonly rows: { session: Session; isGone: boolean }[];
  readonly living: Set<number>;
  at: number;
}
const acts = ['round', 'round', 'round', 'die', 'exit', 'hand off', 'want running', 'want stopped', 'wait', 'die in start'] as const;

/** Carries out what the rule says, as the daemon does; `isCut` leaves a start between the pane and its record. */
function live(world: World, isCut: boolean): void {
  const row = world.rows.find(({ session }) => session.endedAt === undefined);
  const isAlive = row !== undefined && world.living.has(row.session.generation);
  const observed: Observed = isAlive ? { kind: 'alive' } : row?.session.startedAt === undefined ? { kind: 'absent' } : dead('crash');
  const ungone = world.rows.filter(({ session, isGone }) => session.endedAt !== undefined && !isGone).map(({ session }) => session);
  const planned = planAgent({ ...idle, desired: world.desired, session: row?.session, ungone, observed, isOrderedSinceDeath: true }, world.at, policy, 0.5);
  const change = (id: number, facts: Partial<Session>, isGone = false) => {
    const at = world.rows.findIndex(({ session }) => session.generation === id);
    const before = world.rows[at];
    if (before !== undefined) world.rows[at] = { session: { ...before.session, ...facts }, isGone };
  };
  switch (planned.kind) {
    case 'clear':
      world.living.delete(planned.session.generation);
      change(planned.session.generation, {}, true);
      break;
    case 'bury':
      change(planned.session.generation, { endedAt: world.at, endReason: planned.reason });
      break;
    case 'stop':
      change(planned.session.generation, { endedAt: world.at, endReason: 'stopped' });
      break;
    case 'open':
      world.rows.push({ session: { ...blank, generation: world.rows.length + 1 }, isGone: false });
      break;
    case 'start':
      world.living.add(planned.session.generation);
      if (!isCut) change(planned.session.generation, { startedAt: world.at });
      break;
    default:
  }
}

test('through crashes, handoffs, orders and killed starts never two generations live, and a wanted one comes back (sessions 2)', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...acts), { maxLength: 60 }), (steps) => {
      const world: World = { desired: 'running', rows: [], living: new Set(), at: 1 };
      const check = () => assert.ok(world.living.size <= 1, `${[...world.living]} live`);
      for (const act of steps) {
        world.at += 1;
        const last = world.rows.at(-1);
        if (act === 'die' || act === 'exit') world.living.clear();
        else if (act === 'want running' || act === 'want stopped') world.desired = act === 'want running' ? 'running' : 'stopped';
        else if (act === 'hand off' && last?.session.startedAt !== undefined && last.session.endedAt === undefined) {
          world.rows[world.rows.length - 1] = { session: { ...last.session, endedAt: world.at, endReason: 'handoff' }, isGone: false };
          if (world.desired === 'running') world.rows.push({ session: { ...blank, generation: world.rows.length + 1 }, isGone: false });
        } else live(world, act === 'die in start');
        check();
      }
      world.desired = 'running';
      for (let round = 0; round < 8; round += 1) {
        live(world, false);
        check();
      }
      assert.deepEqual([...world.living], [world.rows.length]);
    }),
  );
});

test('a program that is dead is buried before anything else is thought of (sessions 2, 3)', () => {
  assert.equal(plan({ session: ready, observed: dead('crash') }).kind, 'bury');
  assert.equal(plan({ session: ready, observed: dead('crash'), desired: 'stopped' }).kind, 'bury');
  assert.deepEqual(plan({ session: ready, observed: { kind: 'alive' }, desired: 'parked' }), { kind: 'stop', session: ready });
  assert.equal(plan({ session: ready, observed: { kind: 'alive' } }).kind, 'nothing');
  assert.equal(plan({ session: blank, observed: { kind: 'alive' } }).kind, 'start');
});

test("a clean exit is a stop at the prompt without work, under a stop that is wanted, or under a person's eyes; else a crash (sessions 3)", () => {
  const reason = (facts: Partial<AgentFacts>) => {
    const planned = plan({ session: ready, observed: dead('clean'), ...facts });
    return planned.kind === 'bury' ? planned.reason : planned.kind;
  };
  assert.equal(reason({}), 'stopped');
  assert.equal(reason({ hasWork: true }), 'crashed');
  assert.equal(reason({ hasWork: true, desired: 'stopped' }), 'stopped');
  assert.equal(reason({ session: { ...ready, turnEndedAt: undefined } }), 'crashed');
  assert.equal(reason({ session: blank }), 'crashed');
  assert.equal(reason({ hasWork: true, observed: dead('clean', 'stopped') }), 'stopped');
  assert.equal(reason({ observed: dead('crash') }), 'crashed');
});

const died = (...ends: [agoMinutes: number, hadProgress: boolean][]): Death[] => ends.map(([ago, hadProgress]) => ({ at: now - ago * minute, hadProgress }));
const waitAfter = (deaths: Death[]) => judgeRestart(deaths, policy, 0.5) - (deaths.at(-1)?.at ?? 0);

test('after progress a dead agent starts at once; one that dies early waits 30 s, doubling to 10 minutes (sessions 4)', () => {
  assert.equal(judgeRestart([], policy, 0.5), 0);
  assert.equal(waitAfter(died([1, true])), 0);
  assert.equal(waitAfter(died([1, false])), 30 * second);
  assert.equal(waitAfter(died([5, true], [1, true])), 30 * second);
  assert.equal(waitAfter(died([5, false], [1, true])), 60 * second);
  const waits = Array.from({ length: 8 }, (_, i) => waitAfter(died(...Array.from({ length: i + 1 }, (_, n): [number, boolean] => [i - n, false]))));
  assert.deepEqual(
    waits.map((wait) => wait / second),
    [30, 60, 120, 240, 480, 600, 600, 600],
  );
});

test('deaths more than 15 minutes before the next one are forgotten, and only those (sessions 4)', () => {
  assert.equal(waitAfter(died([40, false], [20, false], [1, true])), 0);
  assert.equal(waitAfter(died([40, false], [16, false], [1, false])), 60 * second);
  assert.equal(waitAfter(died([31, false], [16, false], [1, false])), 120 * second);
});

test('a wait never shrinks: not with a further death, and not with the time that passes (sessions 4)', () => {
  const row = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 15 * minute }), hadProgress: fc.boolean() }), { minLength: 2, maxLength: 9 });
  fc.assert(
    fc.property(row, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (gaps, fraction) => {
      const deaths = gaps.map(({ hadProgress }, i): Death => ({ at: gaps.slice(0, i + 1).reduce((at, { gap }) => at + gap, now), hadProgress }));
      let before = -1;
      for (let count = 1; count <= deaths.length; count += 1) {
        const some = deaths.slice(0, count);
        const wait = judgeRestart(some, policy, fraction) - (some.at(-1)?.at ?? 0);
        assert.ok(wait >= before, `${wait} after ${before}`);
        assert.ok(wait <= policy.maxMs * 1.1);
        before = wait;
      }
    }),
  );
  fc.assert(
    fc.property(anyFacts, fc.nat(20 * minute), (facts, laterMs) => {
      const [early, late] = [planAgent(facts, now, policy, 0.5), planAgent(facts, now + laterMs, policy, 0.5)];
      if (late.kind === 'wait') assert.deepEqual(early, late);
    }),
  );
});

test('agents that died together do not start together (sessions 4)', () => {
  const starts = [0, 0.5, 0.99].map((fraction) => judgeRestart(died([0, false]), policy, fraction) - now);
  assert.deepEqual(starts, [27_000, 30_000, 32_940]);
});

test('an order that is newer than the last death starts at once, else its wait is waited for (sessions 4)', () => {
  const deaths = died([0, false]);
  assert.deepEqual(plan({ deaths }), { kind: 'wait', untilAt: now + 30 * second });
  assert.deepEqual(plan({ deaths, isOrderedSinceDeath: true }), { kind: 'open' });
  assert.deepEqual(planAgent({ ...idle, deaths }, now + 30 * second, policy, 0.5), { kind: 'open' });
});

test('a successor keeps what its predecessor was started with, but for the conversation (sessions 7)', () => {
  const launch = { topic: 'assigned', sender: 'mayor', model: 'm1', env: { A: '1' }, resume: 'conv', orderedAt: 5 };
  const predecessor = { createdAt: 10, runtime: 'runbook', launch };
  const words = { topic: 'handoff', sender: 'self' };
  const kept = { runtime: 'runbook', launch: { ...words, runtime: 'runbook', model: 'm1', env: { A: '1' } } };
  assert.deepEqual(planSuccessor(predecessor, {}, words), kept);
  assert.deepEqual(planSuccessor(predecessor, { runtime: 'pi', orderedAt: 10 }, words), kept, 'an older order was carried out already');
});

test('an order that is newer than the predecessor names others; a model stays with its runtime (sessions 7)', () => {
  const predecessor = { createdAt: 10, runtime: 'runbook', launch: { topic: 'assigned', sender: 'mayor', model: 'm1', env: { A: '1', B: '1' } } };
  const words = { topic: 'handoff', sender: 'overseer' };
  assert.deepEqual(planSuccessor(predecessor, { orderedAt: 11, env: { B: '2' } }, words).launch, {
    ...words,
    runtime: 'runbook',
    model: 'm1',
    env: { A: '1', B: '2' },
  });
  assert.deepEqual(planSuccessor(predecessor, { orderedAt: 11, runtime: 'pi' }, words), {
    runtime: 'pi',
    launch: { ...words, runtime: 'pi', env: { A: '1', B: '1' } },
  });
  assert.equal(planSuccessor(predecessor, { orderedAt: 11, runtime: 'pi', model: 'm2' }, words).launch.model, 'm2');
});

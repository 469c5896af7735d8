import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hour, minute, second } from '#base';
import type { Session } from './model.ts';
import { type AgentFacts, type Death, isNewerOrder, judgeState, type Observed, planAgent, planSuccessor } from './rules.ts';

const policy = { firstMs: 30 * second, maxMs: 10 * minute, breaker: 5 };
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
  sinceDeathMs: 0,
  order: undefined,
  hold: undefined,
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
const anyDeath = fc.record({
  session: fc.constantFrom('sess_00000001', 'sess_00000002'),
  at: fc.integer({ min: now - 60 * minute, max: now }),
  class: fc.constantFrom('crash', 'lost', 'clean', 'auth', 'rate-limit', 'missing-dependency'),
  hadProgress: fc.boolean(),
  livedMs: fc.nat(30 * minute),
});
const anyFacts = fc.record({
  desired: fc.constantFrom('running', 'stopped', 'parked'),
  session: fc.option(anySession, { nil: undefined }),
  ungone: fc.array(anySession, { maxLength: 2 }),
  observed: anyObserved,
  hasWork: fc.boolean(),
  deaths: fc.array(anyDeath, { maxLength: 8 }),
  sinceDeathMs: fc.nat(30 * minute),
  order: fc.constantFrom(undefined, { by: 'overseer', topic: 'cold-start' }),
  hold: fc.constant(undefined),
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
  const planned = planAgent(
    { ...idle, desired: world.desired, session: row?.session, ungone, observed, order: { by: 'overseer', topic: 'cold-start' } },
    world.at,
    policy,
    0.5,
  );
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

const lastDeath: Death = { session: 'sess_00000009', at: now, class: 'crash', hadProgress: false, livedMs: 0 };
const order = { by: 'overseer', topic: 'cold-start' };

test('a dead agent waits as its deaths ask, by the time that passed; an order that is newer than the last one starts it at once (sessions 4)', () => {
  const deaths = [lastDeath];
  const about = { session: lastDeath.session, class: 'crash' as const, count: 1 };
  assert.deepEqual(plan({ deaths }), { kind: 'wait', untilAt: now + 30 * second, why: { kind: 'death', ...about } });
  assert.deepEqual(plan({ deaths, sinceDeathMs: 10 * second }), { kind: 'wait', untilAt: now + 20 * second, why: { kind: 'death', ...about } });
  assert.deepEqual(plan({ deaths, order }), { kind: 'open', why: { kind: 'order', ...order } });
  assert.deepEqual(plan({ deaths, sinceDeathMs: 30 * second }), { kind: 'open', why: { kind: 'death', ...about, waitedMs: 30 * second } });
  assert.deepEqual(plan({}), { kind: 'open', why: { kind: 'never-died', waitedMs: 0 } });
});

test('an order is newer than an end by its moment, or because the end was there when it was given, whatever the clock does (sessions 4)', () => {
  const ended = { id: 'sess_00000001', endedAt: now };
  assert.equal(isNewerOrder({ orderedAt: now + 1 }, ended), true);
  assert.equal(isNewerOrder({ orderedAt: now - hour }, ended), false);
  assert.equal(isNewerOrder({ orderedAt: now - hour, sinceSession: ended.id }, ended), true);
  assert.equal(isNewerOrder({ orderedAt: now - hour, sinceSession: 'sess_00000000' }, ended), false);
});

test('what holds everything lets nobody begin; an emergency stop also ends nobody but who is stopped on purpose, and a death is recorded all the same (sessions 20)', () => {
  fc.assert(
    fc.property(anyFacts, fc.constantFrom('estop', 'disk', 'budget'), (facts, kind) => {
      const free = planAgent({ ...facts, hold: undefined }, now, policy, 0.5);
      const held = planAgent({ ...facts, hold: { kind, detail: 'why' } }, now, policy, 0.5);
      const isOrdered = free.kind === 'stop' || (free.kind === 'clear' && free.session.endReason === 'stopped' && facts.desired !== 'running');
      if (['nothing', 'bury', 'wait'].includes(free.kind) || (kind !== 'estop' && free.kind !== 'open') || isOrdered) assert.deepEqual(held, free);
      else assert.deepEqual(held, { kind: 'held', hold: { kind, detail: 'why' } });
    }),
  );
});

test('a successor keeps what its predecessor was started with, but for the conversation (sessions 7)', () => {
  const launch = { topic: 'assigned', sender: 'mayor', model: 'm1', env: { A: '1' }, resume: 'conv', orderedAt: 5 };
  const predecessor = { id: 'sess_1', createdAt: 10, runtime: 'runbook', launch };
  const words = { topic: 'handoff', sender: 'self' };
  const kept = { runtime: 'runbook', launch: { ...words, runtime: 'runbook', model: 'm1', env: { A: '1' } } };
  assert.deepEqual(planSuccessor(predecessor, {}, words), kept);
  assert.deepEqual(planSuccessor(predecessor, { runtime: 'pi', orderedAt: 10 }, words), kept, 'an older order was carried out already');
});

test('an order that is newer than the predecessor names others; a model stays with its runtime (sessions 7)', () => {
  const predecessor = { id: 'sess_1', createdAt: 10, runtime: 'runbook', launch: { topic: 'assigned', sender: 'mayor', model: 'm1', env: { A: '1', B: '1' } } };
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

test('account, command and ready delay stay with their runtime; what an order names is taken over, its words only where it replaces this session (sessions 7)', () => {
  const launch = { topic: 'cold-start', sender: 'overseer', account: 'work', command: ['x'], readyDelayMs: 5, instructions: 'once', resume: 'conv' };
  const predecessor = { id: 'sess_1', createdAt: 10, runtime: 'runbook', launch };
  const words = { topic: 'handoff', sender: 'self' };
  const kept = { ...words, runtime: 'runbook', account: 'work', command: ['x'], readyDelayMs: 5 };
  assert.deepEqual(planSuccessor(predecessor, {}, words).launch, kept);
  assert.deepEqual(planSuccessor(predecessor, { orderedAt: 11, runtime: 'pi' }, words).launch, { ...words, runtime: 'pi' });
  const order = { orderedAt: 11, topic: 'patrol', instructions: 'again', resume: 'conv2' };
  assert.deepEqual(planSuccessor(predecessor, order, words).launch, { ...kept, instructions: 'again', resume: 'conv2' });
  assert.equal(planSuccessor(predecessor, { ...order, replaces: 'sess_1' }, words).launch.topic, 'patrol');
  assert.equal(planSuccessor(predecessor, { ...order, replaces: 'sess_0' }, words).launch.topic, 'handoff');
});

test('a program that gives no start signal is ready once it has survived for a while (sessions 1)', () => {
  const started = { ...blank, startedAt: 1 };
  assert.deepEqual([judgeState(started), judgeState({ ...started, readyAt: 2 })], ['priming', 'ready']);
});

import { answerSignal } from '#app/testing';
import { isFault, minute, second } from '#base';
import { type HandoffRequest, handOff } from '#handoff';
import { endAssignment } from '#landing';
import { recordAdvice } from '#sessions';
import { endStep } from '#work';
import type { SimulatedProcess } from './machine.ts';
import { killed } from './scheduler.ts';
import type { Simulation } from './simulation.ts';

/** What a call of `baton` came to for the program that made it: `over` tells it to stop, `failed` to try again. */
type Outcome<A> = { readonly kind: 'done'; readonly answer: A } | { readonly kind: 'over' } | { readonly kind: 'failed' };

/** The last words of programs that end with trouble, as they are recorded (runtimes). */
const troubles = [
  'Usage limit reached, resets in 20 minutes',
  'Not logged in · Please run /login',
  'prompt is too long',
  'error: ENOSPC',
  'sh: agent: command not found',
  '',
];

/** An agent's program from its start signal on: turns while there is something to do, else it waits at its prompt until it is waked. */
export async function runProgram(sim: Simulation, process: SimulatedProcess): Promise<void> {
  if (sim.chance.isLikely(sim.faults.misbehave / 4)) return exit(sim, process);
  if (!(await start(sim, process))) return linger(sim, process);
  for (;;) {
    if (!hasReason(sim, process)) await fallAsleep(sim, process);
    else if (!(await takeTurn(sim, process))) return linger(sim, process);
  }
}

/** The start signal, again until it is answered. False where its life is over. */
async function start(sim: Simulation, process: SimulatedProcess): Promise<boolean> {
  const deps = sim.depsForProgram(process);
  for (;;) {
    const primed = await call(sim, process, () => signal(deps, 'start', JSON.stringify({ session_id: `conversation ${process.pid}`, source: 'startup' })));
    if (primed.kind === 'over') return false;
    if (primed.kind === 'failed') continue;
    judgePrime(sim, process, primed.answer.stdout);
    return true;
  }
}

/** Everything that is left for this session stands in its prime, unless that says where the rest is, or is brought to it as a nudge. */
function judgePrime({ ledger, template }: Simulation, { agent, session }: SimulatedProcess, prime: string): void {
  if (prime.includes('cut to fit')) return;
  const { look } = template.store;
  const left = [
    ...look<{ text: string }>('select document as text from handoffs where target_session = ?', session),
    ...look<{ text: string }>('select body as text from late_notes where handoff in (select id from handoffs where target_session = ?)', session),
  ];
  const isBrought = (words: string) => look('select id from nudges where agent = ? and instr(body, ?) > 0', agent, words).length > 0;
  for (const { text } of left)
    for (const [words] of text.matchAll(/words-\d+;/g))
      if (!prime.includes(words) && !isBrought(words)) ledger.fail(`the prime of ${session} leaves "${words}" out`);
}

/** Work on its hook, or a document that nobody had a turn with (P6). */
function hasReason({ template }: Simulation, { agent, session }: SimulatedProcess): boolean {
  const { look } = template.store;
  if (look("select id from beads where hooked_by = ? and status <> 'blocked'", agent).length > 0) return true;
  return look('select id from handoffs where target_session = ? and consumed_at is null', session).length > 0;
}

async function fallAsleep({ scheduler }: Simulation, process: SimulatedProcess): Promise<void> {
  const { until, wake } = scheduler.sleep();
  process.wake = wake;
  await until;
  process.wake = undefined;
}

/** One turn: false where it is told that its life is over. */
async function takeTurn(sim: Simulation, process: SimulatedProcess): Promise<boolean> {
  const deps = sim.depsForProgram(process);
  const begun = await call(sim, process, () => signal(deps, 'prompt', '{}'));
  if (begun.kind === 'over') return false;
  process.share += sim.chance.fraction() / 3;
  for (let acts = sim.chance.below(4) + 1; acts > 0; acts -= 1) {
    sim.template.clock.advance(sim.chance.below(minute));
    if (sim.chance.isLikely(sim.faults.misbehave)) await misbehave(sim, process);
    if ((await work(sim, process)).kind === 'over') return false;
  }
  const ended = await call(sim, process, () => signal(deps, 'stop', '{}'));
  if (ended.kind === 'over') return false;
  return process.share < 0.85 || (await beTold(sim, process));
}

/** The next step, or the handing in after the last; without work, something that takes its time. */
async function work(sim: Simulation, process: SimulatedProcess): Promise<Outcome<unknown>> {
  const { look } = sim.template.store;
  const deps = sim.depsForProgram(process);
  const [bead] = look<{ id: string }>('select id from beads where hooked_by = ?', process.agent);
  if (bead === undefined) return { kind: 'failed' };
  const left = look("select id from steps where status not in ('done', 'skipped') and molecule in (select id from molecules where bead = ?)", bead.id);
  if (left.length > 1)
    return call(sim, process, () => endStep(deps, { molecule: bead.id, outcome: sim.chance.isLikely(sim.faults.misbehave / 3) ? 'failed' : 'done' }));
  return call(sim, process, () => endAssignment(deps, { agent: process.agent, status: 'COMPLETED', reason: '' }));
}

/** Past its threshold it is told, and hands off by itself, or does not. */
async function beTold(sim: Simulation, process: SimulatedProcess): Promise<boolean> {
  const { agent, session, share } = process;
  const told = await call(sim, process, () => recordAdvice(sim.depsForProgram(process), { session, agent, kind: 'told', evidence: { share } }));
  if (told.kind === 'over') return false;
  return sim.chance.isLikely(sim.faults.misbehave) || (await sayWords(sim, process));
}

/** Hands off with words that nobody else says; asked again where no answer came. False where its life is over. */
async function sayWords(sim: Simulation, process: SimulatedProcess): Promise<boolean> {
  const words = sim.ledger.words.make();
  const request: HandoffRequest = { agent: process.agent, subject: 'on with it', notes: `Note: ${words}`, reason: 'by its own word' };
  for (let tries = 0; tries < 3; tries += 1) {
    const said = await call(sim, process, () => handOff(sim.depsForProgram(process), request));
    const answer = said.kind === 'done' ? said.answer : undefined;
    sim.ledger.words.said(words, process.session, answer);
    if (said.kind === 'over') return false;
    if (answer !== undefined) return answer.kind === 'cooling-down' || answer.kind === 'looping' || answer.kind === 'saved';
  }
  return true;
}

/** What programs do that they should not. */
async function misbehave(sim: Simulation, process: SimulatedProcess): Promise<void> {
  switch (sim.chance.below(6)) {
    case 0:
      return exit(sim, process);
    case 1:
      sim.tell(`${process.life.name} hangs`);
      process.isHung = true;
      return fallAsleep(sim, process);
    case 2:
      return sim.machine.fork(process);
    case 3:
      sim.template.clock.advance(sim.chance.below(40 * minute));
      return;
    case 4:
      await sayWords(sim, process);
      return;
    default:
      process.share += 0.3;
  }
}

/** Ends by itself, in one of many ways. */
async function exit(sim: Simulation, process: SimulatedProcess): Promise<void> {
  await sim.scheduler.pause();
  const ending = sim.chance.pick([{ status: 0 }, { status: 1 }, { status: 1 }, { status: 127 }, { signal: 9 }, { signal: 11 }]);
  sim.tell(`${process.life.name} ends ${JSON.stringify(ending)}`);
  sim.machine.end(process, ending, sim.chance.pick(troubles));
  throw killed;
}

/** A program whose life is over goes; some go on for a while, and nothing that they do counts. */
async function linger(sim: Simulation, process: SimulatedProcess): Promise<void> {
  const deps = sim.depsForProgram(process);
  while (sim.chance.isLikely(sim.faults.misbehave * 2)) {
    sim.template.clock.advance(sim.chance.below(second));
    if (sim.chance.isLikely(0.4)) await sayWords(sim, process);
    else if (sim.chance.isLikely(0.5)) await work(sim, process);
    else await call(sim, process, () => signal(deps, 'prompt', '{}'));
  }
  await sim.scheduler.pause();
  sim.tell(`${process.life.name} goes`);
  sim.machine.end(process, { status: 0 });
}

/** What it prints is read by the program, which says so to Baton. */
async function signal(...asked: Parameters<typeof answerSignal>): Promise<Awaited<ReturnType<typeof answerSignal>>> {
  const reply = await answerSignal(...asked);
  await reply.written?.();
  return reply;
}

/** A call of `baton` is a process of its own: where it is killed, the program that made it lives on. */
async function call<A>({ scheduler }: Simulation, process: SimulatedProcess, body: () => Promise<A>): Promise<Outcome<A>> {
  // One that fails at once is asked again: others come in between.
  await scheduler.pause();
  try {
    return { kind: 'done', answer: await body() };
  } catch (error) {
    if (process.life.isKilled || !(error === killed || isFault(error))) throw error;
    const isOver = isFault(error, 'conflict') && error.message.endsWith('; stop');
    return { kind: isOver ? 'over' : 'failed' };
  }
}

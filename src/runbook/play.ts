import { doublingBackoff, minute, second, withJitter } from '#base';
import { type Agent, report } from './agent.ts';
import { forever, Replaced } from './ask-baton.ts';
import { askCurrent } from './ask-current.ts';
import { keyOf, planTurn } from './plan-turn.ts';
import type { Prompts } from './prompts.ts';
import { takeTurn } from './take-turn.ts';

/** Idle agents are woken by a typed line; asking is for the wake-up that got lost, so it may become rare. */
const firstPollMs = 2 * second;
const pollMsMax = minute;

/** Plays the agent: primes, then takes turn after turn until it is ended. Returns only where its keyboard was closed. */
export async function play(agent: Agent, prompts: Prompts): Promise<void> {
  try {
    await report(agent, 'start', { source: agent.conversation.isResumed ? 'resume' : 'startup' });
    if ((await takeTurns(agent, prompts)) === 'closed') return;
    agent.screen.good('handed off, waiting to be ended');
  } catch (error) {
    if (!(error instanceof Replaced)) throw error;
    prompts.hide();
    agent.screen.bad(error.message);
    agent.screen.note('waiting to be ended');
  }
  agent.control.rest();
  await forever();
}

/** Takes turns for as long as there is something to do, and rests at the prompt where there is not. */
async function takeTurns(agent: Agent, prompts: Prompts): Promise<'handed-off' | 'closed'> {
  const { memory } = agent;
  let prompt: string | undefined = agent.setup.prompt === '' ? undefined : agent.setup.prompt;
  let restCount = 0;
  for (;;) {
    const current = await askCurrent(agent);
    if (keyOf(current) !== memory.stuckOn) memory.stuckOn = undefined;
    const plan = planTurn(current, memory.stuckOn);
    const hasTurn = plan.kind !== 'rest' || prompt !== undefined;
    if (hasTurn) prompts.hide();
    const end = hasTurn ? await takeTurn(agent, plan, prompt) : 'go-on';
    if (end === 'handed-off') return end;
    if (hasTurn) memory.restingFor = plan.kind === 'rest' ? plan.why : undefined;
    prompt = undefined;
    if (end === 'go-on' && plan.kind !== 'rest') continue;
    if (plan.kind === 'rest') showRest(agent, plan.why);
    restCount = hasTurn ? 1 : restCount + 1;
    const wake = await prompts.next(rest(agent, end === 'interrupted' ? 'until typed' : restCount));
    if (wake.kind === 'closed') return wake.kind;
    if (wake.kind === 'typed' && wake.text !== '') prompt = wake.text;
  }
}

/** Goes to the prompt. How long until the hook is asked again, in ms; undefined where only a typed line goes on. */
function rest(agent: Agent, restCount: number | 'until typed'): number | undefined {
  agent.control.rest();
  return restCount === 'until typed' ? undefined : withJitter(doublingBackoff(restCount, firstPollMs, pollMsMax), 0.2, agent.chance.fraction());
}

/** Once for the same reason, however often it is looked at. */
function showRest(agent: Agent, why: string): void {
  if (agent.memory.restingFor !== why) agent.screen.note(why);
  agent.memory.restingFor = why;
}

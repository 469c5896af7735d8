import { type Agent, report } from './agent.ts';
import { carryOut, type TurnEnd } from './carry-out.ts';
import { handOff, isOrderToHandOff } from './hand-off.ts';
import type { TurnPlan } from './plan-turn.ts';

/** One turn: the prompt is reported, the work done, the turn's usage written, and the stop reported and obeyed. */
export async function takeTurn(agent: Agent, plan: TurnPlan, prompt: string | undefined): Promise<TurnEnd> {
  const cut = agent.control.beginTurn();
  try {
    const texts = prompt === undefined || plan.kind === 'rest' ? [prompt ?? inWords(plan)] : [prompt, inWords(plan)];
    for (const text of texts) agent.screen.title(text);
    agent.transcript.add('user', texts.join('\n'));
    await report(agent, 'prompt', { prompt: texts.join('\n') });
    const end = await carryOut(agent, plan, cut);
    if (end === 'handed-off') return end;
    const answer = await report(agent, 'stop');
    if (answer.kind === 'continue' && (await obey(agent, answer.reason, plan))) return 'handed-off';
    return cut.aborted ? 'interrupted' : 'go-on';
  } finally {
    agent.control.endTurn();
  }
}

/** Does what a stop's answer says: hand off, where it says that; anything else it only reads, and goes on. */
async function obey(agent: Agent, reason: string, plan: TurnPlan): Promise<boolean> {
  agent.screen.note(reason);
  agent.transcript.add('system', reason);
  if (!isOrderToHandOff(reason)) return false;
  return handOff(agent, plan.kind === 'run' || plan.kind === 'ask' ? { bead: plan.step.bead, step: plan.step.id } : undefined);
}

function inWords(plan: TurnPlan): string {
  switch (plan.kind) {
    case 'run':
    case 'ask':
      return `step ${plan.step.place === '' ? '' : `${plan.step.place} · `}${plan.step.id}: ${plan.step.title}`;
    case 'end':
      return `${plan.bead}: all steps are closed`;
    case 'rest':
      return plan.why;
  }
}

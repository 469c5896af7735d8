import { shorten, unreachable } from '#base';
import { type Agent, tellFailure } from './agent.ts';
import { askCurrent } from './ask-current.ts';
import { handOff } from './hand-off.ts';
import { keyOf, type TurnPlan } from './plan-turn.ts';
import { readStepDone, type Step } from './read-current.ts';
import { workStep } from './work-step.ts';

/** How a turn ended: the agent goes on, waits at its prompt because it was interrupted, or has handed off. */
export type TurnEnd = 'go-on' | 'interrupted' | 'handed-off';

const doneTimeoutMs = 180_000;

/** Does what a turn is for, and closes the turn in the transcript before Baton is told of the outcome: its meter then counts all of it. */
export async function carryOut(agent: Agent, plan: TurnPlan, cut: AbortSignal): Promise<TurnEnd> {
  switch (plan.kind) {
    case 'run':
      return runStep(agent, plan.step, cut);
    case 'ask':
      await askForStep(agent, plan.step);
      return 'go-on';
    case 'end':
      await endBead(agent, plan.bead);
      return 'go-on';
    case 'rest':
      agent.screen.note(plan.why);
      agent.transcript.endTurn(plan.why);
      return 'go-on';
    default:
      return unreachable(plan);
  }
}

async function runStep(agent: Agent, step: Step, cut: AbortSignal): Promise<TurnEnd> {
  const worked = await workStep(agent, step, cut);
  switch (worked.kind) {
    case 'done':
      return closeStep(agent, step, worked.note);
    case 'failed':
      await failStep(agent, step, worked.note);
      return 'go-on';
    case 'interrupted':
      agent.screen.note('the step stays open: Enter runs it again, Ctrl-C ends the session');
      remember(agent, `${step.id} was interrupted`);
      agent.transcript.endTurn(`interrupted at step ${step.id}`);
      return 'interrupted';
    case 'full':
      return leaveStep(agent, step, worked.reason);
    default:
      return unreachable(worked);
  }
}

/** Hands the step over as it is; where that is refused the daemon does it, and nothing is tried again before somebody types. */
async function leaveStep(agent: Agent, step: Step, reason: string): Promise<TurnEnd> {
  remember(agent, `${step.id} was not begun: ${reason}`);
  agent.transcript.endTurn(`step ${step.id} stays open: ${reason}`);
  return (await handOff(agent, { bead: step.bead, step: step.id })) ? 'handed-off' : 'interrupted';
}

async function closeStep(agent: Agent, step: Step, note: string): Promise<TurnEnd> {
  remember(agent, `${step.id} done (${note})`);
  agent.transcript.endTurn(`step ${step.id} done: ${note}`);
  const answer = await agent.baton.ask({ argv: ['mol', 'step', 'done', step.id, '--note', note, '--json'] });
  if (answer.kind === 'failed') {
    tellFailure(agent, `mol step done ${step.id}`, answer);
    if (await isStillAsked(agent, stepKey(step)))
      await escalateAndWait(agent, {
        key: stepKey(step),
        severity: 'high',
        bead: step.bead,
        text: `step "${step.id}" of ${step.bead} is done, but can't be closed: ${answer.text}`,
      });
    return 'go-on';
  }
  const { isHandoff, meter } = readStepDone(answer.stdout);
  if (meter !== undefined) agent.screen.note(meter);
  return isHandoff && (await handOff(agent, { bead: step.bead, step: step.id })) ? 'handed-off' : 'go-on';
}

async function failStep(agent: Agent, step: Step, note: string): Promise<void> {
  remember(agent, `${step.id} failed (${note})`);
  agent.transcript.endTurn(`step ${step.id} failed: ${note}`);
  const answer = await agent.baton.ask({ argv: ['mol', 'step', 'fail', step.id, '--reason', note] });
  if (answer.kind === 'failed') tellFailure(agent, `mol step fail ${step.id}`, answer);
  await escalate(agent, { severity: 'high', bead: step.bead, text: `step "${step.id}" of ${step.bead} failed: ${note}` });
  if (answer.kind === 'failed') agent.memory.stuckOn = stepKey(step);
}

async function askForStep(agent: Agent, step: Step): Promise<void> {
  const text = `step "${step.id}" (${step.title}) of ${step.bead} has no command: somebody must do it, then close it with \`baton mol step done ${step.id} --of ${step.bead}\``;
  agent.transcript.endTurn(text);
  await escalateAndWait(agent, { key: stepKey(step), severity: 'medium', bead: step.bead, text });
}

async function endBead(agent: Agent, bead: string): Promise<void> {
  agent.transcript.endTurn(`all steps of ${bead} are closed`);
  const answer = await agent.baton.ask({ argv: ['done'], timeoutMs: doneTimeoutMs });
  if (answer.kind === 'done') {
    agent.screen.good(`${bead} handed in`);
    return;
  }
  tellFailure(agent, 'done', answer);
  const key = keyOf({ kind: 'complete', bead });
  if (await isStillAsked(agent, key)) await escalateAndWait(agent, { key, severity: 'high', bead, text: `${bead} can't be handed in: ${answer.text}` });
}

/** What was done but not answered in time is refused when it is asked again; then the hook asks for something else by now, and all is well. */
async function isStillAsked(agent: Agent, key: string): Promise<boolean> {
  return keyOf(await askCurrent(agent)) === key;
}

/** Tells somebody, and lets the matter rest until the hook asks for something else; a later life that comes to the same adds nothing while it is open. */
async function escalateAndWait(agent: Agent, about: { key: string; severity: 'high' | 'medium'; bead: string; text: string }): Promise<void> {
  agent.memory.stuckOn = about.key;
  await escalate(agent, { ...about, incident: about.key });
}

async function escalate(agent: Agent, about: { severity: 'high' | 'medium'; bead: string; text: string; incident?: string }): Promise<void> {
  agent.screen.bad(shorten(about.text, 300));
  const incident = about.incident === undefined ? [] : ['--incident', about.incident];
  const answer = await agent.baton.ask({ argv: ['escalate', '-s', about.severity, '--bead', about.bead, ...incident, about.text] });
  if (answer.kind === 'failed') tellFailure(agent, 'escalate', answer);
  else agent.screen.note('escalated; waiting');
}

function stepKey(step: Step): string {
  return keyOf({ kind: 'step', step });
}

function remember(agent: Agent, line: string): void {
  agent.memory.progress.push(shorten(line, 200));
}

import type { Current, Step } from './read-current.ts';

/**
 * What the agent does next. It works while there is something to do; it rests where there is nothing, or where only somebody else can go on.
 *
 * - `run`: carry out the step.
 * - `ask`: the step has no command; tell somebody who can do it.
 * - `end`: all steps are closed; hand the bead in.
 * - `rest`: nothing to do. With a prompt, a turn is taken all the same, in which `why` is the answer.
 */
export type TurnPlan =
  | { readonly kind: 'run'; readonly step: Step }
  | { readonly kind: 'ask'; readonly step: Step }
  | { readonly kind: 'end'; readonly bead: string }
  | { readonly kind: 'rest'; readonly why: string };

/** The plan. `stuckOn` is the key of what was tried in vain, and told: it is not tried again before the hook asks for something else. */
export function planTurn(current: Current, stuckOn: string | undefined): TurnPlan {
  if (keyOf(current) === stuckOn) return { kind: 'rest', why: `waiting for somebody to look at ${stuckOn}` };
  switch (current.kind) {
    case 'step':
      return current.step.run === undefined && current.step.check === undefined ? { kind: 'ask', step: current.step } : { kind: 'run', step: current.step };
    case 'complete':
      return { kind: 'end', bead: current.bead };
    case 'blocked':
      return { kind: 'rest', why: `blocked: ${current.reason}` };
    case 'none':
      return { kind: 'rest', why: 'nothing on the hook' };
  }
}

/** What is asked for, in words that are the same as long as it is the same. */
export function keyOf(current: Current): string {
  switch (current.kind) {
    case 'step':
      return `step "${current.step.id}" of ${current.step.molecule}`;
    case 'complete':
      return `handing in ${current.bead}`;
    default:
      return current.kind;
  }
}

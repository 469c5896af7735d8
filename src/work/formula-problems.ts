import { nearestName } from '#base';
import { findVars, impliedVars, varForm } from './formula-text.ts';
import type { Formula, FormulaStep } from './model.ts';
import { findCycle } from './rules.ts';

/** One thing that is wrong with a formula, with the step where it is one's. */
export interface Problem {
  readonly step?: string;
  readonly problem: string;
}

/** What is wrong with a formula whose shape is right: names, needs, circles, variables. */
export function findFormulaProblems(formula: Formula): Problem[] {
  const needs = [...findDuplicates(formula.steps), ...formula.steps.flatMap((step) => findNeedProblems(step, formula.steps))];
  const cycle = needs.length > 0 ? undefined : findStepCycle(formula.steps);
  const circle = cycle === undefined ? [] : [{ step: cycle[0] ?? '', problem: `its needs go round in a circle: ${cycle.join(' → ')}` }];
  return [...findVarProblems(formula), ...needs, ...circle, ...formula.steps.flatMap((step) => findTextProblems(step, formula))];
}

function findDuplicates(steps: readonly FormulaStep[]): Problem[] {
  const twice = steps.filter((step, i) => steps.findIndex(({ id }) => id === step.id) !== i);
  return [...new Set(twice.map(({ id }) => id))].map((id) => ({ step: id, problem: `the id "${id}" is given twice` }));
}

function findNeedProblems(step: FormulaStep, steps: readonly FormulaStep[]): Problem[] {
  const ids = steps.map(({ id }) => id);
  const unknown = step.needs
    .filter((need) => !ids.includes(need))
    .map((need) => ({ step: step.id, problem: `needs "${need}", which is no step${meant(need, ids)}` }));
  const repeated = step.needs.filter((need, i) => step.needs.indexOf(need) !== i).map((need) => ({ step: step.id, problem: `needs "${need}" twice` }));
  return [...unknown, ...repeated];
}

function findStepCycle(steps: readonly FormulaStep[]): string[] | undefined {
  const needsOf = new Map(steps.map(({ id, needs }) => [id, needs]));
  return findCycle([...needsOf.keys()], (id) => needsOf.get(id) ?? []);
}

function findVarProblems({ vars }: Formula): Problem[] {
  return Object.entries(vars).flatMap(([name, { default: value, values }]) => {
    if (!varForm.test(name)) return [{ problem: `variable "${name}": a name is small letters, digits and "_", up to 64` }];
    if ((impliedVars as readonly string[]).includes(name)) return [{ problem: `variable "${name}" is given by Baton itself; choose another name` }];
    if (value !== undefined && values !== undefined && !values.includes(value))
      return [{ problem: `variable "${name}": its default "${value}" is none of its values` }];
    return [];
  });
}

function findTextProblems(step: FormulaStep, { vars }: Formula): Problem[] {
  const names = [...Object.keys(vars), ...impliedVars];
  const unknown = findVars(`${step.title}\n${step.description}\n${step.acceptance}`).filter((name) => !names.includes(name));
  return unknown.map((name) => ({ step: step.id, problem: `asks for the variable "${name}", which [vars] does not have${meant(name, names)}` }));
}

function meant(word: string, words: readonly string[]): string {
  const near = nearestName(word, words);
  return near === undefined ? '' : ` (did you mean "${near}"?)`;
}

import { checkFormula, listFormulas, showFormula } from '#work';
import type { Deps } from '../deps.ts';
import { bind } from './bind.ts';

export type FormulaVerbs = ReturnType<typeof formulaVerbs>;

/** Workflows: the town's and those built in. */
export function formulaVerbs(deps: Deps) {
  return {
    list: bind(deps, listFormulas),
    show: bind(deps, showFormula),
    check: bind(deps, checkFormula),
  };
}

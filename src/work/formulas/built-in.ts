import { maintenance } from './maintenance.ts';
import { tdd } from './tdd.ts';
import { work } from './work.ts';

/** The formulas that every town has, as TOML by name; a town's own file of the same name goes before. */
export const builtInFormulas: Readonly<Record<string, string>> = { maintenance, tdd, work };

/** Other names that built-in formulas go by, for the sake of those who know them so. */
export const formulaAliases: Readonly<Record<string, string>> = { 'mol-polecat-work': 'work' };

import { assert, type Chance, Fault, newId } from '#base';
import type { Changed, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import { beadEvent } from './bead-rows.ts';
import { getBead } from './find-bead.ts';
import { fillText, readVars } from './formula-text.ts';
import type { Bead, Formula, FormulaStep, Molecule, StepRow } from './model.ts';
import { findMolecule, findMoleculeOf } from './read-molecule.ts';

/** `goes-on`: the bead has a molecule under way, which is kept whatever its formula; nothing was poured. */
export type PourAnswer = { readonly kind: 'poured'; readonly molecule: Molecule } | { readonly kind: 'goes-on'; readonly molecule: Molecule };

/** A formula, already read (`getFormula`), with the values of its variables. `id` is the molecule's, where something is named by it before it is poured. */
export interface PourRequest {
  readonly id?: string | undefined;
  readonly bead: string;
  readonly formula: Formula;
  readonly vars?: Readonly<Record<string, string>> | undefined;
}

const triesMax = 10;

/** Makes a formula's steps into rows bound to a bead. Faults: `invalid` variables, `conflict` for a bead that is over. */
export async function pourMolecule({ store, chance, by }: { store: Store; chance: Chance; by: Writer }, request: PourRequest): Promise<PourAnswer> {
  return store.change({ ...by, point: 'molecule.pour' }, (tx, at) => pourMoleculeRow(tx, at, { ...request, chance }));
}

/** The same, inside a caller's transaction. */
export async function pourMoleculeRow(
  tx: Tx,
  at: number,
  { id: wanted, bead: beadId, formula, vars: given, chance }: PourRequest & { chance: Chance },
): Promise<Changed<PourAnswer>> {
  const bead = await getBead(tx, beadId);
  const current = await findMoleculeOf(tx, bead.id);
  if (current !== undefined) return { answer: { kind: 'goes-on', molecule: current }, events: [] };
  if (bead.closedAt !== null)
    throw new Fault('conflict', `bead "${bead.id}" is ${bead.status}`, { hint: `open it again first: \`baton bead reopen ${bead.id}\`` });
  const vars = fillVars(bead, formula, given);
  const id = wanted ?? (await pickId(tx, chance));
  await tx
    .insertInto('molecules')
    .values({ id, bead: bead.id, formula: formula.name, version: formula.version, vars: JSON.stringify(vars), poured_at: at, ended_at: null, outcome: null })
    .execute();
  await tx
    .insertInto('steps')
    .values(formula.steps.map((step, i) => toRow(id, i + 1, step, vars)))
    .execute();
  return { answer: { kind: 'poured', molecule: await mustFind(tx, id) }, events: [poured(bead, id, formula)] };
}

/** The variables of a formula as a pouring for this bead takes them. Faults `invalid` for an unknown, missing or unfit one. */
export function fillVars(bead: Bead, formula: Formula, given: Readonly<Record<string, string>> = {}): Record<string, string> {
  return readVars(formula, given, { bead: bead.id, bead_title: bead.title, rig: bead.rig ?? '' });
}

function poured(bead: Bead, molecule: string, formula: Formula) {
  return beadEvent(bead, 'molecule_poured', { molecule, formula: formula.name, steps: formula.steps.length });
}

function toRow(molecule: string, position: number, step: FormulaStep, vars: Readonly<Record<string, string>>): StepRow {
  return {
    molecule,
    id: step.id,
    position,
    title: fillText(step.title, vars),
    description: fillText(step.description, vars),
    needs: JSON.stringify(step.needs),
    acceptance: fillText(step.acceptance, vars),
    run: step.run,
    check_run: step.check,
    timeout_s: step.timeoutS,
    status: 'pending',
    started_at: null,
    started_session: null,
    ended_at: null,
    ended_session: null,
    note: null,
  };
}

async function mustFind(tx: Tx, id: string): Promise<Molecule> {
  const molecule = await findMolecule(tx, id);
  assert(molecule !== undefined, `the molecule "${id}" that was poured is missing`);
  return molecule;
}

async function pickId(tx: Tx, chance: Chance): Promise<string> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const id = newId(chance, 'mol');
    if ((await tx.selectFrom('molecules').select('id').where('id', '=', id).executeTakeFirst()) === undefined) return id;
  }
  assert(false, `${triesMax} random ids of molecules were all taken`);
}

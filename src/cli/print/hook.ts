import type { Hook, Molecule, Step } from '#work/model';
import { countSteps, findCurrentStep, renderMolecule } from '#work/model';
import { beadLine, section } from './bead.ts';
import type { Page } from './page.ts';
import { tint } from './style.ts';
import { onOneLine, plain } from './width.ts';

/** What hangs on a hook, where it stands, and what else is assigned. */
export function hookPage(page: Page, { agent, bead, molecule, step, assigned }: Hook): string {
  const head = bead === undefined ? `Nothing hangs on the hook of ${agent}.` : `On the hook of ${agent}:\n${beadLine(page, bead)}`;
  const parts = [
    head,
    bead === undefined ? '' : plain(bead.body).trim(),
    section(page, 'Done when', plain(bead?.acceptance ?? '').trim()),
    molecule === undefined ? '' : plain(renderMolecule(molecule)),
    step === undefined ? '' : stepText(page, step),
    section(page, 'Also assigned', assigned.map((other) => beadLine(page, other)).join('\n')),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** A step with all that it asks for. */
export function stepText(page: Page, step: Step): string {
  const parts = [
    `${tint(page, 'strong', `Step ${step.position}: ${step.id}`)}  ${onOneLine(step.title)}`,
    plain(step.description).trim(),
    section(page, 'Done when', plain(step.acceptance).trim()),
    step.run === null ? '' : section(page, 'Runs', plain(step.run).trim()),
    step.note === null ? '' : section(page, 'Note', plain(step.note).trim()),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** `3 of 7 steps closed`, and the current one. */
export function progressLine(molecule: Molecule): string {
  const { total, done, skipped, failed } = countSteps(molecule);
  const current = findCurrentStep(molecule.steps);
  const rest = [failed > 0 ? `${failed} failed` : '', current === undefined ? '' : `current: ${current.id}`].filter((part) => part !== '');
  return [`${done + skipped} of ${total} steps closed`, ...rest].join(' · ');
}

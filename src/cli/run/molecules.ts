import type { NoMolecule } from '#app';
import type { Molecule } from '#work/model';
import { renderMolecule } from '#work/model';
import { currentPage } from '../print/current.ts';
import { progressLine, stepText } from '../print/hook.ts';
import { plain } from '../print/width.ts';
import { answers } from '../run.ts';

type Target = { target?: string };
type Vars = Readonly<Record<string, string>>;
const idOf = ({ molecule }: { molecule: Molecule }) => [molecule.id];

/** `baton mol pour` */
export const pourMolecule = answers({
  ask: (app, { formula, bead, var: vars }: { formula: string; bead?: string; var: Vars }) => app.molecules.pour({ formula, bead, vars }),
  print: ({ kind, molecule }) => `${kind === 'poured' ? 'poured' : 'goes on with what it has'}: ${molecule.id}\n${plain(renderMolecule(molecule))}`,
  ids: idOf,
});

/** `baton mol attach` */
export const attachMolecule = answers({
  ask: (app, request: { molecule: string; bead?: string }) => app.molecules.attach(request),
  print: ({ kind, molecule }) => `${molecule.id} is ${kind === 'attached' ? 'now' : 'already'} bound to ${molecule.bead}`,
  ids: idOf,
});

/** `baton mol status` */
export const moleculeStatus = reading((molecule) => plain(renderMolecule(molecule)));

/** `baton mol progress` */
export const moleculeProgress = reading(progressLine);

/** An agent that looks at its hook finds that nothing is to be done there: an answer, as that of `baton hook`. */
function reading(print: (molecule: Molecule) => string) {
  return answers({
    ask: (app, { target }: Target) => app.molecules.read(target),
    print: (found) => ('kind' in found ? noMoleculeLine(found) : print(found)),
    ids: (found) => ('kind' in found ? [] : [found.id]),
  });
}

function noMoleculeLine(found: NoMolecule): string {
  if (found.kind === 'empty') return `Nothing hangs on the hook of ${found.agent}.`;
  return `${found.bead} on the hook of ${found.agent} has no molecule: \`baton mol pour work ${found.bead}\` pours one.`;
}

/** `baton mol current` */
export const currentWork = answers({
  ask: (app, { agent }: { agent?: string }) => app.molecules.current(agent),
  print: (current, page) => currentPage(page, current),
  ids: (current) => (current.kind === 'step' ? [current.step.id] : []),
});

/** `baton mol burn` */
export const burnMolecule = answers({
  ask: (app, request: Target & { reason?: string }) => app.molecules.burn(request),
  print: ({ kind, molecule }) => (kind === 'burned' ? `burned ${molecule.id} of ${molecule.bead}` : `${molecule.id} had ended already (${molecule.outcome})`),
  ids: idOf,
});

type Ending = 'stepDone' | 'stepFail' | 'stepSkip';

/** `baton mol step done`, `fail`, `skip`: what comes next is the answer. */
function ending(end: Ending) {
  return answers({
    ask: (app, { step, of, note, reason }: { step?: string; of?: string; note?: string; reason?: string }) =>
      app.molecules[end]({ step, of, note: note ?? reason }),
    print: (answer, page) => {
      const ended = [`step ${answer.ended.id} is ${answer.ended.status}`, answer.meter ?? ''].filter((part) => part !== '').join(' · ');
      if (answer.isHandoff) return `${ended}\n\n${answer.advice}`;
      if (answer.kind === 'next') return `${[ended, answer.advice].filter((part) => part !== '').join('\n')}\n\n${stepText(page, answer.next)}`;
      if (answer.kind === 'complete') return `${ended}; every step is closed: end the assignment with \`baton done\``;
      return `${ended}; what is left needs ${answer.failed.join(', ')}: try again and say \`baton mol step done\`, or skip it, or \`baton escalate\``;
    },
    ids: (answer) => (answer.kind === 'next' ? [answer.next.id] : []),
  });
}

export const stepDone = ending('stepDone');
export const stepFailed = ending('stepFail');
export const stepSkipped = ending('stepSkip');

/** `baton mol step retry` */
export const stepRetried = answers({
  ask: (app, request: { step?: string; of?: string }) => app.molecules.stepRetry(request),
  print: ({ step, bead, molecule }) =>
    `step ${step.id} of ${molecule} is open again${bead.hookedBy === null ? `; ${bead.id} is ${bead.status}: \`baton sling ${bead.id} ${bead.rig ?? 'AGENT'}\`` : `; ${bead.hookedBy} goes on with it`}`,
  ids: ({ step }) => [step.id],
});

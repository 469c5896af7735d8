import { Fault } from '#base';
import type { Bead, BeadStatus } from './bead.ts';
import type { Hook, HookAnswer } from './hook.ts';
import type { Molecule, Step } from './molecule.ts';

/*
 * The life of a bead. `hookedBy` and `status` together say where it is:
 *
 * - open: nobody has it. Left by being hooked, blocked, closed or dropped.
 * - hooked: it hangs on its agent's hook, no turn began with it yet. Left by the first turn, by being unhooked, blocked, or ended by `done`.
 * - working (in_progress, on a hook): its agent works on it. Left as hooked is.
 * - held up (blocked, on a hook): its agent waits for something outside. Left by being hooked again, unhooked, or ended by `done`.
 * - landing (in_progress, on no hook): its agent is done, git is not. Left by landing (done) or by a refused landing (open).
 * - blocked (on no hook): it waits for a person's answer. Left by opening, closing or dropping it.
 * - done, dropped: over. Left by reopening.
 */
type Place = 'open' | 'hooked' | 'working' | 'held up' | 'landing' | 'blocked' | 'done' | 'dropped';

/** The moves that an update may order. What takes a bead off a hook is not among them: `unhook` and `done` look after the work. */
const legalMoves: Readonly<Record<Place, readonly BeadStatus[]>> = {
  open: ['hooked', 'blocked', 'done', 'dropped'],
  hooked: ['in_progress', 'blocked'],
  working: ['blocked'],
  'held up': ['hooked'],
  landing: ['done'],
  blocked: ['open', 'done', 'dropped'],
  done: ['open'],
  dropped: ['open'],
};

export type Move = { readonly kind: 'legal' } | { readonly kind: 'same' } | { readonly kind: 'refused'; readonly fault: Fault };

/** Whether an update may move a bead to `to`. */
export function judgeMove(bead: Bead, to: BeadStatus): Move {
  const place = placeOf(bead);
  if (bead.status === to && place !== 'landing') return { kind: 'same' };
  if (legalMoves[place].includes(to)) return { kind: 'legal' };
  const where = bead.hookedBy === null ? place : `${place}, on the hook of "${bead.hookedBy}"`;
  return {
    kind: 'refused',
    fault: new Fault('conflict', `bead "${bead.id}" cannot become ${to}: it is ${where}`, {
      hint: moveHints[place](bead),
      details: { bead: bead.id, status: bead.status, hookedBy: bead.hookedBy },
    }),
  };
}

const moveHints: Readonly<Record<Place, (bead: Bead) => string>> = {
  open: ({ id }) => `give it to an agent with \`baton sling ${id} <agent>\` or \`baton hook ${id}\``,
  hooked: () => 'its agent ends it with `baton done`; `baton unhook` takes it off and opens it again',
  working: () => 'its agent ends it with `baton done`; `baton unhook` takes it off and opens it again',
  'held up': ({ id }) => `go on with \`baton bead update ${id} --status hooked\`, or take it off with \`baton unhook\``,
  landing: ({ id }) => `wait for its landing, or close it with \`baton bead close ${id}\``,
  blocked: ({ id }) => `open it first: \`baton bead update ${id} --status open\``,
  done: ({ id }) => `open it again first: \`baton bead reopen ${id}\``,
  dropped: ({ id }) => `open it again first: \`baton bead reopen ${id}\``,
};

function placeOf(bead: Bead): Place {
  if (bead.status === 'in_progress') return bead.hookedBy === null ? 'landing' : 'working';
  if (bead.status === 'blocked') return bead.hookedBy === null ? 'blocked' : 'held up';
  return bead.status;
}

/** True for a bead whose agent is done with it while git is not: in progress, on no hook. */
export function isLanding(bead: Bead): boolean {
  return placeOf(bead) === 'landing';
}

/** Why a bead could not be hooked, for whoever wanted it done. */
export function hookConflict(answer: Exclude<HookAnswer, { kind: 'hooked' | 'already' }>, { agent }: { agent: string }): Fault {
  switch (answer.kind) {
    case 'busy':
      return new Fault('conflict', `the hook of "${agent}" holds "${answer.hooked.id}" (${answer.hooked.title})`, {
        hint: 'end that one with `baton done`, take it off with `baton unhook`, or choose another agent',
        details: { hooked: answer.hooked.id },
      });
    case 'taken':
      return new Fault('conflict', `bead "${answer.bead.id}" hangs on the hook of "${answer.by}"`, {
        hint: `\`baton handoff ${answer.by}\` hands over whoever works on it; \`baton unsling ${answer.bead.id}\` takes it off there`,
        details: { hookedBy: answer.by },
      });
    case 'waits':
      return new Fault('conflict', `bead "${answer.bead.id}" waits for ${answer.needs.map((id) => `"${id}"`).join(', ')}`, {
        hint: 'end what it needs first, or `baton bead dep remove` what it does not need',
        details: { needs: answer.needs },
      });
    case 'unfit': {
      const place = placeOf(answer.bead);
      return new Fault('conflict', `bead "${answer.bead.id}" is ${place}${answer.bead.blockedReason === null ? '' : `: ${answer.bead.blockedReason}`}`, {
        hint: moveHints[place](answer.bead),
        details: { status: answer.bead.status },
      });
    }
  }
}

/** A circle among things that need each other, first and last the same: `a, b, a`. Looks at everything that `from` needs. */
export function findCycle(from: readonly string[], needsOf: (id: string) => readonly string[]): string[] | undefined {
  const cleared = new Set<string>();
  for (const start of from) {
    const path: { id: string; rest: string[] }[] = [{ id: start, rest: [...needsOf(start)] }];
    while (path.length > 0) {
      const last = path[path.length - 1];
      const next = last?.rest.shift();
      if (next === undefined) cleared.add(path.pop()?.id ?? start);
      else if (path.some(({ id }) => id === next)) return [...path.slice(path.findIndex(({ id }) => id === next)).map(({ id }) => id), next];
      else if (!cleared.has(next)) path.push({ id: next, rest: [...needsOf(next)] });
    }
  }
  return undefined;
}

/** The step to work on: the active one, else the first by position that is pending and whose needs are done or skipped. */
export function findCurrentStep(steps: readonly Step[]): Step | undefined {
  return steps.find(({ status }) => status === 'active') ?? steps.find((step) => step.status === 'pending' && needsLeft(steps, step).length === 0);
}

/** The ids of what a step still needs. */
export function needsLeft(steps: readonly Step[], step: Step): string[] {
  return step.needs.filter((id) => !steps.some((other) => other.id === id && isClosed(other)));
}

/** What may be done to a step that is to be ended: end it, or why not. `id` undefined means the current one, else the first failed one. */
export type EndJudgement =
  | { readonly kind: 'end'; readonly step: Step }
  | { readonly kind: 'already'; readonly step: Step }
  | { readonly kind: 'waits'; readonly step: Step; readonly needs: readonly string[] }
  | { readonly kind: 'unknown' };

/** Judges an ending; see `EndJudgement`. A failed step may still be done or skipped, once; failing it again is `already`. */
export function judgeStepEnd(steps: readonly Step[], id: string | undefined, outcome: 'done' | 'failed' | 'skipped'): EndJudgement {
  const step = id === undefined ? (findCurrentStep(steps) ?? steps.find(({ status }) => status === 'failed')) : steps.find((one) => one.id === id);
  if (step === undefined) return { kind: 'unknown' };
  if (isClosed(step) || (step.status === 'failed' && outcome === 'failed')) return { kind: 'already', step };
  const needs = needsLeft(steps, step);
  return needs.length > 0 ? { kind: 'waits', step, needs } : { kind: 'end', step };
}

/** True where nothing is left to do. */
export function isComplete(steps: readonly Step[]): boolean {
  return steps.every(isClosed);
}

function isClosed({ status }: Step): boolean {
  return status === 'done' || status === 'skipped';
}

/** How many steps a molecule has, and how many of them ended how. */
export interface StepCount {
  readonly total: number;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
}

/** Counts a molecule's steps by how they ended. */
export function countSteps({ steps }: Pick<Molecule, 'steps'>): StepCount {
  const count = (status: Step['status']) => steps.filter((step) => step.status === status).length;
  return { total: steps.length, done: count('done'), skipped: count('skipped'), failed: count('failed') };
}

const stepMarks = { pending: '○', active: '●', done: '✓', skipped: '–', failed: '✗' } as const;

/** A molecule as `mol status` prints it (seed "session cycling"): a title line, then a line for each step; the current one is pointed at. */
export function renderMolecule({ formula, bead, steps }: Pick<Molecule, 'formula' | 'bead' | 'steps'>): string {
  const current = findCurrentStep(steps);
  const labels = steps.map((step) => `  ${step === current ? stepMarks.active : stepMarks[step.status]} step-${step.position}: ${step.id}`);
  const width = Math.max(...labels.map(({ length }) => length)) + 2;
  const lines = steps.map((step, i) => (step === current ? `${(labels[i] ?? '').padEnd(width)}← current` : labels[i]));
  return [`Molecule: ${formula} (${bead})`, ...lines].join('\n');
}

/** What an agent's hook asks for now: a step, handing in, nothing, or somebody else's help. */
export type CurrentWork =
  | {
      readonly kind: 'step';
      readonly bead: string;
      readonly molecule: string;
      readonly step: Step;
      readonly stepCount: number;
      readonly vars: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'complete'; readonly bead: string; readonly molecule: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'blocked'; readonly bead: string; readonly reason: string };

/** Judges a hook. What is left behind a failed step waits for whoever tries that one again. */
export function judgeCurrent({ bead, molecule, step }: Hook): CurrentWork {
  if (bead === undefined) return { kind: 'none' };
  if (bead.status === 'blocked') return { kind: 'blocked', bead: bead.id, reason: bead.blockedReason ?? 'no reason was told' };
  if (molecule === undefined) return { kind: 'blocked', bead: bead.id, reason: `it has no molecule: pour one with \`baton mol pour work ${bead.id}\`` };
  if (step !== undefined) return { kind: 'step', bead: bead.id, molecule: molecule.id, step, stepCount: molecule.steps.length, vars: molecule.vars };
  if (isComplete(molecule.steps)) return { kind: 'complete', bead: bead.id, molecule: molecule.id };
  const failed = molecule.steps.filter(({ status }) => status === 'failed').map(({ id }) => id);
  return { kind: 'blocked', bead: bead.id, reason: `step ${failed.join(', ')} failed` };
}

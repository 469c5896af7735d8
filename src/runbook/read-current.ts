import { asCount, asFields, asText, type Fields, findFields } from '#runtimes/model';

/** A step as `baton mol current --json` tells it. `run` and `check` are for `sh -c`. */
export interface Step {
  readonly molecule: string;
  readonly bead: string;
  readonly id: string;
  readonly title: string;
  readonly run: string | undefined;
  readonly check: string | undefined;
  readonly timeoutMs: number | undefined;
  /** `2/5`, as far as it was told. */
  readonly place: string;
  readonly vars: Readonly<Record<string, string>>;
}

/** What the agent's hook asks for now. */
export type Current =
  | { readonly kind: 'step'; readonly step: Step }
  /** Every step is closed: the bead can be handed in. */
  | { readonly kind: 'complete'; readonly bead: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'blocked'; readonly reason: string };

/** What `mol step done --json` says comes next; `isHandoff`: not the next step, hand off. */
export interface StepDone {
  readonly isHandoff: boolean;
  readonly meter: string | undefined;
}

/** The answer of `mol current --json`; undefined where it is none that we know. */
export function readCurrent(text: string): Current | undefined {
  const fields = findFields(text);
  const bead = asText(fields?.bead) ?? asText(asFields(fields?.bead)?.id);
  switch (fields?.kind) {
    case 'step':
      return bead === undefined ? undefined : readStep(fields, bead);
    case 'complete':
      return bead === undefined ? undefined : { kind: 'complete', bead };
    case 'none':
      return { kind: 'none' };
    case 'blocked':
      return { kind: 'blocked', reason: asText(fields.reason) ?? 'no reason was told' };
    default:
      return undefined;
  }
}

/** The answer of `mol step done --json`; anything else asks for nothing. */
export function readStepDone(text: string): StepDone {
  const fields = findFields(text);
  return { isHandoff: fields?.isHandoff === true, meter: asText(fields?.meter) };
}

function readStep(fields: Fields, bead: string): Current | undefined {
  const step = asFields(fields.step);
  const id = asText(step?.id);
  const molecule = asText(fields.molecule) ?? asText(asFields(fields.molecule)?.id);
  if (step === undefined || id === undefined || molecule === undefined) return undefined;
  const timeoutS = asCount(step.timeoutS);
  return {
    kind: 'step',
    step: {
      molecule,
      bead,
      id,
      title: asText(step.title) ?? id,
      run: asText(step.run),
      check: asText(step.check),
      timeoutMs: timeoutS === undefined || timeoutS === 0 ? undefined : timeoutS * 1000,
      place: readPlace(step, fields),
      vars: readVars(fields.vars),
    },
  };
}

function readPlace(step: Fields, fields: Fields): string {
  const position = asCount(step.position);
  const count = asCount(fields.stepCount);
  if (position === undefined) return '';
  return count === undefined ? String(position) : `${position}/${count}`;
}

function readVars(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(asFields(value) ?? {}).map(([name, text]) => [name, typeof text === 'string' ? text : JSON.stringify(text)]));
}

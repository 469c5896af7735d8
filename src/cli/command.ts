import type { FaultKind } from '#base';
import type { Field, Fields, Input } from './field.ts';
import type { Run } from './run.ts';

/** Where a command works: in a town; in the person's own town outside every other; anywhere, without a store. */
export type Need = 'town' | 'personal' | 'none';

/** Sections of the list of commands, as in COMMANDS.md. */
export type Section = 'Town' | 'Agents and sessions' | 'Work' | 'Messages' | 'Watching' | 'Baton';

/** A line that works, without the leading `baton`, and what it does. */
export interface Example {
  readonly line: string;
  readonly does: string;
}

/**
 * A command as a declaration: data that is cheap to load. The parser, help, completions, `docs/commands.md` and later the tools for models are
 * made from it; `run` is loaded only when the command is carried out.
 */
export interface Command {
  readonly words: readonly string[];
  readonly section: Section;
  readonly summary: string;
  readonly about?: string;
  readonly args: Fields;
  readonly options: Fields;
  readonly examples: readonly Example[];
  /** The faults that it can end with, beside `invalid` (every command) and `internal`; help tells their exit codes. */
  readonly faults: readonly FaultKind[];
  readonly need: Need;
  /** What is told on stdout beside the fault where it fails; undefined for nothing. Of a prime, whose reader takes silence for an answer (P5). */
  readonly tellFailure: ((error: unknown, input: Readonly<Record<string, unknown>>) => string | undefined) | undefined;
  /** Not in help, completions and docs. */
  readonly isHidden: boolean;
  /** Everything after its words goes through untouched (`tmux`). */
  readonly isPassThrough: boolean;
  readonly run: () => Promise<Run>;
}

interface Spec<A extends Fields, O extends Fields> {
  words: string;
  section: Section;
  summary: string;
  about?: string;
  args?: A;
  options?: O;
  examples: readonly [Example, ...Example[]];
  faults?: readonly FaultKind[];
  need?: Need;
  tellFailure?: Command['tellFailure'];
  isHidden?: boolean;
  isPassThrough?: boolean;
  run: () => Promise<Run<Input<NoInfer<A>> & Input<NoInfer<O>>>>;
}

/** Declares a command. The compiler holds that its fields give what its `run` takes. */
export function command<const A extends Fields = Record<never, Field>, const O extends Fields = Record<never, Field>>(spec: Spec<A, O>): Command {
  return {
    ...spec,
    words: spec.words.split(' '),
    args: spec.args ?? {},
    options: spec.options ?? {},
    faults: spec.faults ?? [],
    need: spec.need ?? 'town',
    tellFailure: spec.tellFailure,
    isHidden: spec.isHidden ?? false,
    isPassThrough: spec.isPassThrough ?? false,
    // The one place where the input's type is let go: the parser makes it from the same fields.
    run: spec.run as () => Promise<Run>,
  };
}

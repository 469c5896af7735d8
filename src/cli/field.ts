/**
 * A field of a command's input: an argument or an option. Pure data, from which the parser, help, completions and docs are made.
 *
 * - `text`: one string · `whole`: a whole number from `min` to `max` · `choice`: one of `choices`, case ignored
 * - `flag`: said or not · `list`: any number of strings (an argument of this kind takes all that is left) · `key-value`: any number of `KEY=VALUE`
 */
export type Field = TextField | WholeField | ChoiceField | FlagField | ListField | KeyValueField;

/** Fields by their name in the input: `dryRun` is `--dry-run` as an option, `DRY-RUN` as an argument. */
export type Fields = Readonly<Record<string, Field>>;

/** Things with ids that completions can list. */
export type Named =
  | 'beads'
  | 'agents'
  | 'crew'
  | 'polecats'
  | 'rigs'
  | 'sessions'
  | 'formulas'
  | 'settings'
  | 'escalations'
  | 'accounts'
  | 'runtimes'
  | 'mails'
  | 'nudges';

interface FieldFacts {
  /** One line for help, without a full stop. */
  readonly meaning: string;
  /** One letter, for `-x`. Options only. */
  readonly short?: string;
  /** What stands for the value in help; by default the name. */
  readonly value?: string;
  readonly isRequired?: boolean;
  /** What holds when it is not said, in words; the rooms hold the defaults themselves. */
  readonly default?: string;
  /** What the value names, for completions. */
  readonly names?: Named;
  /** Other long names that work and that help does not show. */
  readonly aliases?: readonly string[];
}

export interface TextField extends FieldFacts {
  readonly kind: 'text';
}
export interface WholeField extends FieldFacts {
  readonly kind: 'whole';
  readonly min?: number;
  readonly max?: number;
}
export interface ChoiceField extends FieldFacts {
  readonly kind: 'choice';
  readonly choices: readonly string[];
}
export interface FlagField extends FieldFacts {
  readonly kind: 'flag';
}
export interface ListField extends FieldFacts {
  readonly kind: 'list';
}
export interface KeyValueField extends FieldFacts {
  readonly kind: 'key-value';
}

type Facts = Omit<FieldFacts, 'meaning'>;
type Made<K extends Field['kind'], F> = { readonly kind: K; readonly meaning: string } & F;

export const text = <const F extends Facts>(meaning: string, facts?: F): Made<'text', F> => ({ kind: 'text', meaning, ...(facts as F) });
export const whole = <const F extends Facts & { min?: number; max?: number }>(meaning: string, facts?: F): Made<'whole', F> => ({
  kind: 'whole',
  meaning,
  ...(facts as F),
});
export const flag = <const F extends Facts>(meaning: string, facts?: F): Made<'flag', F> => ({ kind: 'flag', meaning, ...(facts as F) });
export const list = <const F extends Facts>(meaning: string, facts?: F): Made<'list', F> => ({ kind: 'list', meaning, ...(facts as F) });
export const keyValue = <const F extends Facts>(meaning: string, facts?: F): Made<'key-value', F> => ({ kind: 'key-value', meaning, ...(facts as F) });
export const choice = <const C extends readonly string[], const F extends Facts>(
  meaning: string,
  choices: C,
  facts?: F,
): Made<'choice', F & { readonly choices: C }> => ({
  kind: 'choice',
  meaning,
  choices,
  ...(facts as F),
});

type ValueOf<F> = F extends { kind: 'whole' }
  ? number
  : F extends { kind: 'choice'; choices: readonly (infer C)[] }
    ? C
    : F extends { kind: 'flag' }
      ? boolean
      : F extends { kind: 'list' }
        ? readonly string[]
        : F extends { kind: 'key-value' }
          ? Readonly<Record<string, string>>
          : string;

/** Always in the input: what must be said, and the kinds that are empty when they are not. */
type Given = { isRequired: true } | { kind: 'flag' | 'list' | 'key-value' };

/** The typed input of a command with these fields. */
export type Input<F extends Fields> = { readonly [K in keyof F as F[K] extends Given ? K : never]: ValueOf<F[K]> } & {
  readonly [K in keyof F as F[K] extends Given ? never : K]?: ValueOf<F[K]>;
};

/** `dryRun` → `dry-run`. */
export function toKebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What stands for a field's value in help: `BEAD`, `K=V`. */
export function valueName(name: string, field: Field): string {
  if (field.value !== undefined) return field.value;
  if (field.kind === 'key-value') return 'KEY=VALUE';
  if (field.kind === 'choice' && field.choices.join('|').length <= 40) return field.choices.join('|');
  return toKebab(name).toUpperCase();
}

/** Arguments as a usage line shows them: `BEAD [FORMULA]`, `NAME...`. */
export function usageOfArguments(args: Fields): string {
  return Object.entries(args)
    .map(([name, field]) => `${valueName(name, field)}${field.kind === 'list' ? '...' : ''}`)
    .map((words, place) => (Object.values(args)[place]?.isRequired ? words : `[${words}]`))
    .join(' ');
}

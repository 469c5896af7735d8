import * as z from 'zod/mini';
import { Fault } from '#base';
import type { Command } from './command.ts';
import { type Field, toKebab, valueName } from './field.ts';

/** The typed input of a command from what the parser found, by field name. Fault: `invalid`, with the value quoted. */
export function readInput(command: Command, raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = { ...command.args, ...command.options };
  const label = (name: string, field: Field) => (name in command.args ? valueName(name, field) : `--${toKebab(name)}`);
  const read = inputSchema(fields, label).safeParse(withoutUndefined(raw));
  if (read.success) return withoutUndefined(read.data);
  throw new Fault('invalid', read.error.issues[0]?.message ?? 'the arguments cannot be read', { hint: helpHint(command) });
}

/** Where a mistyped line's writer looks next. */
function helpHint(command: Command): string {
  return `see \`baton ${command.words.join(' ')} --help\``;
}

function inputSchema(fields: Readonly<Record<string, Field>>, label: (name: string, field: Field) => string) {
  const shape = Object.entries(fields).map(([name, field]) => [name, fieldSchema(name, field, label(name, field))] as const);
  return z.object(Object.fromEntries(shape));
}

function fieldSchema(name: string, field: Field, label: string): z.ZodMiniType {
  const isOptional = !field.isRequired;
  if (field.kind === 'flag') return z._default(z.boolean(), false);
  if (field.kind === 'list')
    return isOptional ? z._default(z.array(z.string()), []) : z.array(z.string(), `${label} is missing`).check(z.minLength(1, `${label} is missing`));
  if (field.kind === 'key-value') return z._default(z.pipe(z.array(z.string()), z.transform(readPairs(label, valueName(name, field)))), {});
  const schema = z.pipe(z.string(`${label} is missing`), z.transform(readWord(field, label)));
  return isOptional ? z.optional(schema) : schema;
}

type Context = z.core.ParsePayload<unknown>;

function readWord(field: Field, label: string) {
  return (said: string, context: Context) => {
    if (field.kind === 'choice')
      return (
        field.choices.find((choice) => choice.toLowerCase() === said.toLowerCase()) ??
        refuse(context, said, `${label} "${said}" is none of ${field.choices.join(', ')}`)
      );
    if (field.kind !== 'whole') return said;
    const { min = 0, max = Number.MAX_SAFE_INTEGER } = field;
    const number = /^-?\d+$/.test(said) ? Number(said) : Number.NaN;
    const range = field.max === undefined ? `from ${min}` : `from ${min} to ${max}`;
    return number >= min && number <= max ? number : refuse(context, said, `${label} "${said}" is not a whole number ${range}`);
  };
}

/** `KEY=VALUE` words as a record; the value may hold `=` and may be empty. */
function readPairs(label: string, form: string) {
  return (said: string[], context: Context) => {
    const pairs: Record<string, string> = {};
    for (const word of said) {
      const [, key, value] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(word) ?? [];
      if (key === undefined || value === undefined) return refuse(context, word, `${label} "${word}" is not ${form}`);
      if (Object.hasOwn(pairs, key)) return refuse(context, word, `${label} gives "${key}" twice`);
      pairs[key] = value;
    }
    return pairs;
  };
}

function refuse(context: Context, input: unknown, message: string): never {
  context.issues.push({ code: 'custom', message, input });
  return z.NEVER;
}

function withoutUndefined(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined));
}

import { parse } from 'smol-toml';
import * as z from 'zod/mini';
import { Fault, nearestName, shorten } from '#base';
import { findFormulaProblems, type Problem } from './formula-problems.ts';
import { commandVar, nameForm } from './formula-text.ts';
import type { Formula, FormulaStep, FormulaVar } from './model.ts';

const stepsMax = 200;
const timeoutSMax = 24 * 60 * 60;

const text = z.string('is not text');
const name = z.string('is not text').check(z.regex(nameForm, 'is no name: small letters, digits, "-" and "_", up to 64'));
const command = z.string('is not text').check(
  z.refine((value) => value.trim() !== '', 'is empty'),
  z.refine((value) => !commandVar.test(value), 'has a variable in a command: use "$BATON_VAR_<NAME>" there, which is never spliced'),
);
const timeout = z
  .union([z.int(), z.string()], 'is no time limit: seconds, or a text such as "90s", "5m", "1h"')
  .check(z.refine((value) => readTimeout(value) !== undefined, `is no time limit from 1 s to ${timeoutSMax} s: seconds, or a text such as "90s", "5m", "1h"`));

const stepShape = z.strictObject({
  id: name,
  title: z.optional(text),
  description: z.optional(text),
  needs: z.optional(z.array(text, 'is no list of step ids')),
  acceptance: z.optional(text),
  run: z.optional(command),
  check: z.optional(command),
  timeout: z.optional(timeout),
});
const varShape = z.strictObject({
  description: z.optional(text),
  required: z.optional(z.boolean('is neither true nor false')),
  default: z.optional(text),
  values: z.optional(z.array(text, 'is no list of texts')),
});
const formulaShape = z.strictObject({
  formula: name,
  description: z.optional(text),
  version: z.optional(z.union([z.string(), z.number()], 'is neither text nor a number')),
  vars: z.optional(z.record(z.string(), z.union([z.string(), varShape], 'is neither a default nor a table'), 'is no table')),
  steps: z
    .array(stepShape, 'is no list of tables ([[steps]])')
    .check(z.minLength(1, 'is empty: a formula has at least one step'), z.maxLength(stepsMax, `has more than ${stepsMax} steps`)),
});

/** A formula from its TOML. `file` is how faults name it, `name` what it must call itself. Faults: `invalid`, naming file, step and value; `details.problems` has all. */
export function readFormula({ text: toml, file, name: expected }: { text: string; file: string; name: string }): Formula {
  const raw = readToml(toml, file);
  const parsed = formulaShape.safeParse(raw);
  if (!parsed.success)
    throw formulaFault(
      file,
      parsed.error.issues.flatMap((issue) => describeIssue(issue, raw)),
    );
  const { formula, description, version, vars, steps } = parsed.data;
  const read: Formula = {
    name: formula,
    description: (description ?? '').trim(),
    version: String(version ?? '1'),
    vars: Object.fromEntries(Object.entries(vars ?? {}).map(([key, value]) => [key, readVar(value)])),
    steps: steps.map(toStep),
  };
  const misnamed: Problem[] = formula === expected ? [] : [{ problem: `"formula" = "${formula}" does not fit the file's name: it must be "${expected}"` }];
  const problems = [...misnamed, ...findFormulaProblems(read)];
  if (problems.length > 0) throw formulaFault(file, problems);
  return read;
}

function readToml(toml: string, file: string): Record<string, unknown> {
  try {
    return parse(toml);
  } catch (cause) {
    const { line, column, message } = cause as Error & { line?: number; column?: number };
    throw new Fault('invalid', `formula file "${file}": line ${line ?? '?'}, column ${column ?? '?'}: ${shorten(message.split('\n')[0] ?? '', 200)}`, {
      hint: 'mend the TOML; `baton formula check` tries it',
      cause,
    });
  }
}

function formulaFault(file: string, problems: readonly Problem[]): Fault {
  const sentences = problems.map(({ step, problem }) => (step === undefined ? problem : `step "${step}": ${problem}`));
  return new Fault('invalid', `formula file "${file}": ${sentences.join('; ')}`, {
    hint: 'mend the file; `baton formula check` tries it',
    details: { file, problems },
  });
}

function describeIssue(issue: z.core.$ZodIssue, raw: unknown): Problem[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  const [step, keys] = path[0] === 'steps' && typeof path[1] === 'number' ? [nameStep(raw, path[1]), path.slice(2)] : [undefined, path];
  const at = step === undefined ? {} : { step };
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ ...at, problem: `unknown key "${[...keys, key].join('.')}"${meant(key, keys)}` }));
  const value = valueAt(raw, path);
  const key = keys.length === 0 ? path.join('.') : keys.join('.');
  return [{ ...at, problem: value === undefined ? `"${key}" is missing` : `"${key}" = ${shorten(JSON.stringify(value) ?? '', 80)} ${issue.message}` }];
}

function meant(key: string, keys: readonly (string | number)[]): string {
  const shape = keys[0] === 'vars' ? varShape : keys.length === 0 ? { ...formulaShape.shape, ...stepShape.shape } : {};
  const near = nearestName(key, Object.keys('shape' in shape ? (shape as typeof varShape).shape : shape));
  return near === undefined ? '' : ` (did you mean "${near}"?)`;
}

function nameStep(raw: unknown, index: number): string {
  const id = valueAt(raw, ['steps', index, 'id']);
  return typeof id === 'string' ? id : `number ${index + 1}`;
}

function valueAt(raw: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined),
    raw,
  );
}

function readVar(value: string | z.infer<typeof varShape>): FormulaVar {
  if (typeof value === 'string') return { description: '', isRequired: false, default: value, values: undefined };
  return { description: value.description ?? '', isRequired: value.required ?? false, default: value.default, values: value.values };
}

function toStep(step: z.infer<typeof stepShape>): FormulaStep {
  return {
    id: step.id,
    title: step.title ?? step.id,
    description: (step.description ?? '').trim(),
    needs: step.needs ?? [],
    acceptance: step.acceptance ?? '',
    run: step.run ?? null,
    check: step.check ?? null,
    timeoutS: step.timeout === undefined ? null : (readTimeout(step.timeout) ?? null),
  };
}

/** Seconds from a count of them, or from "90s", "5m", "1h"; undefined for anything else. */
function readTimeout(value: string | number): number | undefined {
  const match = /^(\d{1,6})(s|m|h)?$/.exec(String(value));
  if (match === null) return undefined;
  const seconds = Number(match[1]) * { s: 1, m: 60, h: 3600 }[(match[2] ?? 's') as 's' | 'm' | 'h'];
  return seconds >= 1 && seconds <= timeoutSMax ? seconds : undefined;
}

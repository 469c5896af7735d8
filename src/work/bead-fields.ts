import { byteLength, Fault } from '#base';
import { readPriority } from './model.ts';

const titleLengthMax = 300;
const textBytesMax = 256 * 1024;
const labelCountMax = 50;
const word = /^[a-z][a-z0-9_-]{0,31}$/;
const labelForm = /^[^\s,\p{Cc}]{1,64}$/u;

/** What a caller may say of a bead's own fields, as typed. */
export interface BeadFields {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly type?: string | undefined;
  readonly priority?: string | number | undefined;
  readonly acceptance?: string | undefined;
  readonly estimate?: number | undefined;
  readonly labels?: readonly string[] | undefined;
}

/** The columns that those fields become. */
export interface FieldColumns {
  title?: string;
  body?: string;
  type?: string;
  priority?: number;
  acceptance?: string;
  estimate?: number;
  labels?: string;
}

/** The fields that were given, checked, as columns. Faults `invalid`, quoting the value. */
export function readFields(fields: BeadFields): FieldColumns {
  const columns: FieldColumns = {};
  if (fields.title !== undefined) columns.title = readTitle(fields.title);
  if (fields.body !== undefined) columns.body = readText('body', fields.body);
  if (fields.type !== undefined) columns.type = readType(fields.type);
  if (fields.priority !== undefined) columns.priority = readPriority(fields.priority);
  if (fields.acceptance !== undefined) columns.acceptance = readText('acceptance', fields.acceptance);
  if (fields.estimate !== undefined) columns.estimate = readEstimate(fields.estimate);
  if (fields.labels !== undefined) columns.labels = JSON.stringify(readLabels(fields.labels));
  return columns;
}

/** A text of many lines: any but NUL, which PostgreSQL cannot keep, and bounded. */
export function readText(name: string, text: string): string {
  if (text.includes('\0')) throw new Fault('invalid', `the ${name} holds a NUL character`, { hint: 'give it as plain text' });
  if (byteLength(text) > textBytesMax)
    throw new Fault('invalid', `the ${name} has ${byteLength(text)} bytes; ${textBytesMax} is the most`, { hint: 'put the rest into a file and name it here' });
  return text;
}

function readTitle(text: string): string {
  const title = text.trim();
  if (title === '') throw new Fault('invalid', 'a bead needs a title', { hint: 'say in one line what is to be done' });
  if (/\p{Cc}/u.test(title))
    throw new Fault('invalid', `the title "${title.replace(/\p{Cc}/gu, ' ')}" has more than one line, or control characters`, {
      hint: 'keep the title to one line; the rest is for the body',
    });
  if ([...title].length > titleLengthMax)
    throw new Fault('invalid', `the title has ${[...title].length} characters; ${titleLengthMax} is the most`, {
      hint: 'keep the title to one line; the rest is for the body',
    });
  return title;
}

function readType(text: string): string {
  if (!word.test(text)) throw new Fault('invalid', `"${text}" is no type of a bead`, { hint: 'use one small word, such as task, bug, feature, chore or epic' });
  return text;
}

function readEstimate(sessions: number): number {
  if (!Number.isInteger(sessions) || sessions < 1 || sessions > 1000)
    throw new Fault('invalid', `"${sessions}" is no estimate`, { hint: 'it is a count of sessions, 1 to 1000' });
  return sessions;
}

function readLabels(labels: readonly string[]): string[] {
  const unfit = labels.find((label) => !labelForm.test(label));
  if (unfit !== undefined)
    throw new Fault('invalid', `"${unfit}" is no label`, { hint: 'a label is one word of up to 64 characters, without spaces and commas' });
  const unique = [...new Set(labels)].sort();
  if (unique.length > labelCountMax)
    throw new Fault('invalid', `a bead has ${labelCountMax} labels at the most, not ${unique.length}`, { hint: 'remove some' });
  return unique;
}

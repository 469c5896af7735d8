import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'smol-toml';
import { Fault, isFault } from '#base';
import { getOption } from './keys.ts';
import { assertPlace, parseToml, type SettingsFile } from './read-settings.ts';
import { type Layout, type Pair, type Span, scanToml } from './scan-toml.ts';
import { readValue } from './settings.ts';

/**
 * The file's text with that one key set and everything else, comments and order too, as it was. `value` is what a kind reads: text as typed, or
 * a TOML value. Faults: `invalid` for an unknown key or a value that does not fit, or where the file cannot be parsed; `unsupported` where its
 * shape leaves no place for the key.
 */
export function editToml(file: SettingsFile, key: string, value: unknown): string {
  const found = getOption(key);
  assertPlace(file, found);
  const plain = found.option.kind.write(readValue(file.name, found, value));
  parseToml(file);
  const path = key.split('.');
  return verified(file, path, plain, insertValue(file.text, path, writeToml(plain)));
}

/** The file's text without that key, known or mistyped; unchanged where a known key is not set. Faults as `editToml`. */
export function unsetToml(file: SettingsFile, key: string): string {
  parseToml(file);
  const path = key.split('.');
  const pair = scanToml(file.text).pairs.find((each) => isSame(each.path, path));
  if (pair !== undefined) return verified(file, path, undefined, removePair(file.text, pair));
  getOption(key, file.name);
  return file.text;
}

/** Puts the value in place of the old one, else beside its relatives, else in a new section at the end. */
function insertValue(text: string, path: readonly string[], value: string): string {
  const layout = scanToml(text);
  const old = layout.pairs.find((pair) => isSame(pair.path, path));
  if (old !== undefined) return splice(text, old.value, value);
  const table = layout.inlineTables.findLast((each) => isSame(each.path, path.slice(0, -1)));
  if (table !== undefined) return insertInInlineTable(text, layout, table, `${writeKey(path.slice(-1))} = ${value}`);
  const relative = findRelative(text, layout, path);
  if (relative !== undefined) return insertLine(text, relative.after.end, `${writeKey(path.slice(relative.section.length))} = ${value}`);
  return path.length === 1 ? insertAtTop(text, layout, `${writeKey(path)} = ${value}`) : appendSection(text, path, value);
}

/** What the new line goes after: its own line as a comment, else the last pair of the same table, else the header of its section. */
function findRelative(text: string, layout: Layout, path: readonly string[]): { after: Span; section: readonly string[] } | undefined {
  const parent = path.slice(0, -1);
  const commented = findCommentedOut(text, layout, path);
  if (commented !== undefined) return { after: commented, section: parent };
  const pair = layout.pairs.findLast(
    (each) => each.inline === undefined && each.path.length > parent.length && isPrefix(parent, each.path) && isPrefix(each.within, parent),
  );
  if (pair !== undefined) return { after: pair, section: pair.within };
  const header = layout.headers.find((each) => isSame(each.path, parent));
  return header === undefined ? undefined : { after: header, section: header.path };
}

/** The line `# name = …` in the key's section, as `baton init` writes it. */
function findCommentedOut(text: string, layout: Layout, path: readonly string[]): Span | undefined {
  const parent = path.slice(0, -1);
  const index = layout.headers.findIndex((each) => isSame(each.path, parent));
  if (parent.length > 0 && index === -1) return undefined;
  const start = layout.headers[index]?.end ?? 0;
  const section = text.slice(start, layout.headers[index + 1]?.start ?? text.length);
  const match = new RegExp(`^[ \\t]*#[ \\t]*${writeKey(path.slice(-1))}[ \\t]*=.*$`, 'm').exec(section);
  return match === null ? undefined : { start: start + match.index, end: start + match.index + match[0].length };
}

function insertInInlineTable(text: string, layout: Layout, table: Span, line: string): string {
  const last = layout.pairs.findLast((pair) => pair.inline?.start === table.start);
  if (last !== undefined) return splice(text, { start: last.end, end: last.end }, `, ${line}`);
  return splice(text, table, `{ ${line} }`);
}

/** A key of no section stands before the first header, and before the comment that belongs to that header. */
function insertAtTop(text: string, layout: Layout, line: string): string {
  const header = layout.headers[0];
  if (header === undefined) return `${ended(text)}${line}\n`;
  const before = text.slice(0, header.start).split('\n');
  before.pop();
  while (before.at(-1)?.startsWith('#') === true) before.pop();
  const start = before.length === 0 ? 0 : before.join('\n').length + 1;
  return splice(text, { start, end: start }, `${line}\n\n`);
}

function appendSection(text: string, path: readonly string[], value: string): string {
  const gap = text.trim() === '' ? '' : '\n';
  return `${ended(text)}${gap}[${writeKey(path.slice(0, -1))}]\n${writeKey(path.slice(-1))} = ${value}\n`;
}

/** A new line after the line that ends at or after `end`, indented as that line is. */
function insertLine(text: string, end: number, line: string): string {
  const lineEnd = text.indexOf('\n', end);
  const indent = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', end - 1) + 1))?.[0] ?? '';
  if (lineEnd === -1) return `${text}\n${indent}${line}\n`;
  return splice(text, { start: lineEnd + 1, end: lineEnd + 1 }, `${indent}${line}\n`);
}

/** Whole lines, with the comment behind the value; inside an inline table with one comma. */
function removePair(text: string, pair: Pair): string {
  if (pair.inline !== undefined) {
    const after = /^\s*,\s*/.exec(text.slice(pair.end))?.[0].length;
    if (after !== undefined) return splice(text, { start: pair.start, end: pair.end + after }, '');
    const before = /\s*,\s*$/.exec(text.slice(pair.inline.start + 1, pair.start))?.[0].length ?? 0;
    return splice(text, { start: pair.start - before, end: pair.end }, '');
  }
  const start = text.lastIndexOf('\n', pair.start - 1) + 1;
  const lineEnd = text.indexOf('\n', pair.end);
  return splice(text, { start, end: lineEnd === -1 ? text.length : lineEnd + 1 }, '');
}

/** The edit is believed only if the new text parses to the old tables with that one key changed. */
function verified(file: SettingsFile, path: readonly string[], value: unknown, text: string): string {
  const wanted = withValue(parseToml(file), path, value);
  const tables = tryParse({ text, name: file.name });
  if (tables !== undefined && isDeepStrictEqual(withoutEmpty(tables), withoutEmpty(wanted))) return text;
  const key = path.join('.');
  throw new Fault('unsupported', `${file.name} is laid out so that "${key}" cannot be set by a program`, {
    hint: `edit it by hand: ${value === undefined ? `remove ${key}` : `${key} = ${writeToml(value)}`}`,
  });
}

function tryParse(file: Pick<SettingsFile, 'text' | 'name'>): Readonly<Record<string, unknown>> | undefined {
  try {
    return parseToml(file);
  } catch (error) {
    if (isFault(error, 'invalid')) return undefined;
    throw error;
  }
}

function withValue(table: Readonly<Record<string, unknown>>, path: readonly string[], value: unknown): Record<string, unknown> {
  const [name = '', ...rest] = path;
  const { [name]: old, ...others } = table;
  if (rest.length > 0) return { ...others, [name]: withValue(isTable(old) ? old : {}, rest, value) };
  return value === undefined ? others : { ...others, [name]: value };
}

/** Plain copies without empty tables: removing the last key of a section leaves the section. */
function withoutEmpty(table: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(table).map(([key, value]) => [key, isTable(value) ? withoutEmpty(value) : value] as const);
  return Object.fromEntries(entries.filter(([, value]) => !isTable(value) || Object.keys(value).length > 0));
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** `smol-toml` writes a table: the part after `v = ` is the value. */
function writeToml(value: unknown): string {
  return stringify({ v: value }).trimEnd().slice('v = '.length);
}

function writeKey(path: readonly string[]): string {
  return path.map((name) => (/^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name))).join('.');
}

function splice(text: string, { start, end }: Span, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && isPrefix(a, b);
}

function isPrefix(a: readonly string[], b: readonly string[]): boolean {
  return a.every((name, i) => name === b[i]);
}

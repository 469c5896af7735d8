/** Where a value stands in a JSON text, and the items of an object or a list; `start` of an item is that of its key where it has one. */
export interface JsonSpan {
  readonly kind: 'object' | 'list' | 'other';
  readonly start: number;
  readonly end: number;
  readonly items: readonly JsonItem[];
}

/** A property of an object, or an element of a list. */
export interface JsonItem {
  readonly key: string | undefined;
  readonly start: number;
  readonly value: JsonSpan;
}

/** The places of the values in a text that is JSON; one that is not, or has comments, throws a SyntaxError. */
export function locateJson(text: string): JsonSpan {
  JSON.parse(text);
  return locateValue(text, skipSpace(text, 0));
}

/** The value at a path of keys. */
export function findSpan(root: JsonSpan, keys: readonly string[]): JsonSpan | undefined {
  return keys.reduce<JsonSpan | undefined>((at, key) => at?.items.findLast((item) => item.key === key)?.value, root);
}

/** The text with one more item, a JSON text, behind the last one of `parent`, and all else as it stands. */
export function insertItem(text: string, parent: JsonSpan, item: string): string {
  const last = parent.items.at(-1);
  if (last === undefined) {
    const outer = /\n?([ \t]*)[^\n]*$/.exec(text.slice(0, parent.start))?.[1] ?? '';
    return `${text.slice(0, parent.start + 1)}\n${indent(item, `${outer}  `)}\n${outer}${text.slice(parent.end - 1)}`;
  }
  const gap = /\s*$/.exec(text.slice(0, last.start))?.[0] ?? '';
  const margin = gap.slice(gap.lastIndexOf('\n') + 1);
  return `${text.slice(0, last.value.end)},${gap}${indent(item, gap.includes('\n') ? margin : '').trimStart()}${text.slice(last.value.end)}`;
}

/** The text without an item, and all else as it stands. */
export function removeItem(text: string, parent: JsonSpan, index: number): string {
  const item = parent.items[index];
  if (item === undefined) return text;
  const before = parent.items[index - 1];
  const after = parent.items[index + 1];
  if (before !== undefined) return text.slice(0, before.value.end) + text.slice(item.value.end);
  if (after !== undefined) return text.slice(0, item.start) + text.slice(after.start);
  return text.slice(0, parent.start + 1) + text.slice(parent.end - 1);
}

function indent(text: string, margin: string): string {
  return text
    .split('\n')
    .map((line) => margin + line)
    .join('\n');
}

function locateValue(text: string, start: number): JsonSpan {
  const opening = text[start];
  if (opening !== '{' && opening !== '[') return { kind: 'other', start, end: endOfScalar(text, start), items: [] };
  const closing = opening === '{' ? '}' : ']';
  const items: JsonItem[] = [];
  let at = skipSpace(text, start + 1);
  while (text[at] !== closing) {
    const item = opening === '{' ? locateProperty(text, at) : { key: undefined, start: at, value: locateValue(text, at) };
    items.push(item);
    at = skipSpace(text, item.value.end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return { kind: opening === '{' ? 'object' : 'list', start, end: at + 1, items };
}

function locateProperty(text: string, start: number): JsonItem {
  const end = endOfScalar(text, start);
  const colon = skipSpace(text, end);
  return { key: JSON.parse(text.slice(start, end)) as string, start, value: locateValue(text, skipSpace(text, colon + 1)) };
}

function endOfScalar(text: string, start: number): number {
  const rest = /"(?:[^"\\]|\\.)*"|[^\s,\]}:]+/y;
  rest.lastIndex = start;
  return start + (rest.exec(text)?.[0].length ?? 1);
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (/[ \t\r\n]/.test(text[at] ?? '')) at += 1;
  return at;
}

import { known } from '#base';

/** A place in a text: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A `key = value`: its full path, the whole span, the value's span, and the path of the section or inline table that it stands in. */
export interface Pair extends Span {
  readonly path: readonly string[];
  readonly value: Span;
  readonly within: readonly string[];
  /** The inline table around it, `{` to `}`. */
  readonly inline: Span | undefined;
}

/** A `[section]` header. */
export interface Header extends Span {
  readonly path: readonly string[];
}

/** Where everything stands in a TOML text. */
export interface Layout {
  readonly headers: readonly Header[];
  readonly pairs: readonly Pair[];
  /** Inline tables by the path that they give a value to. */
  readonly inlineTables: readonly (Span & { readonly path: readonly string[] })[];
}

/** The layout of a TOML text that is known to parse; it only finds where things begin and end. Arrays of tables are not used by any setting. */
export function scanToml(text: string): Layout {
  const layout = { headers: [] as Header[], pairs: [] as Pair[], inlineTables: [] as (Span & { path: readonly string[] })[] };
  let section: readonly string[] = [];
  let at = skipVoid(text, 0);
  while (at < text.length) {
    if (text[at] === '[') {
      const start = at;
      const brackets = text.startsWith('[[', at) ? 2 : 1;
      const key = scanKey(text, at + brackets, ']');
      at = key.end + brackets;
      section = key.path;
      layout.headers.push({ path: section, start, end: at });
    } else {
      at = scanPair(text, at, section, undefined, layout).end;
    }
    at = skipVoid(text, at);
  }
  return layout;
}

interface Collected {
  readonly pairs: Pair[];
  readonly inlineTables: (Span & { path: readonly string[] })[];
}

function scanPair(text: string, start: number, within: readonly string[], inline: Span | undefined, into: Collected): Span {
  const key = scanKey(text, start, '=');
  const path = [...within, ...key.path];
  const value = { start: skipBlanks(text, key.end + 1), end: 0 };
  value.end = scanValue(text, value.start);
  into.pairs.push({ path, start, end: value.end, value, within, inline });
  if (text[value.start] === '{') scanInlineTable(text, value, path, into);
  return { start, end: value.end };
}

function scanInlineTable(text: string, table: Span, path: readonly string[], into: Collected): void {
  into.inlineTables.push({ path, ...table });
  let at = skipVoid(text, table.start + 1);
  while (at < table.end - 1) {
    at = skipVoid(text, scanPair(text, at, path, table, into).end);
    if (text[at] === ',') at = skipVoid(text, at + 1);
  }
}

/** A dotted key up to the character that ends it; `end` is that character's place. */
function scanKey(text: string, start: number, stop: string): { path: readonly string[]; end: number } {
  const path: string[] = [];
  let at = start;
  while (text[at] !== stop) {
    at = skipBlanks(text, at);
    if (text[at] === '"' || text[at] === "'") {
      const end = scanString(text, at);
      path.push(text[at] === '"' ? readBasicString(text.slice(at, end)) : text.slice(at + 1, end - 1));
      at = end;
    } else {
      const bare = known(/^[A-Za-z0-9_-]*/.exec(text.slice(at, at + 200))?.[0], 'key');
      path.push(bare);
      at += bare.length;
    }
    at = skipBlanks(text, at);
    if (text[at] === '.') at += 1;
    else break;
  }
  return { path, end: at };
}

/** The end of a value: a string, an array or inline table with all inside, or a bare word. */
function scanValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"' || first === "'") return scanString(text, start);
  if (first !== '[' && first !== '{') return start + known(/^[^\s,\]}#]+(?: \d[^\s,\]}#]*)?/.exec(text.slice(start, start + 200))?.[0], 'value').length;
  let at = skipVoid(text, start + 1);
  while (text[at] !== ']' && text[at] !== '}') {
    if (text[at] === '"' || text[at] === "'") at = scanString(text, at);
    else if (text[at] === '[' || text[at] === '{') at = scanValue(text, at);
    else at += 1;
    at = skipVoid(text, at);
  }
  return at + 1;
}

/** The end of a string of any of TOML's four forms. */
function scanString(text: string, start: number): number {
  const quote = known(text[start], 'quote');
  const isLong = text.startsWith(quote.repeat(3), start);
  const close = isLong ? quote.repeat(3) : quote;
  let at = start + close.length;
  while (!text.startsWith(close, at)) at += quote === '"' && text[at] === '\\' ? 2 : 1;
  at += close.length;
  // A long string may end with up to two quotes of its own.
  while (isLong && text[at] === quote) at += 1;
  return at;
}

function readBasicString(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}

/** Past blanks, line ends and comments. */
function skipVoid(text: string, start: number): number {
  let at = start;
  for (;;) {
    while (at < text.length && /\s|\uFEFF/.test(text[at] ?? '')) at += 1;
    if (text[at] !== '#') return at;
    const end = text.indexOf('\n', at);
    at = end === -1 ? text.length : end + 1;
  }
}

import { day, hour, minute, second } from './clock.ts';

const encoder = new TextEncoder();

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The longest beginning of `text` that fits in `bytes` of UTF-8, never splitting a character. */
export function cutToBytes(text: string, bytes: number): string {
  const whole = encoder.encode(text);
  if (whole.length <= bytes) return text;
  let end = Math.max(0, bytes);
  while (end > 0 && ((whole[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return new TextDecoder().decode(whole.subarray(0, end));
}

/** A text on one line of at most `length` characters, its end shown by `…`. */
export function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= length) return line;
  const characters = [...line];
  return characters.length <= length ? line : `${characters.slice(0, Math.max(0, length - 1)).join('')}…`;
}

/** Columns that a line takes on a terminal: wide letters and emoji two, marks that join another letter none. */
export function columnsOf(line: string): number {
  return [...line].reduce((sum, character) => sum + (joining.test(character) ? 0 : wide.test(character) ? 2 : 1), 0);
}

/** The longest beginning of a line that fits into so many columns, its end shown by `…`; unlike `shorten` it keeps the blanks. */
export function cutToColumns(line: string, columns: number): string {
  if (columnsOf(line) <= columns) return line;
  let [kept, used] = ['', 0];
  for (const character of line) {
    used += columnsOf(character);
    if (used > columns - 1) break;
    kept += character;
  }
  return columns < 1 ? '' : `${kept}…`;
}

const joining = /[\p{M}\u200B-\u200F]/u;
/** Unicode's East Asian Width "wide", in its large blocks, and the emoji. */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\p{Emoji_Presentation}\u{20000}-\u{3FFFD}]/u;

/** `1 step`, `3 steps`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A duration in its two largest units: `4m 12s`, `3d 2h`, `350ms`. */
export function formatDuration(ms: number): string {
  if (ms < second) return `${Math.max(0, Math.round(ms))}ms`;
  const units: [string, number][] = [
    ['d', day],
    ['h', hour],
    ['m', minute],
    ['s', second],
  ];
  const start = units.findIndex(([, size]) => ms >= size);
  const [first, next] = [units[start], units[start + 1]];
  if (first === undefined) return '0s';
  const whole = Math.floor(ms / first[1]);
  const rest = next === undefined ? 0 : Math.floor((ms % first[1]) / next[1]);
  return next === undefined || rest === 0 ? `${whole}${first[0]}` : `${whole}${first[0]} ${rest}${next[0]}`;
}

/** A moment (ms since 1970) as `2026-11-21T09:30:05Z`. */
export function formatMoment(ms: number): string {
  const seconds = Math.floor(ms / second);
  const days = Math.floor(seconds / 86_400);
  const [year, month, dayOfMonth] = civilDate(days);
  const rest = seconds - days * 86_400;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(dayOfMonth)}T${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}Z`;
}

/** Year, month and day of a count of days since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
function civilDate(days: number): [number, number, number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthShifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthShifted < 10 ? monthShifted + 3 : monthShifted - 9;
  const dayOfMonth = dayOfYear - Math.floor((153 * monthShifted + 2) / 5) + 1;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth];
}

/** A count of tokens or bytes for people: `950`, `12.4k`, `1.2M`, `75.7G`. */
export function formatCount(count: number): string {
  if (count < 1000) return String(count);
  const [size, sign] = countUnits.find(([unit]) => count < unit * roundsUpFrom) ?? [1e9, 'G'];
  return `${trimZero(count / size)}${sign}`;
}

const countUnits = [
  [1e3, 'k'],
  [1e6, 'M'],
] as const;
/** From here on one decimal would say 1000 of a unit. */
const roundsUpFrom = 999.95;

function trimZero(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}

/** The name among `names` that a mistyped one most likely meant: at most two edits away, nearest first. None for one that is too long to be a name. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  if (typed.length > typedMax) return undefined;
  const near = names
    .filter((name) => Math.abs(name.length - typed.length) <= editsMax)
    .map((name) => ({ name, edits: editDistance(typed.toLowerCase(), name.toLowerCase()) }))
    .filter(({ edits }) => edits <= editsMax)
    .sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1));
  return near[0]?.name;
}

const editsMax = 2;
/** Nobody mistypes a longer one by two letters, and comparing takes the square of its length. */
const typedMax = 200;

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A word as `sh` takes it, whatever it holds. */
export function quoteWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

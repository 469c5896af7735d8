import { stripVTControlCharacters } from 'node:util';

const plainText = /^[\x20-\x7e]*$/;
const joiner = '\u200D';
/** Asks for the drawn, wide form of the character before it. */
const emojiForm = '\uFE0F';

/** Columns that a text takes on a terminal: wide characters two, combining and control ones none, colours none. */
export function displayWidth(text: string): number {
  if (plainText.test(text)) return text.length;
  return characters(stripVTControlCharacters(text)).reduce((sum, { width }) => sum + width, 0);
}

/** The beginning of a line that fits into `columns` columns, its cut end shown by `…`. */
export function cutToWidth(line: string, columns: number): string {
  if (displayWidth(line) <= columns) return line;
  let kept = '';
  let used = 0;
  for (const { text, width } of characters(line)) {
    used += width;
    if (used > columns - 1) break;
    kept += text;
  }
  return columns > 0 ? `${kept.trimEnd()}…` : '';
}

/** The text, filled with spaces up to `columns`. */
export function padToWidth(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/** Text that others wrote, fit for a terminal: nothing in it moves the cursor, colours, rings or turns the text round. Line ends and tabs stay. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g, '');
}

/** Text that others wrote, on one line. */
export function onOneLine(text: string): string {
  return plain(text).replace(/\s+/g, ' ').trim();
}

/**
 * A text in the pieces that a reader sees as one character. Intl.Segmenter knows more scripts, and costs 17 ms to make, which every command with a
 * sign like ● would pay.
 */
function characters(text: string): { text: string; width: number }[] {
  const found: { text: string; width: number }[] = [];
  for (const point of text) {
    const last = found.at(-1);
    if (last !== undefined && (point === emojiForm || isEmpty(point) || last.text.endsWith(joiner))) {
      last.text += point;
      if (point === emojiForm) last.width = 2;
    } else found.push({ text: point, width: widthOf(point) });
  }
  return found;
}

function widthOf(point: string): number {
  if (isEmpty(point)) return 0;
  return isWide(point) && !isHalf(point) ? 2 : 1;
}

// The patterns stand in functions, because making them costs every hot command, which measures nothing.

/** Marks that stand on the character before them, and characters that are not seen at all. */
function isEmpty(point: string): boolean {
  return /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}\p{Emoji_Modifier}]$/u.test(point);
}

/** East Asian wide and fullwidth ranges (Unicode 16, EastAsianWidth.txt), and what terminals draw as emoji. */
function isWide(point: string): boolean {
  return /^(?:\p{Emoji_Presentation}|[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]|[\u{16FE0}-\u{18AFF}\u{1B000}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}])$/u.test(
    point,
  );
}

/** Two of them are one flag, which takes two columns. */
function isHalf(point: string): boolean {
  return /^[\u{1F1E6}-\u{1F1FF}]$/u.test(point);
}

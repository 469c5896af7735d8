import { narrowestPage, type Page } from './page.ts';
import { type Tone, tint } from './style.ts';
import { cutToWidth, displayWidth, onOneLine, padToWidth } from './width.ts';

/** A cell: its text, and a tone if it has a colour. */
export type Cell = string | { readonly text: string; readonly tone: Tone | undefined };

/** A column: its heading, and whether it gives way (is cut) when the page is too narrow; the last one does by default. */
export interface Column {
  readonly heading: string;
  readonly isFlexible?: boolean;
  readonly isNumber?: boolean;
}

const gap = '  ';

/** Rows under headings, in aligned columns that fit the page; without rows, `none`. */
export function table(page: Page, columns: readonly Column[], rows: readonly (readonly Cell[])[], none: string): string {
  if (rows.length === 0) return tint(page, 'faint', none);
  const texts = rows.map((row) => columns.map((_, place) => onOneLine(textOf(row[place]))));
  const widths = fitWidths(columns, texts, Math.max(page.width, narrowestPage));
  const heading = line(
    columns,
    widths,
    columns.map(({ heading }) => heading),
  );
  const body = rows.map((row, index) => line(columns, widths, texts[index] ?? [], (place, text) => tint(page, toneOf(row[place]), text)));
  return [tint(page, 'faint', heading), ...body].join('\n');
}

/** `name  value` lines, values aligned; pairs without a value are left out. */
export function facts(page: Page, pairs: readonly (readonly [string, Cell | undefined])[]): string {
  const known = pairs.filter(([, value]) => value !== undefined && textOf(value) !== '');
  const width = Math.max(...known.map(([name]) => displayWidth(name)), 0);
  return known.map(([name, value]) => `${tint(page, 'faint', padToWidth(name, width))}${gap}${tint(page, toneOf(value), onOneLine(textOf(value)))}`).join('\n');
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === 'object' ? cell.text : (cell ?? '');
}

function toneOf(cell: Cell | undefined): Tone | undefined {
  return typeof cell === 'object' ? cell.tone : undefined;
}

function fitWidths(columns: readonly Column[], texts: readonly (readonly string[])[], pageWidth: number): number[] {
  const natural = columns.map(({ heading }, place) => Math.max(displayWidth(heading), ...texts.map((row) => displayWidth(row[place] ?? ''))));
  const isFlexible = (place: number) => columns[place]?.isFlexible ?? (place === columns.length - 1 && !columns.some((column) => column.isFlexible));
  const over = natural.reduce((sum, width) => sum + width + gap.length, -gap.length) - pageWidth;
  return over <= 0 ? natural : takeFrom(natural, isFlexible, over);
}

/** Takes columns away from the widest flexible column, one by one, down to 8. */
function takeFrom(natural: readonly number[], isFlexible: (place: number) => boolean, over: number): number[] {
  const widths = [...natural];
  for (let left = over; left > 0; left -= 1) {
    const widest = widths.reduce((best, width, place) => (isFlexible(place) && width > (widths[best] ?? 0) ? place : best), -1);
    const width = widths[widest] ?? 0;
    if (width <= 8) break;
    widths[widest] = width - 1;
  }
  return widths;
}

function line(
  columns: readonly Column[],
  widths: readonly number[],
  texts: readonly string[],
  paint: (place: number, text: string) => string = (_, text) => text,
): string {
  const cells = columns.map((column, place) => {
    const width = widths[place] ?? 0;
    const text = cutToWidth(texts[place] ?? '', width);
    const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
    return column.isNumber ? space + paint(place, text) : paint(place, text) + space;
  });
  return cells.join(gap).trimEnd();
}

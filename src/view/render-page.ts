import { columnsOf, cutToColumns, formatDuration, minute, plural } from '#base';
import type { Page, Player } from './page.ts';
import { renderBody } from './render-body.ts';

/** A line of a page; `tone` is how it is painted where there are colours. */
export interface Line {
  readonly text: string;
  readonly tone?: 'strong' | 'good' | 'bad' | 'faint';
}

/** Where a page is shown, and when: columns, rows, and the moment in ms since 1970. */
export interface Place {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
}

/** What stands below the page: a problem of this program's own, and the answer to a typed line. */
export interface Notes {
  readonly problem?: string | undefined;
  readonly hint?: string | undefined;
}

const title = { refinery: 'merge queue', witness: 'polecats', deacon: 'the town', boot: 'the deacon' } as const;

/** The page as lines that fit their place; one row is left for what is typed. Sentences are wrapped, rows of tables cut. */
export function renderPage(player: Player, page: Page, notes: Notes, place: Place): Line[] {
  const columns = Math.max(1, place.columns - 1);
  const foot = renderNotes(notes).flatMap((line) => wrap(line, columns));
  const head = [...renderHead(player), ...renderState(page)].flatMap((line) => wrap(line, columns));
  const body = page.kind === 'page' ? [blank, ...renderBody(page.body, place.now)] : [];
  const kept = foot.slice(0, Math.max(1, Math.floor(place.rows / 2)));
  const lines = [...fit([...head, ...body], place.rows - 1 - kept.length), ...kept];
  return lines.map((line) => ({ ...line, text: cutToColumns(plainLine(line.text).trimEnd(), columns) }));
}

export const blank: Line = { text: '' };

function renderHead({ agent, role, rig, generation }: Player): Line[] {
  return [
    { text: `${agent} · ${title[role]}${rig === '' ? '' : ` of ${rig}`} · generation ${generation}`, tone: 'strong' },
    { text: 'This role is played by Baton in code; no model runs here.', tone: 'faint' },
  ];
}

function renderState(page: Page): Line[] {
  if (page.kind === 'away')
    return [
      { text: `The town cannot be read: ${page.reason}`, tone: 'bad' },
      { text: 'It is looked for again every few seconds.', tone: 'faint' },
    ];
  const { isRunning, isWanted, pid } = page.daemon;
  if (isRunning) return [{ text: `daemon runs, pid ${pid ?? '?'}`, tone: 'good' }];
  const why = isWanted ? 'The daemon is down, and should not be' : 'The daemon was stopped';
  return [{ text: `${why}: nothing below goes on until it runs. \`baton daemon start\``, tone: 'bad' }];
}

function renderNotes({ problem, hint }: Notes): Line[] {
  return [...(problem === undefined ? [] : [{ text: problem, tone: 'bad' as const }]), ...(hint === undefined ? [] : [{ text: hint, tone: 'faint' as const }])];
}

/** A line as several, broken between words. */
function wrap({ text, ...line }: Line, columns: number): Line[] {
  const lines: string[] = [''];
  for (const word of plainLine(text).split(' ')) {
    const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`;
    if (columnsOf(longer) <= columns || lines.at(-1) === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((one) => ({ ...line, text: one }));
}

/** The first lines; what has no room is counted. */
function fit(lines: readonly Line[], rows: number): Line[] {
  if (lines.length <= rows) return [...lines];
  const room = Math.max(1, rows - 1);
  return [...lines.slice(0, room), { text: `… and ${plural(lines.length - room, 'more line')}`, tone: 'faint' as const }].slice(0, Math.max(1, rows));
}

/** What others wrote must not move the cursor. */
function plainLine(text: string): string {
  return text.replace(controls, ' ');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controls = /[\u0000-\u001F\u007F-\u009F]+/g;

/** How long ago, in whole minutes: a page that changed each second would be drawn each second. */
export function formatAge(at: number | undefined, now: number): string {
  if (at === undefined) return '-';
  const ms = Math.max(0, now - at);
  return ms < minute ? '<1m' : formatDuration(Math.floor(ms / minute) * minute);
}

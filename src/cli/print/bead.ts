import type { App } from '#app';
import { plural } from '#base';
import { type Bead, type BeadNote, isLanding, renderMolecule } from '#work/model';
import type { Page } from './page.ts';
import { type Tone, tint } from './style.ts';
import { type Cell, facts, table } from './table.ts';
import { ago } from './when.ts';
import { onOneLine, plain } from './width.ts';

type ShownBead = Awaited<ReturnType<App['beads']['show']>>;

const marks: Readonly<Record<Bead['status'], readonly [string, Tone | undefined]>> = {
  open: ['○', undefined],
  hooked: ['◐', 'busy'],
  in_progress: ['●', 'busy'],
  blocked: ['✕', 'bad'],
  done: ['■', 'good'],
  dropped: ['■', 'faint'],
};

/** A bead's status, with its sign. */
function beadStatus(bead: Bead): { text: string; tone: Tone | undefined } {
  const [mark, tone] = isLanding(bead) ? (['⟳', 'busy'] as const) : marks[bead.status];
  return { text: `${mark} ${isLanding(bead) ? 'landing' : bead.status}`, tone };
}

/** Beads as a table. */
export function beadTable(page: Page, beads: readonly Bead[], none = 'no beads'): string {
  const columns = [{ heading: 'ID' }, { heading: 'P' }, { heading: 'STATUS' }, { heading: 'AGENT' }, { heading: 'TITLE', isFlexible: true }];
  return table(
    page,
    columns,
    beads.map((bead) => [bead.id, priorityCell(bead), beadStatus(bead), bead.hookedBy ?? bead.assignee ?? '', bead.title]),
    none,
  );
}

/** A bead on one line: id, sign and status, title. */
export function beadLine(page: Page, bead: Bead): string {
  const { text, tone } = beadStatus(bead);
  return `${tint(page, 'strong', bead.id)}  ${tint(page, tone, text)}  ${onOneLine(bead.title)}`;
}

/** Everything about a bead. */
export function beadPage(page: Page, { bead, notes, needs, dependents, children, molecule }: ShownBead): string {
  const parts = [
    beadLine(page, bead),
    beadFacts(page, bead),
    bead.blockedReason ? `${tint(page, 'bad', 'Blocked:')} ${onOneLine(bead.blockedReason)}` : '',
    plain(bead.body).trim(),
    section(page, 'Done when', plain(bead.acceptance).trim()),
    section(page, 'Needs', beadLines(page, needs)),
    section(page, 'Needed by', beadLines(page, dependents)),
    section(page, 'Parts', beadLines(page, children)),
    molecule === undefined ? '' : plain(renderMolecule(molecule)),
    section(page, plural(notes.length, 'note'), notes.map((note) => noteText(page, note)).join('\n')),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** A heading and what stands below it; nothing where that is empty. */
export function section(page: Page, heading: string, text: string): string {
  return text === '' ? '' : `${tint(page, 'strong', heading)}\n${indent(text)}`;
}

function beadFacts(page: Page, bead: Bead): string {
  return facts(page, [
    ['rig', bead.rig ?? 'the town'],
    ['type', bead.type],
    ['priority', priorityCell(bead)],
    ['agent', bead.hookedBy ?? bead.assignee ?? 'nobody'],
    ['parent', bead.parent ?? undefined],
    ['labels', bead.labels.join(' ')],
    ['estimate', bead.estimate > 1 ? plural(bead.estimate, 'session') : undefined],
    ['created', `${ago(page, bead.createdAt)} by ${bead.createdBy}`],
    ['ended', bead.closedAt === null ? undefined : ago(page, bead.closedAt)],
  ]);
}

function priorityCell({ priority }: Bead): Cell {
  return { text: `P${priority}`, tone: priority === 0 ? 'bad' : priority === 1 ? 'warn' : undefined };
}

function beadLines(page: Page, beads: readonly Bead[]): string {
  return beads.map((bead) => beadLine(page, bead)).join('\n');
}

function noteText(page: Page, { author, session, body, createdAt }: BeadNote): string {
  const who = session === null ? author : `${author} (${session})`;
  return `${tint(page, 'faint', `${ago(page, createdAt)} · ${who}`)}\n${indent(plain(body).trim())}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

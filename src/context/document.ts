import { byteLength, cutToBytes } from '#base';

/** The six sections of a handoff document, in their order (C4). Each holds Markdown; an empty one is shown as "(none)". */
export const documentSections = ['Goal', 'Current state', 'Key decisions', 'Dead ends', 'Working set', 'Next action'] as const;

export type DocumentSection = (typeof documentSections)[number];

/** A handoff document: six sections, once each, with exactly one next action. */
export type HandoffDocument = Readonly<Record<DocumentSection, string>>;

/** The document as text, the form in which it is stored and shown. Headings within a section become smaller, so that there are six of this size. */
export function renderDocument(document: HandoffDocument): string {
  return documentSections.map((section) => `## ${section}\n${lowerHeadings(document[section].trim()) || '(none)'}\n`).join('\n');
}

/** A section of a document's text; empty where it says "(none)", and for a text that is none. */
export function readSection(text: string, section: DocumentSection): string {
  const [, rest] = text.split(new RegExp(`^## ${section}$`, 'm'));
  const body = rest?.split(/^## /m)[0]?.trim() ?? '';
  return body === '(none)' ? '' : body;
}

/**
 * The notes of a save with what was noted after it, as notes again: section by section, what was said before is not said again. Of the next actions
 * the newest is the one; it stands first, since the first is the one when they are sorted anew.
 */
export function mergeNotes(earlier: string, later: string): string {
  const [before, after] = [sortNotes(earlier), sortNotes(later)];
  const order: readonly DocumentSection[] = ['Next action', ...documentSections.filter((section) => section !== 'Next action')];
  const merged = order.map((section) => {
    const said = before[section] ?? '';
    const text = section === 'Next action' ? (after[section] ?? said) : [said, selectNewLines(after[section] ?? '', said)].filter(Boolean).join('\n');
    return text === '' ? '' : `## ${section}\n${text}`;
  });
  return merged.filter((part) => part !== '').join('\n\n');
}

function selectNewLines(text: string, said: string): string {
  const known = new Set(said.split('\n').map((line) => line.trim()));
  // Lines without words are kept: they part paragraphs, and close code. A label that what followed it is taken from says nothing.
  const isNew = (line: string) => !/[\p{L}\p{N}]/u.test(line) || !known.has(line.trim());
  const blocks = readBlocks(text.split('\n').filter(isNew).join('\n'));
  const lines = blocks.filter((block) => block.hasWords).flatMap((block) => linesOf(block).split('\n'));
  return lines.some((line) => line.trim() !== '' && !known.has(line.trim())) ? lines.join('\n') : '';
}

/** What a cut section ends with. */
const cutMark = '[cut to fit]';

/** The document within `bytesMax` bytes of its text: sections that are long give way, each keeps its beginning and says that it was cut. */
export function fitDocument(document: HandoffDocument, bytesMax: number): HandoffDocument {
  const bySize = documentSections.map((section) => ({ section, text: lowerHeadings(document[section].trim()) }));
  bySize.sort((a, b) => byteLength(a.text) - byteLength(b.text));
  let left = Math.max(0, bytesMax - byteLength(renderDocument(nothing)));
  const fitted = bySize.map(({ section, text }, i) => {
    const kept = cutSection(text, Math.floor(left / (bySize.length - i)));
    left -= byteLength(kept);
    return [section, kept] as const;
  });
  return Object.fromEntries(fitted) as HandoffDocument;
}

/** A document that says "(none)" six times: no section takes less. */
const nothing = Object.fromEntries(documentSections.map((section) => [section, ''])) as HandoffDocument;

function cutSection(text: string, bytes: number): string {
  if (byteLength(text) <= bytes) return text;
  return `${cutToBytes(text, bytes - byteLength(cutMark) - 1).trimEnd()}\n${cutMark}`;
}

function lowerHeadings(text: string): string {
  return text.replace(/^##?(?=[ \t])/gm, '###');
}

/** The labels that free notes use (seed 4) beside the sections' own names, and the section that each belongs to. */
const labels: Readonly<Record<string, DocumentSection>> = {
  ...Object.fromEntries(documentSections.map((section) => [section.toLowerCase(), section])),
  issue: 'Goal',
  bead: 'Goal',
  state: 'Current state',
  progress: 'Current state',
  completed: 'Current state',
  done: 'Current state',
  tests: 'Current state',
  decision: 'Key decisions',
  decisions: 'Key decisions',
  note: 'Key decisions',
  notes: 'Key decisions',
  'dead end': 'Dead ends',
  failed: 'Dead ends',
  tried: 'Dead ends',
  'ruled out': 'Dead ends',
  branch: 'Working set',
  filed: 'Working set',
  files: 'Working set',
  next: 'Next action',
  'next step': 'Next action',
  'next steps': 'Next action',
};

/** What stands under one label: its lines as they were written, with the label where it was a part of the first one. */
interface Block {
  readonly section: DocumentSection;
  readonly lines: string[];
  /** It says something beside its label. */
  hasWords: boolean;
}

/**
 * Free notes sorted into sections by their labels (`Next: …`) or headings (`## Next action`), word for word; a line without one belongs to the one
 * above it, or to the current state. The first next action is the one; others are told in the current state.
 */
export function sortNotes(text: string): Partial<Record<DocumentSection, string>> {
  const blocks = readBlocks(text).filter((block) => block.hasWords);
  const next = blocks.find((block) => block.section === 'Next action');
  const sorted: Partial<Record<DocumentSection, string>> = {};
  for (const block of blocks) {
    const section = block.section === 'Next action' && block !== next ? 'Current state' : block.section;
    sorted[section] = [sorted[section], linesOf(block)].filter((part) => part !== undefined).join('\n');
  }
  return sorted;
}

function linesOf(block: Block): string {
  return block.lines.join('\n').trim();
}

function readBlocks(text: string): Block[] {
  let block: Block = { section: 'Current state', lines: [], hasWords: false };
  const blocks = [block];
  for (const line of text.split('\n')) {
    const { section, isHeading, words } = readLabel(line);
    if (section !== undefined) {
      block = { section, lines: [], hasWords: false };
      blocks.push(block);
    }
    if (!isHeading) block.lines.push(line);
    block.hasWords ||= words.trim() !== '';
  }
  return blocks;
}

/** The section that a line names, and what it says beside that. A heading is nothing but a name. */
function readLabel(line: string): { section: DocumentSection | undefined; isHeading: boolean; words: string } {
  const [, heading] = /^\s*#{1,6}\s+([A-Za-z ]+?)\s*:?\s*$/.exec(line) ?? [];
  const headed = heading === undefined ? undefined : labels[heading.toLowerCase()];
  if (headed !== undefined) return { section: headed, isHeading: true, words: '' };
  const [, label, rest] = /^\s*(?:#{1,6}\s+)?([A-Za-z][A-Za-z ]*?)\s*:(.*)$/.exec(line) ?? [];
  const section = label === undefined ? undefined : labels[label.toLowerCase()];
  return { section, isHeading: false, words: section === undefined ? line : (rest ?? '') };
}

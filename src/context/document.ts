/** The six sections of a handoff document, in their order (C4). Each holds Markdown; an empty one is shown as "(none)". */
export const documentSections = ['Goal', 'Current state', 'Key decisions', 'Dead ends', 'Working set', 'Next action'] as const;

export type DocumentSection = (typeof documentSections)[number];

/** A handoff document: six sections, once each, with exactly one next action. */
export type HandoffDocument = Readonly<Record<DocumentSection, string>>;

/** The document as text, the form in which it is stored and shown. */
export function renderDocument(document: HandoffDocument): string {
  return documentSections.map((section) => `## ${section}\n${document[section].trim() || '(none)'}\n`).join('\n');
}

/** The labels that free notes use (seed 4), and the section that each belongs to. */
const labels: Readonly<Record<string, DocumentSection>> = {
  issue: 'Goal',
  goal: 'Goal',
  progress: 'Current state',
  completed: 'Current state',
  tests: 'Current state',
  decision: 'Key decisions',
  note: 'Key decisions',
  'dead end': 'Dead ends',
  branch: 'Working set',
  filed: 'Working set',
  next: 'Next action',
};

/** Free notes sorted into sections by their labels; a line without one belongs to the label above it, or to the current state. */
export function sortNotes(text: string): Partial<Record<DocumentSection, string>> {
  const sorted: Partial<Record<DocumentSection, string>> = {};
  let section: DocumentSection = 'Current state';
  for (const line of text.trim().split('\n')) {
    const label = /^\s*(?:##\s*)?([A-Za-z][A-Za-z ]{1,14}?)s?:/.exec(line)?.[1]?.toLowerCase();
    section = (label === undefined ? undefined : labels[label]) ?? section;
    sorted[section] = sorted[section] === undefined ? line : `${sorted[section]}\n${line}`;
  }
  return sorted;
}

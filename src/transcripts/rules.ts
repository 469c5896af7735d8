import type { ContextChange, Entry, LineReading, UndoRole } from '#runtimes/model';
import type { PlacedEntry, PlacedReading } from './model.ts';

/**
 * Of a record what says whether it is in the active context, without its text: a transcript's records are planned in one pass, and the text of those
 * that are active is read in another.
 */
export interface PlannedRecord {
  readonly id: string | undefined;
  /** The record that it follows; null for a first one, undefined where the program writes in one line. */
  readonly parent: string | null | undefined;
  readonly change: ContextChange | undefined;
  /** Ids of the tools' calls that it makes, and of those that it answers. */
  readonly calls: readonly string[];
  readonly results: readonly string[];
  /** The turn whose usage it tells; several records may be of one turn. */
  readonly turn: string | undefined;
  /** When it was said, in ms since 1970. */
  readonly at: number | undefined;
  readonly undo: UndoRole | undefined;
}

/** A record that the model still holds, by its place; `editedBy` is the place of the one whose words stand there instead. */
export interface Held {
  readonly index: number;
  readonly editedBy?: number;
}

/** A record as it is planned, with those of its entries that are not a sub-agent's. */
export interface Planned {
  readonly record: PlannedRecord;
  readonly entries: readonly Entry[];
}

/**
 * What is planned of a record: nothing of one that never is in the context (a sub-agent's, or one that holds and changes nothing); several of one that
 * replaces everything, since each of its entries is a record that may be rewound to or said anew.
 */
export function planRecords(reading: LineReading): Planned[] {
  const own = reading.entries.filter(({ subagent }) => subagent === undefined);
  if (own.length === 0 && (reading.entries.length > 0 || reading.change === undefined)) return [];
  if (reading.change?.kind !== 'replaced') return [{ record: planOne(own, reading), entries: own }];
  const groups: Entry[][] = [];
  for (const entry of own) {
    const group = groups.at(-1);
    if (group?.[0]?.id !== undefined && group[0].id === entry.id) group.push(entry);
    else groups.push([entry]);
  }
  const [first = [], ...others] = groups;
  return [{ record: planOne(first, reading), entries: first }, ...others.map((entries) => ({ record: planOne(entries, {}), entries }))];
}

function planOne(own: readonly Entry[], { change, usage, undo }: Pick<LineReading, 'change' | 'usage' | 'undo'>): PlannedRecord {
  const [first] = own;
  const callsOf = (kind: 'tool-call' | 'tool-result') =>
    own.flatMap((entry) => (entry.kind === kind && entry.tool?.call !== undefined ? [entry.tool.call] : []));
  const { id, parent, at } = first ?? {};
  return { id, parent, change, calls: callsOf('tool-call'), results: callsOf('tool-result'), turn: usage?.id, at, undo };
}

/**
 * Which records the model still holds, in the order in which it holds them.
 *
 * The newest record is a leaf; from there each record's parent is followed. A record without one follows the record before it, and so does one whose
 * parent holds nothing. A compaction ends the walk, but for what it keeps; a rewind goes on before the record that it goes back to; a replacement
 * begins anew; an undo goes on before the prompt that it counts back to; a record that is said anew stands where it stood, and so does one that was
 * edited by another on its way. Results of an active call, and records of an active turn, are active with it: of
 * calls that were made together only one lies on the way.
 */
export function pickActive(records: readonly PlannedRecord[]): Held[] {
  const tree = linkRecords(records);
  const { way, end } = walk(tree, tree.leaf);
  const kept = end === undefined ? [] : pickKept(tree, end);
  const rest = withSiblings(tree, way, end ?? -1);
  return applyEdits(tree, [...new Set([...(end === undefined ? [] : [end]), ...kept, ...rest])]);
}

/** The newest edit of a record counts; an edit says nothing where it stands. */
function applyEdits({ records, versions }: Tree, held: readonly number[]): Held[] {
  const edits = new Map<string, number>();
  for (const index of held) {
    const change = records[index]?.change;
    if (change?.kind === 'edited') edits.set(change.target, index);
  }
  return held
    .filter((index) => records[index]?.change?.kind !== 'edited')
    .map((index) => {
      const editedBy = edits.get(records[index]?.id ?? '');
      return { index: versions.get(index) ?? index, ...(editedBy === undefined ? {} : { editedBy }) };
    });
}

/** What an edited record says: the edit's words in the voice of that record. */
export function editEntries<T extends Entry>(edited: readonly T[], edit: readonly T[]): T[] {
  const [first] = edited;
  if (first === undefined) return [];
  const { tool: _tool, ...about } = first;
  const { tool } = first.kind === 'tool-result' ? first : {};
  const kind = first.kind === 'tool-call' ? 'assistant' : first.kind;
  return edit
    .filter(({ kind: its, text }) => its === 'tool-call' || text !== '')
    .map(
      ({ id: _, parent: __, at: ___, ...said }) =>
        ({ ...about, ...said, ...(said.kind === 'tool-call' ? {} : { kind, ...(tool === undefined ? {} : { tool }) }) }) as T,
    );
}

/** Every entry of the records, in order: the archive view. */
export function listArchived(records: Iterable<PlacedReading>): PlacedEntry[] {
  return [...records].flatMap(({ entries, place }) => entries.map((entry) => ({ ...entry, place })));
}

/** The entries of the records that the model still holds: the active-context view. */
export function viewActive(records: readonly PlacedReading[]): PlacedEntry[] {
  const planned = records.flatMap((record) => planRecords(record).map((each) => ({ ...each, place: record.place })));
  const entriesAt = (index: number) => {
    const { entries = [], place } = planned[index] ?? {};
    return place === undefined ? [] : entries.map((entry) => ({ ...entry, place }));
  };
  return pickActive(planned.map(({ record }) => record)).flatMap(({ index, editedBy }) =>
    editedBy === undefined ? entriesAt(index) : editEntries(entriesAt(index), entriesAt(editedBy)),
  );
}

/** Records with the record that each follows (-1: none), by place. What is said anew has no place of its own, but is the version of the first. */
interface Tree {
  readonly records: readonly PlannedRecord[];
  readonly parents: readonly number[];
  readonly versions: ReadonlyMap<number, number>;
  readonly leaf: number;
}

function linkRecords(records: readonly PlannedRecord[]): Tree {
  const places = new Map<string, number>();
  const parents: number[] = [];
  const versions = new Map<number, number>();
  let leaf = -1;
  records.forEach((record, index) => {
    const earlier = record.id === undefined ? undefined : places.get(record.id);
    if (earlier !== undefined && isSaidAnew(record, records[earlier])) {
      versions.set(earlier, index);
      parents.push(-1);
      return;
    }
    parents.push(record.change?.kind === 'undone' ? undo(record.change.prompts, { records, parents, leaf }) : findParent(record, { places, parents, leaf }));
    if (record.id !== undefined) places.set(record.id, index);
    leaf = index;
  });
  return { records, parents, versions, leaf };
}

/** A row of a compaction is read again whenever it changes: it stays where it was. */
function isSaidAnew({ change }: PlannedRecord, earlier: PlannedRecord | undefined): boolean {
  return change?.kind === 'same' || (change?.kind === 'compacted' && earlier !== undefined);
}

function findParent({ parent, change }: PlannedRecord, { places, parents, leaf }: { places: Map<string, number>; parents: number[]; leaf: number }): number {
  if (change?.kind === 'replaced') return -1;
  if (change?.kind === 'rewound') return parents[places.get(change.to) ?? -1] ?? -1;
  // A compaction follows what it compacts, also where its program lets it begin a tree of its own.
  if (change?.kind === 'compacted' && (parent === null || parent === undefined)) return leaf;
  if (parent === null) return -1;
  return parent === undefined ? leaf : (places.get(parent) ?? leaf);
}

/** The place behind which the talk goes on when so many prompts are undone; what lasts is put there. */
function undo(prompts: number, { records, parents, leaf }: { records: readonly PlannedRecord[]; parents: number[]; leaf: number }): number {
  const gone = new Set<string>();
  const lasting: number[] = [];
  let left = prompts;
  let at = leaf;
  for (; at >= 0 && left > 0; at = parents[at] ?? -1) {
    const { change, undo: role } = records[at] ?? {};
    if (change?.kind === 'compacted') return leaf;
    if (role?.kind === 'lasting') lasting.unshift(at);
    if (role?.kind !== 'prompt') continue;
    left -= 1;
    if (role.of !== undefined) gone.add(role.of);
  }
  if (left > 0) return leaf;
  const goes = (index: number) => gone.has(records[index]?.undo?.of ?? '');
  while (at >= 0 && records[at]?.undo?.kind === 'lasting' && goes(at)) at = parents[at] ?? -1;
  for (const index of lasting.filter((each) => !goes(each))) {
    parents[index] = at;
    at = index;
  }
  return at;
}

/** The way from a record back to where its context begins: oldest first, and the compaction that it ends at. */
function walk(tree: Tree, from: number): { way: number[]; end: number | undefined } {
  const way: number[] = [];
  for (let at = from; at >= 0; at = tree.parents[at] ?? -1) {
    if (changeOf(tree, at)?.kind === 'compacted') return { way: way.reverse(), end: at };
    way.push(at);
  }
  return { way: way.reverse(), end: undefined };
}

function changeOf({ records, versions }: Tree, index: number): ContextChange | undefined {
  // A later version of a record may be only its text: the compaction that it was stays one.
  const first = records[index]?.change;
  return first?.kind === 'compacted' || first?.kind === 'rewound' || first?.kind === 'replaced' ? first : records[versions.get(index) ?? index]?.change;
}

/** What of the context before a compaction is kept: from one record on, or by name. */
function pickKept(tree: Tree, compaction: number): number[] {
  const change = changeOf(tree, compaction);
  if (change?.kind !== 'compacted') return [];
  const { keepFrom, kept = [] } = change;
  if (keepFrom === undefined && kept.length === 0) return [];
  const { way, end } = walk(tree, tree.parents[compaction] ?? -1);
  const before = [...(end === undefined ? [] : [end, ...pickKept(tree, end)]), ...withSiblings(tree, way, end ?? -1)];
  const from = keepFrom === undefined ? -1 : before.findIndex((index) => tree.records[index]?.id === keepFrom);
  const named = new Set(kept);
  return before.filter((index, place) => (from >= 0 && place >= from) || named.has(tree.records[index]?.id ?? ''));
}

/** The way with the records beside it that belong to its calls and turns. */
function withSiblings({ records, versions, parents, leaf }: Tree, way: readonly number[], after: number): number[] {
  const on = new Set(way);
  const last = way.at(-1) ?? -1;
  const first = way[0] ?? leaf + 1;
  const latest = (index: number) => records[versions.get(index) ?? index];
  const turns = new Set(way.flatMap((index) => latest(index)?.turn ?? []));
  const beside = (index: number, isWanted: (record: PlannedRecord) => boolean) => {
    const record = latest(index);
    return !on.has(index) && parents[index] !== -1 && record?.parent !== undefined && isWanted(record);
  };
  const candidates = records.map((_, index) => index).filter((index) => index > after && index >= first && index <= Math.max(last, leaf));
  for (const index of candidates) if (beside(index, ({ turn }) => turn !== undefined && turns.has(turn))) on.add(index);
  const calls = new Set([...on].flatMap((index) => latest(index)?.calls ?? []));
  for (const index of candidates) if (beside(index, ({ results }) => results.some((call) => calls.has(call)))) on.add(index);
  return [...on].sort((a, b) => a - b);
}

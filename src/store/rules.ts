import { day } from '#base';
import type { Curve, Horizon, JournalEvent, Retention } from './model.ts';

/** What pruning looks at of an event: it never depends on what the event says. */
export type Aged = Pick<JournalEvent, 'seq' | 'at' | 'type'>;

/** The event that says what a batch of pruning took away. */
export const prunedType = 'krc_pruned';
/** The row of every type that no other row names; also the member of `krc.ttl` that changes it. */
const defaultName = 'default';
const defaultRetention = { ttlMs: 7 * day, curve: 'steady' } as const;

/** Rows that say a time, and rows that say only how worth falls (they are kept for the default's time). Seed 5 section 12; our `merged` is a merge event. */
const table: readonly (readonly [ttlMs: number | undefined, curve: Curve, names: string])[] = [
  [day, 'rapid', 'patrol_* polecat_checked polecat_nudged'],
  [3 * day, 'steady', 'session_start session_end nudge'],
  [7 * day, 'steady', 'handoff'],
  [14 * day, 'slow', 'hook unhook sling done'],
  [30 * day, 'flat', 'mail session_death merge_* merged'],
  [90 * day, 'flat', 'mass_death'],
  [undefined, 'rapid', 'heartbeat ping'],
  [undefined, 'steady', 'gc_report'],
  [undefined, 'slow', 'error recovery escalation escalation_*'],
];

/** Below this worth an event is at risk: look at it now, or not at all. */
const riskBelow = 0.25;
/** A flat curve holds the full worth for this part of the time. */
const flatPart = 0.9;

/** The table in force: the built-in rows with the times that settings say by type, glob or `default`; the default's row is the last. */
export function makeRetentions(ttls: Readonly<Record<string, number>>): Retention[] {
  const makeRow = (name: string, curve: Curve, builtInMs: number | undefined): Retention => {
    const setBy = [name, ...(builtInMs === undefined ? [defaultName] : [])].find((key) => key in ttls);
    return { name, curve, setBy, ttlMs: (setBy === undefined ? undefined : ttls[setBy]) ?? builtInMs ?? defaultRetention.ttlMs };
  };
  const fallback = makeRow(defaultName, defaultRetention.curve, defaultRetention.ttlMs);
  const builtIn = table.flatMap(([ttlMs, curve, names]) => names.split(' ').map((name) => makeRow(name, curve, ttlMs)));
  const known = [...builtIn, fallback];
  // A type that only a setting names keeps the curve that it had without it.
  const added = Object.keys(ttls)
    .filter((name) => !known.some((row) => row.name === name))
    .map((name) => makeRow(name, retentionOf(known, name).curve, undefined));
  return [...builtIn, ...added, fallback];
}

/** The row of a type: its own, else the longest glob that fits, else the default's. */
export function retentionOf(rows: readonly Retention[], type: string): Retention {
  const globs = rows.filter(({ name }) => name.endsWith('*') && type.startsWith(name.slice(0, -1)));
  const longest = globs.reduce<Retention | undefined>((best, row) => (best === undefined || row.name.length > best.name.length ? row : best), undefined);
  const found = rows.find(({ name }) => name === type) ?? longest ?? rows.find(({ name }) => name === defaultName);
  return found ?? { name: defaultName, ...defaultRetention, setBy: undefined };
}

/** What an event of that age is still worth, from 1 to 0. One from the future, or of a type without an end, has its full worth. */
export function judgeWorth(ageMs: number, { ttlMs, curve }: Pick<Retention, 'ttlMs' | 'curve'>): number {
  if (ttlMs <= 0 || ageMs < 0) return 1;
  const x = ageMs / ttlMs;
  return x >= 1 ? 0 : curves[curve](x);
}

const curves: Readonly<Record<Curve, (x: number) => number>> = {
  rapid: (x) => 2 ** (-4 * x),
  steady: (x) => 1 - x,
  slow: (x) => 2 ** (-x / 0.75),
  flat: (x) => (x < flatPart ? 1 : (1 - x) / (1 - flatPart)),
};

/** True for an event whose time is over: older than its time, not as old. */
export function isExpired(ageMs: number, { ttlMs }: Pick<Retention, 'ttlMs'>): boolean {
  return ttlMs > 0 && ageMs > ttlMs;
}

/** True for an event that is not expired and is worth next to nothing. */
export function isAtRisk(ageMs: number, retention: Pick<Retention, 'ttlMs' | 'curve'>): boolean {
  return !isExpired(ageMs, retention) && judgeWorth(ageMs, retention) < riskBelow;
}

/** When `--auto` prunes next: an interval after the last time; at once where there was none, or where it lies ahead because the clock was set back. */
export function pruneDueAt(prunedAt: number | undefined, now: number, intervalMs: number): number {
  return prunedAt === undefined || prunedAt > now ? now : prunedAt + intervalMs;
}

/** By type, how far pruning has come. What the types' newest pruned events are not past was never touched. */
export type Horizons = Readonly<Record<string, Horizon>>;

/** The horizons after these events were pruned. They never go back. */
export function advanceHorizons(horizons: Horizons, pruned: readonly Aged[]): Horizons {
  const next: Record<string, Horizon> = { ...horizons };
  for (const { type, seq, at } of pruned) {
    const before = next[type] ?? noHorizon;
    next[type] = { seq: Math.max(before.seq, seq), at: Math.max(before.at, at) };
  }
  return next;
}

/** The horizon of some types together, of all where none are named. */
export function horizonOf(horizons: Horizons, types: readonly string[] = Object.keys(horizons)): Horizon {
  return types.map((type) => horizons[type] ?? noHorizon).reduce((far, one) => ({ seq: Math.max(far.seq, one.seq), at: Math.max(far.at, one.at) }), noHorizon);
}

const noHorizon: Horizon = { seq: 0, at: 0 };

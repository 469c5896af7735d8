import { findOption } from './keys.ts';
import { type FileValues, makeSettings, type Overrides, type Settings, type Values } from './settings.ts';

/** What tells by `stat` alone whether a file is still the one that was read: modification time in ms and size, or null where it was missing. */
export interface Stamp {
  readonly mtimeMs: number;
  readonly size: number;
}

/** Stamps by the file's path, as its owner names it. */
export type Stamps = Readonly<Record<string, Stamp | null>>;

const version = 3;

/** The files' values as JSON, for the hot commands: they read no TOML. Environment and flags are not part of it. */
export function makeSnapshot(settings: Settings, stamps: Stamps): string {
  return `${JSON.stringify({ version, stamps, ...settings.files })}\n`;
}

/** Settings out of a snapshot, undefined where the text is none of this program's: a torn file, or a row of the table that has changed since. */
export function readSnapshot(text: string, overrides: Overrides = {}): { settings: Settings; stamps: Stamps } | undefined {
  const raw = parse(text);
  if (raw?.version !== version) return undefined;
  const [stamps, town, rigs, agents] = [readStamps(raw.stamps), readValues(raw.town), readRigs(raw.rigs), readValues(raw.agents ?? {})];
  if (stamps === undefined || town === undefined || rigs === undefined || agents === undefined) return undefined;
  const files: FileValues = { town, rigs, agents };
  return { settings: makeSettings(files, overrides), stamps };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return readObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readObject(raw: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as Readonly<Record<string, unknown>>) : undefined;
}

function readStamps(raw: unknown): Stamps | undefined {
  const object = readObject(raw);
  if (object === undefined || !Object.values(object).every(isStamp)) return undefined;
  return object as Stamps;
}

function isStamp(raw: unknown): boolean {
  if (raw === null) return true;
  const stamp = readObject(raw);
  return typeof stamp?.mtimeMs === 'number' && typeof stamp.size === 'number';
}

function readRigs(raw: unknown): Readonly<Record<string, Values>> | undefined {
  const object = readObject(raw);
  if (object === undefined) return undefined;
  const rigs = Object.entries(object).map(([name, values]) => [name, readValues(values)] as const);
  return rigs.every(([, values]) => values !== undefined) ? (Object.fromEntries(rigs) as Record<string, Values>) : undefined;
}

/** Values pass through their kinds again, which accept their own answers. */
function readValues(raw: unknown): Values | undefined {
  const object = readObject(raw);
  if (object === undefined) return undefined;
  const values = Object.entries(object).map(([key, value]) => [key, findOption(key)?.option.kind.read(value)] as const);
  return values.every(([, value]) => value !== undefined) ? Object.fromEntries(values) : undefined;
}

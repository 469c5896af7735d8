import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault, isFault } from '#base';
import { writeFileAtomic } from '#host';
import { type PersonalSignals, type Runtime, runtimes } from '#runtimes';
import type { Place } from '../caller.ts';
import type { Programs } from '../deps.ts';

export type PersonalSignalVerbs = ReturnType<typeof personalSignalVerbs>;

/**
 * How a person's own settings of a runtime stand. `absent`: our lines are not there; `installed`; `outdated`: they call another Baton than this one;
 * `unreadable`: the file can't be understood and is left as it is.
 */
export type SignalState = 'absent' | 'installed' | 'outdated' | 'unreadable';

/** One runtime's settings file; `lines` are what would be added (`+`) and taken out (`-`), where it is asked for a change. */
export interface SignalFile {
  readonly runtime: string;
  readonly path: string;
  readonly state: SignalState;
  /** What is wrong with a file that can't be read. */
  readonly why?: string;
}

/** A change of one file: `isChanged` is false where it stood so already, or nothing was to be written. */
export interface SignalChange extends SignalFile {
  readonly isChanged: boolean;
  readonly lines: readonly string[];
}

interface Ask {
  /** One runtime, or every one that can carry our signals. */
  readonly runtime?: string | undefined;
  readonly isDryRun: boolean;
}

type PlaceWithPrograms = Place & { readonly programs: Programs };

/** Our signals in a person's own settings, so that sessions which Baton did not start report too. `adapters` are those that there are. */
export function personalSignalVerbs(place: PlaceWithPrograms, adapters: readonly Runtime[] = runtimes) {
  const choose = (name?: string) => chooseRuntimes(place, adapters, name);
  return {
    status: ({ runtime }: { runtime?: string | undefined }): SignalFile[] => choose(runtime).map(look),
    /** Puts our lines in, once; a file is written whole or not at all. */
    install: ({ runtime, isDryRun }: Ask) => changeAll(choose(runtime), isDryRun, ({ signals }, text) => signals.add(text)),
    /** Takes exactly our lines out; a file that we made, or that holds nothing else, goes. */
    remove: ({ runtime, isDryRun }: Ask) => changeAll(choose(runtime), isDryRun, takeOut),
  };
}

interface Carrier {
  readonly runtime: string;
  readonly signals: PersonalSignals;
}

function chooseRuntimes({ env, programs }: PlaceWithPrograms, adapters: readonly Runtime[], name: string | undefined): Carrier[] {
  const baton = findCommand(programs);
  const found = adapters.flatMap((runtime) => {
    const signals = runtime.personalSignals?.({ env, baton });
    return signals === undefined ? [] : [{ runtime: runtime.name, signals }];
  });
  if (name === undefined) return found;
  const one = found.filter(({ runtime }) => runtime === name);
  if (one.length > 0) return one;
  const known = adapters.some((runtime) => runtime.name === name);
  throw new Fault(known ? 'unsupported' : 'not-found', known ? `${name} has no settings of a person that carry our signals` : `there is no runtime "${name}"`, {
    hint: `there are: ${found.map(({ runtime }) => runtime).join(', ') || 'none yet'}`,
  });
}

/** The `baton` that a person's settings may call for years: the one beside our programs, and not the bundle of one version. */
function findCommand({ dir }: Programs): string {
  const places = [join(dir, '..', 'bin', 'baton'), join(dir, '..', 'baton')];
  return places.find((path) => existsSync(path)) ?? join(dir, 'baton.cjs');
}

function look({ runtime, signals }: Carrier): SignalFile {
  const { path } = signals;
  try {
    const text = readText(path);
    if (text === undefined) return { runtime, path, state: 'absent' };
    if (signals.add(text) === text) return { runtime, path, state: 'installed' };
    return { runtime, path, state: signals.remove(text) === text ? 'absent' : 'outdated' };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { runtime, path, state: 'unreadable', why: error.message };
  }
}

/** The text that a file should have; undefined where it should not be there. */
type Edit = (carrier: Carrier, text: string | undefined) => string | undefined;

function takeOut({ signals }: Carrier, text: string | undefined): string | undefined {
  if (text === undefined || text === signals.add(undefined)) return undefined;
  const rest = signals.remove(text);
  return rest === '' && text !== '' ? undefined : rest;
}

/** All new texts are made before the first is written: where one file can't be read, none is touched. */
function changeAll(carriers: readonly Carrier[], isDryRun: boolean, edit: Edit): SignalChange[] {
  const plans = carriers.map((carrier) => {
    const before = readText(carrier.signals.path);
    return { carrier, before, after: edit(carrier, before) };
  });
  if (!isDryRun) for (const { carrier, before, after } of plans) if (before !== after) write(carrier.signals.path, after);
  return plans.map(({ carrier, before, after }) => ({
    ...look(carrier),
    isChanged: before !== after && !isDryRun,
    lines: compare(before ?? '', after ?? ''),
  }));
}

/** Links are followed, so that a person's settings that lie elsewhere stay there; the file keeps its mode. */
function write(path: string, text: string | undefined): void {
  if (text === undefined) {
    rmSync(path, { force: true });
    return;
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const real = existsSync(path) ? realpathSync(path) : path;
  writeFileAtomic(real, text, { mode: existsSync(real) ? statSync(real).mode & 0o777 : 0o600, durable: true });
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** The lines between the first and the last that differ: what our part of the file is, since it stands in one piece or in few. */
function compare(before: string, after: string): string[] {
  if (before === after) return [];
  const [old, now] = [before.split('\n'), after.split('\n')];
  const isAlike = (a: string | undefined, b: string | undefined) => a !== undefined && a === b;
  let start = 0;
  while (isAlike(old[start], now[start])) start += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && isAlike(old.at(-1 - end), now.at(-1 - end))) end += 1;
  const part = (lines: readonly string[], sign: string) => lines.slice(start, lines.length - end).map((line) => `${sign} ${line}`);
  return [...part(old, '-'), ...part(now, '+')];
}

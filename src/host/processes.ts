import { isOver, type ProcessEntry, type ProcessMark, selectDescendants, toMark } from './model.ts';
import { procTable } from './proc.ts';
import { psTable } from './ps.ts';

/** How one kind of machine tells about its processes. A process that vanishes meanwhile is simply not there. */
export type ProcessTable = {
  list(): ProcessEntry[];
  find(pid: number): ProcessEntry | undefined;
  environmentOf(pid: number): Record<string, string> | undefined;
  /** The words that it was started with. */
  wordsOf(pid: number): string[] | undefined;
  /** The pids whose environment holds every one of these `NAME=value` entries. */
  pidsWithEnvironment(entries: readonly string[]): number[];
};

/** Every process of this machine that we may see, zombies included. */
export function listProcesses(): ProcessEntry[] {
  return table().list();
}

/** The process with this pid, or undefined. */
export function findProcess(pid: number): ProcessEntry | undefined {
  return table().find(pid);
}

/** The mark of the live process with this pid; undefined for none and for a zombie. */
export function markOf(pid: number): ProcessMark | undefined {
  const entry = table().find(pid);
  return entry === undefined || isOver(entry) ? undefined : toMark(entry);
}

/** True while exactly this process runs: same pid, same start, no zombie. */
export function isAlive(mark: ProcessMark): boolean {
  return markOf(mark.pid)?.start === mark.start;
}

/** The environment that a process was started with; undefined where it is gone or may not be read. */
export function readEnvironmentOf(pid: number): Record<string, string> | undefined {
  return table().environmentOf(pid);
}

/** The words that a process was started with; undefined where it is gone or may not be read. */
export function readWordsOf(pid: number): string[] | undefined {
  return table().wordsOf(pid);
}

/** The live processes whose environment holds all of `wanted`, this one excluded; found even after a setsid or a double fork. */
export function findProcessesByEnvironment(wanted: Readonly<Record<string, string>>): ProcessMark[] {
  const entries = Object.entries(wanted).map(([name, value]) => `${name}=${value}`);
  const pids = table()
    .pidsWithEnvironment(entries)
    .filter((pid) => pid !== process.pid);
  return pids.flatMap((pid) => {
    // The mark is taken before the environment is read again: otherwise a reused pid could lend it to a stranger.
    const mark = markOf(pid);
    const environment = mark === undefined ? undefined : readEnvironmentOf(pid);
    const fits = environment !== undefined && Object.entries(wanted).every(([name, value]) => environment[name] === value);
    return mark !== undefined && fits ? [mark] : [];
  });
}

/** The live children, grandchildren and so on of these processes. One whose parent died is not found so: its environment tells. */
export function descendantsOf(pids: readonly number[]): ProcessMark[] {
  const found = selectDescendants(table().list(), pids);
  return found.filter((entry) => !isOver(entry)).map(toMark);
}

/** The parent of a process, its parent and so on, nearest first, as far as we may see them. */
export function ancestorsOf(pid: number): ProcessEntry[] {
  const found: ProcessEntry[] = [];
  for (let entry = findProcess(pid); entry !== undefined && entry.ppid > 0 && !found.some((seen) => seen.pid === entry?.ppid); ) {
    entry = findProcess(entry.ppid);
    if (entry !== undefined) found.push(entry);
  }
  return found;
}

function table(): ProcessTable {
  return process.platform === 'linux' ? procTable : psTable;
}

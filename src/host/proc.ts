import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';
import { readBootId } from './boot-id.ts';
import type { ProcessEntry } from './model.ts';
import type { ProcessTable } from './processes.ts';

/** Linux: `/proc`, read synchronously because hundreds of tiny files cost less so than their promises. */
export const procTable: ProcessTable = {
  list: () => listPids().flatMap((pid) => find(pid) ?? []),
  find,
  environmentOf: (pid) => {
    const bytes = readEnviron(pid);
    return bytes === undefined ? undefined : readEnvironment(bytes.toString('utf8'));
  },
  wordsOf: (pid) => readWhole(`/proc/${pid}/cmdline`)?.toString('utf8').split('\0').slice(0, -1),
  pidsWithEnvironment,
};

function listPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => name >= '1' && name <= '9999999999' && /^\d+$/.test(name))
    .map(Number);
}

function find(pid: number): ProcessEntry | undefined {
  const bytes = readWhole(`/proc/${pid}/stat`);
  return bytes === undefined ? undefined : readStat(bytes.toString('utf8'));
}

/** proc_pid_stat(5). The name stands in parentheses and may hold anything, so fields are counted from the last `)`. */
export function readStat(text: string): ProcessEntry | undefined {
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(' ');
  const [state, ppid, pgrp, sid, tty] = fields;
  const ticks = fields[19];
  if (state === undefined || ticks === undefined) return undefined;
  return {
    pid: Number(text.slice(0, open)),
    ppid: Number(ppid),
    pgrp: Number(pgrp),
    sid: Number(sid),
    tty: tty === '0' ? undefined : tty,
    start: `${ticks}-${readBootId()}`,
    state,
    command: text.slice(open + 1, close),
  };
}

function pidsWithEnvironment(entries: readonly string[]): number[] {
  const needles = entries.map((entry) => Buffer.from(entry));
  const uid = process.geteuid?.() ?? 0;
  return listPids().filter((pid) => {
    // Asking for the owner first is cheaper than the error of an environment that we may not read.
    if (uid !== 0 && statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid !== uid) return false;
    const bytes = readEnviron(pid);
    return bytes !== undefined && needles.every((needle) => holdsEntry(bytes, needle));
  });
}

const [execveTries, execvePauseMs] = [20, 1];
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * A process that is just replacing its program (execve) shows an empty environment for a moment, seen here on a machine under load: it is asked
 * again. A kernel thread and a zombie show none for good; they have no program.
 */
function readEnviron(pid: number): Buffer | undefined {
  for (let tries = 1; ; tries += 1) {
    const bytes = readWhole(`/proc/${pid}/environ`);
    if (bytes === undefined || bytes.length > 0 || tries === execveTries || !hasProgram(pid)) return bytes;
    Atomics.wait(pause, 0, 0, execvePauseMs);
  }
}

function hasProgram(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) !== '';
  } catch {
    return false;
  }
}

/** True where `needle` is a whole entry: from the start or a NUL up to a NUL or the end. */
function holdsEntry(bytes: Buffer, needle: Buffer): boolean {
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) {
    const end = at + needle.length;
    if ((at === 0 || bytes[at - 1] === 0) && (end === bytes.length || bytes[end] === 0)) return true;
  }
  return false;
}

function readEnvironment(text: string): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const entry of text.split('\0')) {
    const equals = entry.indexOf('=');
    if (equals > 0) environment[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
  return environment;
}

let space = Buffer.allocUnsafe(64 * 1024);

/** The file's bytes, valid until the next call; undefined where the process is gone or not ours to read. */
function readWhole(path: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    let length = 0;
    for (;;) {
      const count = readSync(file, space, length, space.length - length, null);
      if (count === 0) return space.subarray(0, length);
      length += count;
      if (length === space.length) space = Buffer.concat([space, Buffer.allocUnsafe(space.length)]);
    }
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

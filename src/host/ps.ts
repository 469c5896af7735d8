import { spawnSync } from 'node:child_process';
import { readBootId } from './boot-id.ts';
import type { ProcessEntry } from './model.ts';
import type { ProcessTable } from './processes.ts';

/** Where there is no `/proc`, as on macOS: `ps`, best effort. A start is told to the second. */
export const psTable: ProcessTable = {
  list: () => readPs(['-axo', columns]),
  find: (pid) => readPs(['-o', columns, '-p', String(pid)])[0],
  environmentOf: (pid) => {
    const [line] = ps(['-Eww', '-o', 'command=', '-p', String(pid)]);
    return line === undefined ? undefined : readWords(line);
  },
  wordsOf: (pid) =>
    ps(['-ww', '-o', 'args=', '-p', String(pid)])[0]
      ?.trim()
      .split(/\s+/),
  pidsWithEnvironment: (entries) =>
    ps(['-axEww', '-o', 'pid=,command=']).flatMap((line) => {
      const words = ` ${line} `;
      return entries.every((entry) => words.includes(` ${entry} `)) ? [Number.parseInt(line, 10)] : [];
    }),
};

const columns = 'pid=,ppid=,pgid=,sess=,tty=,stat=,lstart=,comm=';

function readPs(args: string[]): ProcessEntry[] {
  return ps(args).flatMap((line) => readPsLine(line) ?? []);
}

/** One line of our columns; `lstart` is five words, and the command, last, may hold blanks. */
function readPsLine(line: string): ProcessEntry | undefined {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, pid, ppid, pgrp, sid, tty, state = '', start = '', command = ''] = match;
  return {
    pid: Number(pid),
    ppid: Number(ppid),
    pgrp: Number(pgrp),
    sid: Number(sid) || 0,
    tty: tty === undefined || tty.startsWith('?') ? undefined : tty,
    start: `${start.replace(/\s+/g, ' ')}-${readBootId()}`,
    state,
    command: command.slice(command.lastIndexOf('/') + 1),
  };
}

/** `ps` tells a command and its environment as words; values with blanks are lost. */
function readWords(line: string): Record<string, string> {
  const pairs = line.split(/\s+/).flatMap((word) => {
    const match = /^([A-Za-z_]\w*)=(.*)$/.exec(word);
    return match?.[1] === undefined ? [] : [[match[1], match[2] ?? '']];
  });
  return Object.fromEntries(pairs);
}

function ps(args: string[]): string[] {
  const { stdout } = spawnSync('ps', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return (stdout ?? '').split('\n').filter((line) => line.trim() !== '');
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessEntry } from '#host';
import { chooseProgram } from './choose-program.ts';

/** A process with that name; `leads` a session, on a terminal where it has one. */
type Seen = readonly [command: string, more?: { readonly leads?: boolean; readonly tty?: string; readonly pid?: number }];

/** Ancestors, nearest first, the nearest with pid 1000. */
function ancestry(...seen: readonly Seen[]): ProcessEntry[] {
  return seen.map(([command, { leads = false, tty, pid: named } = {}], i) => {
    const pid = named ?? 1000 - i;
    return { pid, ppid: pid - 1, pgrp: pid, sid: leads ? pid : 7, tty, state: 'S', command, start: `${pid}-boot` };
  });
}

const cases: readonly (readonly [what: string, ancestry: readonly Seen[], chosen: string | undefined])[] = [
  ['a hook without a shell', [['claude'], ['zsh', { leads: true, tty: '1' }], ['tmux: server']], 'claude'],
  ['a hook in a shell', [['sh'], ['claude'], ['bash', { leads: true, tty: '1' }], ['sshd']], 'claude'],
  ['through every runner', [['timeout'], ['-bash'], ['env'], ['npm exec baton '], ['baton'], ['codex'], ['bash']], 'codex'],
  ['a program in node', [['sh'], ['node'], ['fish', { leads: true, tty: '1' }]], 'node'],
  ['a hook in a session of its own, without a terminal', [['sh', { leads: true }], ['node'], ['bash', { leads: true, tty: '1' }]], 'node'],
  ['a program without a shell above it', [['sh'], ['opencode'], ['systemd', { pid: 1 }]], 'opencode'],
  ["a person's own shell", [['bash', { leads: true, tty: '1' }], ['gnome-terminal-'], ['systemd']], undefined],
  ["a shell in a person's shell", [['sh'], ['zsh', { leads: true, tty: '1' }], ['node'], ['systemd']], undefined],
  ['a command by ssh', [['bash', { leads: true }], ['sshd-session'], ['sshd'], ['systemd', { pid: 1 }]], undefined],
  ['a job', [['sh', { leads: true }], ['cron'], ['init', { pid: 1 }]], undefined],
  ['what let go of its parent', [['sh'], ['init', { pid: 1 }]], undefined],
  ['nobody', [], undefined],
];

for (const [what, seen, chosen] of cases) {
  test(`the agent's program is found above ${what} (sessions 30)`, () => {
    const entries = ancestry(...seen);
    const found = chooseProgram(entries);
    assert.equal(entries.find((entry) => entry.pid === found?.pid)?.command, chosen);
    if (found !== undefined) assert.deepEqual(Object.keys(found).toSorted(), ['pid', 'start'], 'the mark alone');
  });
}

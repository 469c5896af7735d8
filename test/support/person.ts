import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcesses, findProcessesByEnvironment, systemClock } from '#host';
import type { Cleanup } from '#host/testing';
import { bundle } from './run-baton.ts';

/** Somebody at a machine of their own: home, sockets and temporary files lie in one short folder, so that nobody else's agents, git or tmux is seen. */
export interface Person {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Has something taken down before the folder goes; the last comes first. */
  beforeEnd(end: () => Promise<void>): void;
}

/** A person, gone after the test with everything that they started: it carries their TMUX_TMPDIR. */
export function makePerson(test: Cleanup): Person {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'bt-')));
  for (const folder of ['h', 'h/signs', 't', 's']) mkdirSync(join(dir, folder), { mode: 0o700 });
  const ends: (() => Promise<void>)[] = [];
  test.after(async () => {
    const ended: PromiseSettledResult<void>[] = [];
    for (const end of ends.reverse()) ended.push(...(await Promise.allSettled([end()])));
    await endProcesses({ clock: systemClock }, findProcessesByEnvironment({ TMUX_TMPDIR: join(dir, 's') }), { interruptMs: 0, termMs: 1000, killMs: 2000 });
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  });
  return { dir, env: environmentOf(dir), beforeEnd: (end) => void ends.push(end) };
}

function environmentOf(dir: string): Record<string, string> {
  const runner = Object.entries(process.env).filter(([name]) => name.startsWith('BATON_TEST_'));
  const sockets = join(dir, 's');
  return {
    ...Object.fromEntries(runner.map(([name, value]) => [name, value ?? ''])),
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: join(dir, 'h'),
    TMPDIR: join(dir, 't'),
    TMUX_TMPDIR: sockets,
    XDG_RUNTIME_DIR: sockets,
    LANG: 'C.UTF-8',
    BATON_TEST_DIST: bundle,
  };
}

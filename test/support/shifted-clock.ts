import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Person } from './person.ts';
import { bundle } from './run-baton.ts';

/** A wall clock that can be set, for everything that a person runs: commands, daemon and panes. The clock that only goes on is left alone. */
export interface ShiftedClock {
  readonly person: Person;
  /** Sets the clock this many ms off the machine's; a negative number is back. */
  set(offMs: number): void;
}

/** Loaded as functions by `baton.cjs`, which has set the time by then. */
const halves = new Set(['hot.cjs', 'cli.cjs']);

/**
 * Nothing that would set the time for a node passes into the environment of a daemon or pane, so they run a copy of the programs that begins by setting
 * it; the person's own commands do have such an environment.
 */
export function shiftClock(person: Person): ShiftedClock {
  const [dist, offset, preload] = ['dist', 'offset', 'clock.cjs'].map((name) => join(person.dir, name)) as [string, string, string];
  writeFileSync(offset, '0');
  const code = setDate(offset);
  writeFileSync(preload, code);
  mkdirSync(dist);
  for (const name of readdirSync(bundle)) {
    if (name.endsWith('.json') || halves.has(name)) cpSync(join(bundle, name), join(dist, name));
    else if (name.endsWith('.cjs')) writeFileSync(join(dist, name), `${code}${readFileSync(join(bundle, name), 'utf8').replace(/^#!.*\n/, '')}`);
  }
  return {
    person: { ...person, env: { ...person.env, BATON_TEST_DIST: dist, NODE_OPTIONS: `--require=${preload}` } },
    set: (offMs) => writeFileSync(offset, String(offMs)),
  };
}

function setDate(offset: string): string {
  return `{
    const { readFileSync } = require('node:fs');
    const Machine = Date;
    const now = () => Machine.now() + Number(readFileSync(${JSON.stringify(offset)}, 'utf8'));
    globalThis.Date = class extends Machine {
      constructor(...words) { if (words.length > 0) super(...words); else super(now()); }
      static now() { return now(); }
    };
  }
`;
}

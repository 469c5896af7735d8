import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, openApp } from '#app';
import { makeSource, writeFiles } from '#git/testing';
import { findProcess, findProcessesByEnvironment } from '#host';
import type { Cleanup } from '#host/testing';
import { makePerson, type Person } from './person.ts';
import { mustRunBaton, type Ran, runBaton, type Seat } from './run-baton.ts';
import { shareCompiled } from './share-compiled.ts';

/** A town of one scenario: driven by the bundle as a person does, read in this process. */
export interface ScenarioTown {
  readonly root: string;
  readonly person: Person;
  readonly env: Readonly<Record<string, string>>;
  /** The repository that its rig `app` was made from. */
  readonly source: string;
  /** Where the steps of its formulas and the test leave signs for each other; steps know it as `$HOME/signs`. */
  readonly signs: string;
  /** For reading: beads, sessions, journal, audit. */
  readonly app: App;
  /** Types a command in the town's folder; any end is an answer. */
  baton(words: readonly string[], seat?: Partial<Seat>): Promise<Ran>;
  /** The same, which has to end with 0; answers stdout. */
  does(...words: string[]): Promise<string>;
}

/** What a scenario's town has beside its rig `app`; settings and formulas are TOML, formulas without their name's line. */
export interface TownWish {
  /** The name of its folder. */
  readonly name?: string;
  readonly person?: Person;
  readonly settings?: string;
  /** Who plays agents where nothing else is said; the runbook. */
  readonly runtime?: string;
  readonly rig?: string;
  readonly formulas?: Readonly<Record<string, string>>;
  /** The files of its repository. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A town with the rig `app`. After the test `baton down` takes it down, and the test fails where a process of it is left. */
export async function makeTown(test: Cleanup, wish: TownWish = {}): Promise<ScenarioTown> {
  const person = wish.person ?? makePerson(test);
  const { dir, env } = person;
  const root = join(dir, wish.name ?? 'town');
  const source = makeSource(`${root}-source`, wish.files);
  await mustRunBaton({ cwd: dir, env }, ['init', root]);
  const seat = { cwd: root, env };
  const runtime = wish.runtime ?? 'runbook';
  writeFileSync(join(root, 'baton.toml'), `default_agent = "${runtime}"\npolecat_agent = "${runtime}"\n${wish.settings ?? ''}`, { mode: 0o600 });
  writeFormulas(root, wish.formulas ?? {});
  await mustRunBaton(seat, ['rig', 'add', 'app', source]);
  if (wish.rig !== undefined) writeFileSync(join(root, 'app', 'rig.toml'), wish.rig, { mode: 0o600 });
  const app = await openApp({ env, cwd: root, town: root }, 'town');
  person.beforeEnd(() => takeDown(seat, app));
  return {
    ...{ root, person, env, source, app },
    signs: join(dir, 'h', 'signs'),
    baton: (words, other) => runBaton({ ...seat, ...other }, words),
    does: (...words) => mustRunBaton(seat, words),
  };
}

/** Writes formulas into a town, each from the TOML of its steps. */
export function writeFormulas(root: string, formulas: Readonly<Record<string, string>>): void {
  const files = Object.entries(formulas).map(([name, steps]) => [`${name}.toml`, `formula = "${name}"\n${steps}`]);
  writeFiles(join(root, 'formulas'), Object.fromEntries(files));
}

async function takeDown(seat: Seat, app: App): Promise<void> {
  const down = await runBaton(seat, ['down']);
  await app.close();
  shareCompiled(seat.cwd, seat.env);
  const left = listMarked({ BATON_TOWN: seat.cwd });
  assert.equal(
    down.exit,
    0,
    `baton down ended with ${down.exit}\n${down.err}\nthere are: ${listMarked({ TMUX_TMPDIR: seat.env.TMUX_TMPDIR ?? '' }).join(', ')}`,
  );
  assert.deepEqual(left, [], 'nothing of the town runs after `down`');
}

/** The processes whose environment says so, each as pid, state and name. */
function listMarked(environment: Readonly<Record<string, string>>): string[] {
  return findProcessesByEnvironment(environment).map(({ pid }) => `${pid} ${findProcess(pid)?.state ?? ''} ${findProcess(pid)?.command ?? 'gone'}`);
}

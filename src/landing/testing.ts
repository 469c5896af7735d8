import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as readText } from 'node:stream/consumers';
import { readSettings } from '#config';
import { commitFiles, plainGit } from '#git/testing';
import { systemClock } from '#host';
import type { Cleanup } from '#host/testing';
import type { Writer } from '#store/model';
import type { ManualClock } from '#store/testing';
import { addCrew, clearSpawningRow, createPolecatWorktree, reservePolecatRow, rigPaths } from '#town';
import { addTestRig, seedAgentSession, type TestTown, testTown } from '#town/testing';
import { createBead, endStep, getFormula, hookBead, pourMolecule } from '#work';
import type { Bead, Molecule } from '#work/model';
import { endAssignment } from './end-assignment.ts';
import type { LandDeps } from './land-next.ts';

/** A town with the rig `app` on a source of its own, and what `done` and a landing are handed. */
export type LandingTown = TestTown & LandDeps & { readonly source: string; readonly repo: string };

/** A new town with a rig, gone after the test; `rig` is the text of the rig's settings. */
export async function landingTown(test: Cleanup, { rig = '' }: { rig?: string } = {}): Promise<LandingTown> {
  const town = await testTown(test);
  const { source } = await addTestRig(town);
  const settings = readSettings({ town: '', rigs: { app: rig } });
  return { ...town, settings, clock: systemClock, env: { PATH: process.env.PATH ?? '' }, source, repo: rigPaths(town.root, 'app').repository };
}

/** An agent with a bead on its hook, whose molecule waits for its last step. */
export interface Working {
  readonly agent: string;
  readonly worktree: string;
  readonly bead: Bead;
  readonly molecule: Molecule;
  readonly branch: string;
}

/** A crew member with work. */
export async function crewAtWork(town: LandingTown, name: string): Promise<Working> {
  const agent = await addCrew(town, { rig: 'app', name });
  return atWork(
    town,
    { agent: agent.address, worktree: agent.worktree ?? '', branch: agent.branch ?? '' },
    await createBead(town, { title: `Work of ${name}`, rig: 'app' }),
  );
}

/** A polecat with work, and the session that it works in. */
export async function polecatAtWork(town: LandingTown, session = 'sess_0a1b2c3d'): Promise<Working & { by: Writer }> {
  const bead = await createBead(town, { title: 'Work of a polecat', rig: 'app' });
  const agent = 'app/polecats/Toast';
  await town.store.change(town.by, async (tx, at) => ({
    answer: undefined,
    events: (await reservePolecatRow(tx, at, { rig: 'app', bead: bead.id, spawner: '1|x' })).events,
  }));
  const branch = `polecat/Toast/${bead.id}@mol-aaaaa`;
  const { worktree } = await createPolecatWorktree(town, { agent, branch });
  await town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await clearSpawningRow(tx, at, { agent }) }));
  await seedAgentSession(town, session, agent);
  return { ...(await atWork(town, { agent, worktree, branch }, bead)), by: { actor: agent, session } };
}

async function atWork(town: LandingTown, place: Pick<Working, 'agent' | 'worktree' | 'branch'>, bead: Bead): Promise<Working> {
  const { molecule } = await pourMolecule(town, { bead: bead.id, formula: await getFormula(town, 'work') });
  await hookBead(town, { bead: bead.id, agent: place.agent });
  for (const step of molecule.steps.slice(0, -1)) await endStep(town, { molecule: molecule.id, step: step.id, outcome: 'done' });
  return { ...place, bead, molecule };
}

/** Commits files for a crew member and hands them in; answers the request's id and the commit. */
export async function handIn(town: LandingTown, name: string, files: Readonly<Record<string, string>>): Promise<Working & { merge: string; head: string }> {
  const working = await crewAtWork(town, name);
  const head = commitFiles(working.worktree, `by ${name}`, files);
  (town.store.clock as ManualClock).advance(1);
  const { merge } = await endAssignment(town, { agent: working.agent, status: 'COMPLETED', reason: '' });
  return { ...working, merge: merge ?? '', head };
}

/** What the target holds: the subjects of its commits, newest first. */
export function targetLog({ repo }: LandingTown): string[] {
  return plainGit(repo, 'log', '--format=%s', 'main').split('\n');
}

/** How a verb in a process of its own ended. */
export interface RunApart {
  readonly signal: NodeJS.Signals | null;
  readonly answer: { readonly kind?: string } | undefined;
  readonly stderr: string;
}

/** Runs one verb of this room in a process of its own; `fault` arms fault points in it. */
export async function runApart(
  { root }: LandingTown,
  verb: 'endAssignment' | 'landNext',
  request: unknown,
  { fault = '', rig = '', by }: { fault?: string; rig?: string; by?: Writer } = {},
): Promise<RunApart> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, JSON.stringify({ root, verb, request, rig, by: by ?? { actor: 'overseer' } })], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, BATON_FAULT: fault },
  });
  const [stdout, stderr, [, signal]] = await Promise.all([
    readText(child.stdout),
    readText(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { signal, answer: stdout === '' ? undefined : JSON.parse(stdout), stderr };
}

const script = `
const { root, verb, request, rig, by } = JSON.parse(process.argv[1]);
const landing = await import('#landing');
const { openStore } = await import('#store');
const { townPaths } = await import('#town');
const { readSettings } = await import('#config');
const { systemChance: chance, systemClock: clock } = await import('#host');
const { openTestGit } = await import('#git/testing');
const store = await openStore({ clock }, townPaths(root).store);
try {
  const settings = readSettings({ town: '', rigs: { app: rig } });
  console.log(JSON.stringify(await landing[verb]({ store, clock, chance, root, git: openTestGit(), settings, by, env: { PATH: process.env.PATH } }, request)));
} finally {
  await store.close();
}`;

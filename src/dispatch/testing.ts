import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { readSettings } from '#config';
import { plainGit } from '#git/testing';
import { systemClock } from '#host';
import type { Cleanup } from '#host/testing';
import { listAgents, rigPaths } from '#town';
import { addTestRig, type TestTown, testTown } from '#town/testing';
import { createBead } from '#work';
import type { Bead } from '#work/model';
import type { SlingDeps, SlingRequest } from './sling-bead.ts';

/** A town with the rig `app` and everything that a sling is handed. */
export type SlingTown = TestTown & SlingDeps & { readonly deps: SlingDeps };

const agentSettings = 'default_agent = "runbook"\n';

/** A new town with a rig, gone after the test; `rig` is the text of the rig's settings. */
export async function slingTown(test: Cleanup, { rig = '' }: { rig?: string } = {}): Promise<SlingTown> {
  const town = await testTown(test);
  await addTestRig(town);
  const settings = readSettings({ town: agentSettings, rigs: { app: rig } });
  const deps = { ...town, settings, clock: systemClock, env: { PATH: process.env.PATH ?? '', HOME: town.dir } };
  return { ...deps, deps };
}

/** An open bead of the rig. */
export function givenBead(town: TestTown, title = 'Mend the roof'): Promise<Bead> {
  return createBead(town, { title, rig: 'app' });
}

/** A sling as its request is mostly written. */
export function asked(bead: string, target = 'app', more: Partial<SlingRequest> = {}): SlingRequest {
  return { bead, target, vars: {}, ...more };
}

/** What there is of polecats in a rig: rows that are not retired, folders, worktrees that git knows, branches. All empty where nothing leaked. */
export async function listPolecats(town: TestTown, rig = 'app'): Promise<{ rows: string[]; folders: string[]; worktrees: string[]; branches: string[] }> {
  const { repository, polecats } = rigPaths(town.root, rig);
  const worktrees = plainGit(repository, 'worktree', 'list', '--porcelain').split('\n');
  return {
    rows: (await listAgents(town.store.db, { rig, role: 'polecat' })).map(({ name }) => name),
    folders: existsSync(polecats) ? readdirSync(polecats) : [],
    worktrees: worktrees.filter((line) => line.startsWith(`worktree ${join(polecats, '/')}`)),
    branches: plainGit(repository, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/polecat/')
      .split('\n')
      .filter((line) => line !== ''),
  };
}

export const noPolecats = { rows: [], folders: [], worktrees: [], branches: [] };

/** How a sling in a process of its own ended: its answer, or the fault that it told. */
export interface SlungApart {
  readonly signal: NodeJS.Signals | null;
  readonly answer: { readonly agent: string } | undefined;
  readonly fault: { readonly kind: string; readonly message: string; readonly hint?: string } | undefined;
  readonly stderr: string;
}

/** Slings in a process of its own, with the rig's settings as they are given; `fault` arms fault points in it, `path` is where it finds programs. */
export async function slingApart(
  { root }: { root: string },
  request: SlingRequest,
  { fault = '', rigs = { app: '' }, path = process.env.PATH ?? '' }: { fault?: string; rigs?: Record<string, string>; path?: string } = {},
): Promise<SlungApart> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, JSON.stringify({ root, request, town: agentSettings, rigs })], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path, BATON_FAULT: fault },
  });
  const [stdout, stderr, [, signal]] = await Promise.all([
    readText(child.stdout),
    readText(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  const said = (stdout === '' ? {} : JSON.parse(stdout)) as Pick<SlungApart, 'answer' | 'fault'>;
  return { signal, answer: said.answer, fault: said.fault, stderr };
}

const script = `
const { root, request, town, rigs } = JSON.parse(process.argv[1]);
const { slingBead } = await import('#dispatch');
const { openStore } = await import('#store');
const { townPaths } = await import('#town');
const { readSettings } = await import('#config');
const { systemChance: chance, systemClock: clock } = await import('#host');
const { openTestGit } = await import('#git/testing');
const store = await openStore({ clock }, townPaths(root).store);
const deps = { store, clock, chance, root, git: openTestGit(), settings: readSettings({ town, rigs }), by: { actor: 'overseer' }, env: { PATH: process.env.PATH } };
try {
  console.log(JSON.stringify({ answer: await slingBead(deps, request) }));
} catch (error) {
  if (error.name !== 'Fault') throw error;
  console.log(JSON.stringify({ fault: { kind: error.kind, message: error.message, hint: error.hint } }));
} finally {
  await store.close();
}`;

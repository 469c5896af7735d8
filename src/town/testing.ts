import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { type FaultKind, isFault } from '#base';
import { readSettings, type Settings } from '#config';
import type { Git } from '#git';
import { makeSource, openTestGit } from '#git/testing';
import { hostIdentity, systemChance } from '#host';
import { type Cleanup, tempDir } from '#host/testing';
import { openStore, type Store } from '#store';
import type { Writer } from '#store/model';
import { manualClock } from '#store/testing';
import { addRig } from './add-rig.ts';
import { createTown } from './create-town.ts';
import { townPaths } from './paths.ts';
import type { Rig } from './rig.ts';

/** A town in a folder of its own, with everything that the verbs of this room are handed. */
export interface TestTown {
  /** The folder around the town, for sources and the like. */
  readonly dir: string;
  readonly root: string;
  readonly store: Store;
  readonly git: Git;
  readonly chance: typeof systemChance;
  readonly settings: Settings;
  readonly by: Writer;
}

/** A new town on a manual clock, gone after the test; `rig` is the text of the rig app's settings. */
export async function testTown(test: Cleanup, { rig = '' }: { rig?: string } = {}): Promise<TestTown> {
  const dir = tempDir(test);
  const clock = manualClock();
  const { root } = await createTown({ clock, chance: systemChance, host: hostIdentity() }, { dir: join(dir, 'town') });
  const store = await openStore({ clock }, townPaths(root).store);
  test.after(() => store.close());
  return { dir, root, store, git: openTestGit(), chance: systemChance, settings: readSettings({ town: '', rigs: { app: rig } }), by: { actor: 'overseer' } };
}

/** Adds a rig from a source of one commit; answers both. */
export async function addTestRig(town: TestTown, name = 'app'): Promise<{ rig: Rig; source: string; head: string }> {
  const source = makeSource(join(town.dir, `source-${name}`));
  const { rig, head } = await addRig(town, { name, source, cwd: town.dir });
  return { rig, source, head };
}

/** A process of its own that runs one verb of this room on a town, to be killed: `fault` arms fault points in it. Answers how it ended and what the verb answered. */
export async function runVerbApart(
  verb: string,
  request: unknown,
  { root, fault = '' }: { root?: string; fault?: string },
): Promise<{ code: number | null; signal: NodeJS.Signals | null; answer: unknown; stderr: string }> {
  const script = `
const town = await import(${JSON.stringify(join(import.meta.dirname, 'index.ts'))});
const { hostIdentity, systemChance, systemClock } = await import('#host');
const { openTestGit } = await import('#git/testing');
const base = { clock: systemClock, chance: systemChance, host: hostIdentity(), git: openTestGit(), by: { actor: 'overseer' } };
const open = ${JSON.stringify(root ?? null)} === null ? {} : await town.openTown({ clock: systemClock }, ${JSON.stringify(root ?? null)});
try {
  console.log(JSON.stringify(await town[${JSON.stringify(verb)}]({ ...base, ...open }, ${JSON.stringify(request)}) ?? null));
} finally {
  await open.store?.close();
}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, BATON_FAULT: fault },
  });
  const [stdout, stderr, [code, signal]] = await Promise.all([
    readText(child.stdout),
    readText(child.stderr),
    once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { code, signal, answer: stdout === '' ? undefined : JSON.parse(stdout), stderr };
}

/** A bare row of a bead, hanging on an agent's hook or on none: enough for what this room asks about beads. */
export async function seedBead({ store, by }: TestTown, id: string, agent: string | null): Promise<void> {
  await store.change(by, async (tx, at) => {
    const row = {
      id,
      rig: 'app',
      title: id,
      body: '',
      type: 'task',
      priority: 2,
      status: agent === null ? 'open' : 'hooked',
      hooked_by: agent,
      acceptance: '',
      estimate: 1,
      labels: '[]',
      is_ephemeral: 0,
      created_by: 'overseer',
      created_at: at,
      updated_at: at,
    };
    await tx
      .insertInto('beads' as never)
      .values(row as never)
      .execute();
    return { answer: undefined, events: [{ type: 'bead_created', bead: id }] };
  });
}

/** A bare row of an unended session. */
export async function seedAgentSession({ store, by }: TestTown, id: string, agent: string): Promise<void> {
  await store.change(by, async (tx, at) => {
    const row = { id, agent, generation: 1, runtime: 'runbook', host: 'host_test', launch: '{}', created_at: at };
    await tx
      .insertInto('sessions')
      .values(row as never)
      .execute();
    return { answer: undefined, events: [{ type: 'session_opened', agent }] };
  });
}

/** Ends a session as if its processes were gone. */
export async function endAgentSession({ store, by }: TestTown, id: string): Promise<void> {
  await store.change(by, async (tx, at) => {
    await tx
      .updateTable('sessions')
      .set({ ended_at: at, end_reason: 'stopped', gone_at: at } as never)
      .where('id', '=', id)
      .execute();
    return { answer: undefined, events: [{ type: 'session_end' }] };
  });
}

/** What `assert.rejects` and `assert.throws` are given: a fault of that kind, with a hint, whose message or hint has all these words. */
export function isFaultWith(kind: FaultKind, ...words: string[]): (error: unknown) => boolean {
  return (error) => isFault(error, kind) && error.hint !== undefined && words.every((word) => `${error.message} ${error.hint}`.includes(word));
}

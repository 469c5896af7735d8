import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainGit } from '#git/testing';
import { eventually } from '#host/testing';
import type { RunbookRecord } from '#runtimes/model';
import { isEvent, type JournalEvent } from '#store/model';
import type { ScenarioTown } from './town.ts';

type Life = Awaited<ReturnType<ScenarioTown['app']['sessions']['lineage']>>[number];
/** A life whose program is known. */
export type RunningLife = Life & { readonly process: NonNullable<Life['process']> };

/** Longer than anything takes here, on a machine that is busy with other tests too. */
export const patienceMs = 120_000;
/** Long enough for clearing away what an ended assignment or life leaves. */
const settleMs = 60_000;

/** Creates a bead in the rig `app` and slings it; answers it and its agent. */
export async function slingNew(
  town: ScenarioTown,
  { formula, target = 'app', title = `By ${formula}` }: { formula: string; target?: string; title?: string },
): Promise<{ bead: string; agent: string }> {
  const bead = await town.does('--quiet', 'bead', 'create', '--rig', 'app', '--title', title);
  const agent = await town.does('--quiet', 'sling', bead, target, '--formula', formula);
  return { bead, agent };
}

/** Every life of an agent, first generation first. */
export function livesOf(town: ScenarioTown, agent: string): Promise<Life[]> {
  return town.app.sessions.lineage(agent);
}

/** The agent's unended life of at least this generation, once its program is known. */
export function waitForLife(town: ScenarioTown, agent: string, generation = 1): Promise<RunningLife> {
  return eventually(
    async () => {
      const life = (await livesOf(town, agent)).at(-1);
      if (life?.process === undefined || life.endedAt !== undefined || life.generation < generation) return undefined;
      return { ...life, process: life.process };
    },
    `${agent} lives in generation ${generation}`,
    patienceMs,
  );
}

/** What a life of the runbook was told at its start. */
export function readPrimeOf(life: Life | undefined): string {
  assert.ok(life?.transcript !== undefined, 'the life has a transcript');
  const records = readFileSync(life.transcript, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunbookRecord);
  return records.find(({ type }) => type === 'system')?.message.content ?? '';
}

/** Waits until a bead is in this state. */
export async function waitForBead(town: ScenarioTown, bead: string, status: string): Promise<void> {
  await eventually(async () => (await town.app.beads.show(bead)).bead.status === status, `${bead} is ${status}`, patienceMs);
}

/** The events so far, oldest first. */
export async function eventsOf(town: ScenarioTown, query: { agent?: string; bead?: string; types: readonly string[] }): Promise<JournalEvent[]> {
  const frames = await Array.fromAsync(town.app.journal.read({ after: 0, last: 0, isFollowing: false, ...query }, new AbortController().signal));
  return frames.filter(isEvent);
}

/** The first event of these types after a `seq`. */
export function waitForEvent(town: ScenarioTown, query: { after?: number; agent?: string; bead?: string; types: readonly string[] }): Promise<JournalEvent> {
  const after = query.after ?? 0;
  return eventually(async () => (await eventsOf(town, query)).find(({ seq }) => seq > after), `${query.types.join(' or ')} in the journal`, patienceMs);
}

/** Nobody has work any more: no polecat is left, nothing waits to land. */
export async function isAtRest(town: ScenarioTown): Promise<boolean> {
  const agents = await town.app.town.agents({});
  const waiting = await town.app.assignments.merges({ statuses: ['queued', 'landing'] });
  return waiting.length === 0 && agents.every(({ role, bead }) => role !== 'polecat' && bead === undefined);
}

export async function waitForRest(town: ScenarioTown): Promise<void> {
  await eventually(() => isAtRest(town), 'everybody is at rest', patienceMs);
}

/** Nothing contradicts what Baton promises of every town at rest; what is under way gets a moment to come to its end. */
export async function assertSound(town: ScenarioTown): Promise<void> {
  const isSound = async () => (await town.app.town.audit()).length === 0;
  await eventually(isSound, 'the town is sound', settleMs).catch(async () => assert.deepEqual(await town.app.town.audit(), []));
}

/** A sign that a step has left, by its lines; empty while it is not there. */
export function readSign(town: ScenarioTown, name: string): string[] {
  const path = join(town.signs, name);
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [];
}

/** Gives a sign that steps wait for. */
export function giveSign(town: ScenarioTown, name: string): void {
  writeFileSync(join(town.signs, name), '');
}

/** Waits until a step has left a sign that holds this line. */
export async function waitForSign(town: ScenarioTown, name: string, line: string): Promise<void> {
  await eventually(() => readSign(town, name).includes(line), `"${line}" in the sign "${name}"`, patienceMs);
}

/** The lines of a file as it landed on the rig's target branch. */
export function readLanded(town: ScenarioTown, path: string): string[] {
  return plainGit(join(town.root, 'app', 'repo.git'), 'show', `main:${path}`)
    .split('\n')
    .filter(Boolean);
}

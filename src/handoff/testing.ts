import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { plainGit, writeFiles } from '#git/testing';
import { findEndOf, type Handoff, type Session } from '#sessions';
import { givenStarted, type TestSession, writerOf } from '#sessions/testing';
import type { ManualClock } from '#store/testing';
import { type Agent, addCrew, setDesiredRow, townPaths } from '#town';
import { addTestRig, type TestTown, testTown } from '#town/testing';
import { hookBead } from '#work';
import type { Bead, Molecule } from '#work/model';
import { givenMolecule } from '#work/testing';
import type { HandoffDeps, HandoffRequest } from './hand-off.ts';

/** A crew member at work: a worktree with changes that are not committed, a bead with a molecule on the hook, a session that runs. */
export interface AtWork extends TestTown {
  readonly agent: Agent;
  readonly worktree: string;
  readonly bead: Bead;
  readonly molecule: Molecule;
  readonly session: Session;
  readonly deps: HandoffDeps;
}

/** `rig` is the text of the rig's settings. */
export async function atWork(test: TestContext, { rig = '', ...opened }: TestSession & { rig?: string } = {}): Promise<AtWork> {
  const town = await testTown(test, { rig });
  await addTestRig(town);
  const agent = await addCrew(town, { rig: 'app', name: 'max' });
  await wish(town, agent.address, 'running');
  const { bead, molecule } = await givenMolecule(town);
  await hookBead(town, { bead: bead.id, agent: agent.address });
  const worktree = agent.worktree ?? '';
  writeFiles(worktree, { 'README.md': 'changed\n', 'new file.txt': 'new\n' });
  const session = await givenStarted(town, agent.address, opened);
  return { ...town, agent, worktree, bead, molecule, session, deps: { ...town, clock: town.store.clock } };
}

export async function wish(town: TestTown, agent: string, desired: 'running' | 'stopped'): Promise<void> {
  await town.store.change(town.by, async (tx, at) => ({ answer: undefined, events: await setDesiredRow(tx, at, { agent, desired }) }));
}

/** Lets time pass on the town's clock, in ms. */
export function pass(work: TestTown, ms: number): void {
  (work.store.clock as ManualClock).advance(ms);
}

/** Every row of every table as text. */
export function dumpTables(root: string): string {
  const database = new DatabaseSync(townPaths(root).store, { readOnly: true });
  try {
    const tables = database.prepare("select name from sqlite_schema where type = 'table' order by name").all() as { name: string }[];
    return tables
      .flatMap(({ name }) => [
        name,
        ...database
          .prepare(`select * from "${name}"`)
          .all()
          .map((row) => JSON.stringify(row)),
      ])
      .join('\n');
  } finally {
    database.close();
  }
}

/** Every ref of a repository, and how its worktree stands. */
export function dumpGit(worktree: string): string {
  return [plainGit(worktree, 'for-each-ref'), plainGit(worktree, 'status', '--porcelain=v2', '--branch'), plainGit(worktree, 'diff')].join('\n');
}

/** A handoff as the session's own command asks for it, and one that says nothing. */
export const asked: HandoffRequest = {
  agent: 'app/crew/max',
  subject: 'third beam',
  notes: `Issue: the roof leaks
Progress: two of three beams are in
Tried: glue; it does not hold in the rain
Next: put in the third beam
Note: beams are oak`,
  reason: 'context 87 %',
};

/** What the session's own command is handed. */
export function own(work: AtWork): HandoffDeps {
  return { ...work.deps, by: writerOf(work.session) };
}

/** The handoff that ended the session. */
export function endOf(work: AtWork): Promise<Handoff | undefined> {
  return findEndOf(work.store.db, work.session.id);
}

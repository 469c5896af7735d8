import type { TestContext } from 'node:test';
import { second } from '#base';
import { readSettings, type Settings } from '#config';
import { tempDir } from '#host/testing';
import type { Unread } from '#mail';
import type { StartSource } from '#runtimes';
import { type EndReason, type NewHandoff, type Session, writeHandoffRow } from '#sessions';
import { givenEnd, givenStarted, writerOf } from '#sessions/testing';
import { hookBead } from '#work';
import type { Bead, Molecule } from '#work/model';
import { givenMolecule, max, type WorkTown, workTown } from '#work/testing';
import { beginTurn } from './begin-turn.ts';
import { primeSession } from './prime-session.ts';
import type { Prime } from './read-prime.ts';

/** Agents, beads and sessions in memory, and a folder for directives and transcripts. */
export interface PrimeTown extends WorkTown {
  readonly root: string;
  readonly settings: Settings;
}

/** Makes one, gone after the test; `rig` is the text of the rig app's settings. */
export async function primeTown(test: TestContext, { town = '', rig = '' }: { town?: string; rig?: string } = {}): Promise<PrimeTown> {
  const made = await workTown();
  test.after(() => made.store.close());
  return { ...made, root: tempDir(test), settings: readSettings({ town, rigs: { app: rig } }) };
}

/** Ends a session with a document, as the room handoff does. */
export async function givenDocument(
  town: PrimeTown,
  session: Session,
  { reason = 'handoff', ...more }: Partial<Pick<NewHandoff, 'subject' | 'document' | 'writtenBy'>> & { reason?: EndReason } = {},
): Promise<string> {
  await givenEnd(town, session, reason, { isGone: false });
  return town.store.change({ actor: 'daemon' }, async (tx, at) => {
    const end = {
      kind: 'end',
      isPlanned: reason === 'handoff' || reason === 'stopped',
      reason,
      sourceSession: session.id,
      targetAgent: session.agent,
    } as const;
    const said = {
      subject: 'roof',
      document: '## Goal\nthe roof\n\n## Next action\nNext: the third beam\n',
      writtenBy: 'agent',
      preservedRef: undefined,
    } as const;
    const id = await writeHandoffRow(town, tx, at, { ...end, ...said, ...more });
    return { answer: id, events: [{ type: 'handoff', agent: session.agent }] };
  });
}

/** A session of max and the one that follows it after such an end. */
export async function givenNext(town: PrimeTown, end: Parameters<typeof givenDocument>[2] = {}): Promise<{ first: Session; next: Session; document: string }> {
  const first = await givenStarted(town, max);
  const document = await givenDocument(town, first, end);
  town.clock.advance(second);
  return { first, document, next: await givenStarted(town, max, { predecessor: first.id }) };
}

/** An agent with a bead and a molecule on its hook. */
export async function givenWork(town: PrimeTown, agent = max): Promise<{ bead: Bead; molecule: Molecule }> {
  const made = await givenMolecule(town);
  await hookBead(town, { bead: made.bead.id, agent });
  return made;
}

/** The start signal of a session. */
export function deliver(town: PrimeTown, session: Session, source: StartSource = 'startup'): Promise<Prime> {
  return primeSession({ ...town, by: writerOf(session) }, { session: session.id, agent: session.agent, source });
}

/** The prompt signal of a session. */
export function turn(town: PrimeTown, session: Session): Promise<Unread> {
  return beginTurn({ ...town, by: writerOf(session) }, { session: session.id, agent: session.agent });
}

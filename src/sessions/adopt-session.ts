import type { Chance } from '#base';
import type { ProcessMark } from '#host';
import type { Reader, Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { setDesiredRow } from '#town';
import { readSessionRow, type Session } from './model.ts';
import { openSessionRow } from './open-session.ts';
import { findPredecessor } from './read-sessions.ts';

/** A program that somebody started by hand in an agent's folder (P1). */
export interface HandProgram {
  readonly agent: string;
  readonly runtime: string;
  readonly host: string;
  readonly process: ProcessMark;
  readonly cwd: string;
}

/**
 * `adopted`: it is the agent's next generation now. `own`: it was adopted before. `guest`: `session` plays the agent, or its processes are not gone
 * yet, so nothing is recorded.
 */
export type AdoptAnswer = { readonly kind: 'adopted' | 'own' | 'guest'; readonly session: Session };

/**
 * Makes a program the next generation of its agent where none lives, in one change: its row with pid and start time, and that the agent is to run.
 * Of two that come at once one is adopted, and the other a guest (S4).
 */
export async function adoptSession({ store, chance, by }: { store: Store; chance: Chance; by: Writer }, program: HandProgram): Promise<AdoptAnswer> {
  return store.change<AdoptAnswer>({ ...by, point: 'session.adopt' }, async (tx, at) => {
    const [newest] = (await selectUngone(tx).where('agent', '=', program.agent).orderBy('generation', 'desc').execute()).map(readSessionRow);
    if (newest !== undefined) return { answer: { kind: isOwn(newest, program.process) ? 'own' : 'guest', session: newest }, events: [] };
    const { id, events } = await openAdoptedRow({ chance }, tx, at, program);
    const row = await tx.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    return { answer: { kind: 'adopted', session: readSessionRow(row) }, events };
  });
}

async function openAdoptedRow(deps: { chance: Chance }, tx: Tx, at: number, program: HandProgram): Promise<{ id: string; events: NewEvent[] }> {
  const { agent, runtime, host, cwd } = program;
  const { pid, start } = program.process;
  const predecessor = (await findPredecessor(tx, agent))?.id;
  const launch = { topic: 'cold-start', sender: 'overseer' };
  const { id, events } = await openSessionRow(deps, tx, at, { agent, runtime, host, launch, predecessor, why: { kind: 'adopted', pid, cwd } });
  await tx.updateTable('sessions').set({ is_adopted: 1, pid, pid_start: start, started_at: at }).where('id', '=', id).execute();
  events.push({ type: 'session_adopted', agent, payload: { session: id, pid, cwd } });
  events.push({ type: 'session_start', agent, payload: { session: id, pid, isAdopted: true } });
  events.push(...(await setDesiredRow(tx, at, { agent, desired: 'running' })));
  return { id, events };
}

function isOwn(session: Session, program: ProcessMark): boolean {
  return session.isAdopted && session.endedAt === undefined && isProgramOf(session, program);
}

function isProgramOf({ process }: Session, { pid, start }: ProcessMark): boolean {
  return process?.pid === pid && process.start === start;
}

function selectUngone(reader: Reader) {
  return reader.selectFrom('sessions').selectAll().where('gone_at', 'is', null);
}

/**
 * The adopted session that one of these processes plays: what its program runs has no environment of ours, and descends from it. One that has ended is
 * found too until its program is gone, so that it is told so (S3).
 */
export async function findAdoptedSession(reader: Reader, ancestry: readonly ProcessMark[]): Promise<Session | undefined> {
  const adopted = (await selectUngone(reader).where('is_adopted', '=', 1).orderBy('created_at').orderBy('id').execute()).map(readSessionRow);
  return adopted.find((session) => ancestry.some((mark) => isProgramOf(session, mark)));
}

/** The adopted session of an agent whose conversation this is. */
export async function findAdoptedConversation(reader: Reader, { agent, conversation }: { agent: string; conversation: string }): Promise<Session | undefined> {
  const rows = selectUngone(reader).where('is_adopted', '=', 1).where('agent', '=', agent).where('conversation', '=', conversation);
  const row = await rows.orderBy('generation', 'desc').executeTakeFirst();
  return row === undefined ? undefined : readSessionRow(row);
}

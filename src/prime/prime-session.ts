import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hour } from '#base';
import type { Settings } from '#config';
import { checkMail } from '#mail';
import { consumeHandoffRows, deliverHandoffRows, findCheckpoint, getSession, listHandoffsFor, readLateNotes, recordPrimedRow, recordTurnRow } from '#sessions';
import type { Reader, Store } from '#store';
import type { Writer } from '#store/model';
import { getAgent } from '#town';
import { findBead, readHook, startBeadRow, startStepRow } from '#work';
import { composePrime, type PrimeSource } from './compose-prime.ts';
import { fitParts, judgePrimeState, type PrimeState } from './rules.ts';

export interface PrimeDeps {
  readonly store: Store;
  readonly settings: Settings;
  readonly root: string;
  readonly by: Writer;
}

/** A prime: the text for the agent, and what it was made from. */
export interface Prime {
  readonly state: PrimeState;
  readonly text: string;
  readonly handoffs: readonly string[];
}

/** The prime of a session as it would be now. A pure read (P3, P7). `bytesMax` is the runtime's own bound, where it has one. */
export async function readPrime(deps: Omit<PrimeDeps, 'by'>, request: { session: string; bytesMax?: number | undefined }): Promise<Prime> {
  const source = await deps.store.read((reader) => readSource(deps, reader, request.session));
  const budget = Math.min(deps.settings.get('prime.bytes'), request.bytesMax ?? Number.POSITIVE_INFINITY);
  return { state: source.state, text: fitParts(composePrime(source), budget), handoffs: source.documents.filter((handoff) => handoff.consumedAt === undefined).map((handoff) => handoff.id) };
}

/**
 * What a start signal runs (P1): answers with the prime, records the signal, and marks what it shows as delivered. Nothing else about a prime
 * changes anything (P7).
 */
export async function primeSession(deps: PrimeDeps, request: { session: string; agent: string; conversation?: string | undefined; transcript?: string | undefined; source: string; bytesMax?: number | undefined }): Promise<Prime> {
  const prime = await readPrime(deps, request);
  await deps.store.change({ ...deps.by, point: 'prime' }, async (tx, at) => {
    const events = await recordPrimedRow(tx, at, request);
    events.push(...(await deliverHandoffRows(tx, at, { session: request.session, agent: request.agent, handoffs: prime.handoffs })));
    return { answer: undefined, events };
  });
  return prime;
}

/** A turn begins (a prompt signal): the session's documents are received, and the bead on its agent's hook is in progress (H2, section 9). */
export async function beginTurn({ store, by }: Pick<PrimeDeps, 'store' | 'by'>, turn: { session: string; agent: string }): Promise<void> {
  await store.change({ ...by, point: 'turn.begin' }, async (tx, at) => {
    const events = await recordTurnRow(tx, at, turn);
    events.push(...(await consumeHandoffRows(tx, at, turn)));
    events.push(...(await startBeadRow(tx, at, { agent: turn.agent })).events);
    const { molecule } = await readHook(tx, turn.agent);
    if (molecule !== undefined && molecule.endedAt === null) events.push(...(await startStepRow(tx, at, { molecule: molecule.id, by })).events);
    return { answer: undefined, events };
  });
}

async function readSource({ settings, root, store }: Omit<PrimeDeps, 'by'>, reader: Reader, id: string): Promise<PrimeSource> {
  const session = await getSession(reader, id);
  const agent = await getAgent(reader, session.agent);
  const hook = await readHook(reader, agent.address);
  const documents = await listHandoffsFor(reader, { agent: agent.address, session: id });
  const checkpoint = await findCheckpoint(reader, agent.address);
  const mail = await checkMail(reader, { address: agent.address });
  const lateNotes = await readLateNotes(reader, documents.map((handoff) => handoff.id));
  const now = store.clock.now();
  const isBeadDone = checkpoint?.bead !== undefined && (await findBead(reader, checkpoint.bead))?.closedAt !== null;
  const earlier = checkpoint?.session === id ? undefined : checkpoint;
  const facts = { document: documents.find((handoff) => handoff.consumedAt === undefined), checkpoint: earlier && { writtenAt: earlier.writtenAt, isBeadDone }, hasWork: hook.bead !== undefined };
  const state = judgePrimeState(facts, now, settings.get('checkpoint.stale_h') * hour);
  return { agent, session, state, hook, documents, lateNotes, checkpoint: earlier, mail, directives: readDirectives(root, agent.role), now };
}

function readDirectives(root: string, role: string): string {
  const path = join(root, 'directives', `${role}.md`);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hour } from '#base';
import type { Settings } from '#config';
import { checkMail } from '#mail';
import { type Checkpoint, findCheckpoint, findNewestEnd, getSession, listHandoffsFor, listTransfersFor, readLateNotes } from '#sessions';
import type { Reader, Store } from '#store';
import { getAgent } from '#town';
import { findBead, readHook } from '#work';
import { composePrime, type PrimeSource } from './compose-prime.ts';
import { fitParts, judgePrimeState, type PrimeState } from './rules.ts';

/** What reading a prime takes; `root` is the town's folder. */
export interface PrimeDeps {
  readonly store: Store;
  readonly settings: Settings;
  readonly root: string;
}

/** A prime: the text for the agent, and what it was made from. */
export interface Prime {
  readonly state: PrimeState;
  readonly text: string;
  readonly handoffs: readonly string[];
  readonly transfers: readonly string[];
}

/** The prime of a session as it would be now. A pure read (P3, P7). `bytesMax` is the runtime's own bound, where it has one. */
export async function readPrime(deps: PrimeDeps, request: { session: string; bytesMax?: number | undefined }): Promise<Prime> {
  const source = await deps.store.read((reader) => readSource(deps, reader, request.session));
  const budget = Math.min(deps.settings.get('prime.bytes', { rig: source.agent.rig }), request.bytesMax ?? Number.POSITIVE_INFINITY);
  return {
    state: source.state,
    text: fitParts(composePrime(source), budget),
    transfers: source.transfers.map((transfer) => transfer.id),
    handoffs: source.documents.filter((handoff) => handoff.consumedAt === undefined).map((handoff) => handoff.id),
  };
}

async function readSource({ settings, root, store }: PrimeDeps, reader: Reader, id: string): Promise<PrimeSource> {
  const session = await getSession(reader, id);
  const agent = await getAgent(reader, session.agent);
  const hook = await readHook(reader, agent.address);
  const documents = await listHandoffsFor(reader, { agent: agent.address, session: id });
  const document = documents.find((handoff) => handoff.consumedAt === undefined);
  const newest = await findCheckpoint(reader, agent.address);
  const checkpoint = newest?.session === id ? undefined : newest;
  const now = store.clock.now();
  const facts = {
    document,
    newestDocumentAt: checkpoint === undefined ? undefined : (await findNewestEnd(reader, agent.address))?.createdAt,
    checkpoint: checkpoint && { writtenAt: checkpoint.writtenAt, isOver: await isOver(reader, agent.address, checkpoint) },
    hasWork: hook.bead !== undefined,
  };
  return {
    agent,
    session,
    state: judgePrimeState(facts, now, settings.get('checkpoint.stale_h', { rig: agent.rig }) * hour),
    hook,
    documents,
    predecessorEnd: document === undefined ? undefined : (await getSession(reader, document.sourceSession)).endReason,
    lateNotes: await readLateNotes(
      reader,
      documents.map((handoff) => handoff.id),
    ),
    transfers: await listTransfersFor(reader, { agent: agent.address, session: id }),
    checkpoint,
    mail: await checkMail(reader, { address: agent.address }),
    directives: readDirectives(root, agent.role),
    now,
  };
}

/** What a checkpoint is about is over when its bead is done or no longer this agent's, or when its session handed the work in. */
async function isOver(reader: Reader, agent: string, { bead, session }: Checkpoint): Promise<boolean> {
  const found = bead === undefined ? undefined : await findBead(reader, bead);
  const isLeft = bead === undefined || (found?.closedAt === null && found.hookedBy === agent);
  return !isLeft || (await getSession(reader, session)).endReason === 'done';
}

function readDirectives(root: string, role: string): string {
  const path = join(root, 'directives', `${role}.md`);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

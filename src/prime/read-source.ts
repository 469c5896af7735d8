import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hour } from '#base';
import type { Settings } from '#config';
import { checkMail, listWaitingNudges } from '#mail';
import {
  type Checkpoint,
  findLiveSession,
  findNewestEnd,
  findOpenCheckpoint,
  findPredecessor,
  getSession,
  listHandoffsFor,
  listSessions,
  listTransfersFor,
  readLateNotes,
  type Session,
} from '#sessions';
import type { Reader, Store } from '#store';
import { type Agent, addressOf, agentFolder, findAgentAt, getAgent, isWithin } from '#town';
import { findBead, readHook } from '#work';
import type { Directives, PrimeSource, Receiver } from './compose-prime.ts';
import { judgePrimeState } from './rules.ts';

/** What reading a prime takes; `root` is the town's folder. */
export interface PrimeDeps {
  readonly store: Store;
  readonly settings: Settings;
  readonly root: string;
}

/** Who is told: a session, or an agent, whose live session or else whose next one it is. `cwd` is where the caller stands. */
export type PrimeReceiver = ({ readonly session: string } | { readonly agent: string }) & { readonly cwd?: string | undefined };

/** Reads everything that a prime tells, and judges the state (P3). Writes nothing. */
export async function readSource({ settings, root, store }: PrimeDeps, reader: Reader, request: PrimeReceiver): Promise<PrimeSource> {
  const session = 'session' in request ? await getSession(reader, request.session) : await findLiveSession(reader, request.agent);
  const agent = await getAgent(reader, 'agent' in request ? request.agent : (session as Session).agent);
  const receiver = session === undefined ? await foreseeReceiver(reader, agent.address) : toReceiver(session);
  const hook = await readHook(reader, agent.address);
  const documents = await listHandoffsFor(reader, { agent: agent.address, session: receiver.id ?? '' });
  const document = documents.find((handoff) => handoff.consumedAt === undefined);
  const newest = await findOpenCheckpoint(reader, agent.address);
  const checkpoint = newest?.session === receiver.id ? undefined : newest;
  const isCheckpointOver = checkpoint !== undefined && (await isOver(reader, agent.address, checkpoint));
  const now = store.clock.now();
  const facts = {
    document,
    newestDocumentAt: checkpoint === undefined ? undefined : (await findNewestEnd(reader, agent.address))?.createdAt,
    checkpoint: checkpoint && { writtenAt: checkpoint.writtenAt, isOver: isCheckpointOver },
    hasWork: hook.bead !== undefined,
  };
  const handoffs = documents.map((handoff) => handoff.id);
  return {
    agent,
    receiver,
    state: judgePrimeState(facts, now, settings.get('checkpoint.stale_h', { rig: agent.rig }) * hour),
    hook,
    documents,
    predecessorEnd: document === undefined ? undefined : (await getSession(reader, document.sourceSession)).endReason,
    lateNotes: await readLateNotes(reader, handoffs),
    transfers: await listTransfersFor(reader, { agent: agent.address, session: receiver.id ?? '', isToldAgain: true }),
    checkpoint: isCheckpointOver ? undefined : checkpoint,
    mail: await checkMail(reader, { address: agent.address, session: receiver.id }),
    nudges: await listWaitingNudges(reader, { agent: agent.address, now }),
    directives: readDirectives(root, agent),
    ...(await readPlace(reader, root, agent, request.cwd)),
    now,
  };
}

function toReceiver({ id, generation, predecessor, launch, primedAt }: Session): Receiver {
  return { id, generation, predecessor, isResumed: launch.resume !== undefined, isPrimed: primedAt !== undefined };
}

/** The session that an agent would get next. */
async function foreseeReceiver(reader: Reader, agent: string): Promise<Receiver> {
  const [newest] = await listSessions(reader, { agent, limit: 1 });
  const predecessor = (await findPredecessor(reader, agent))?.id;
  return { id: undefined, generation: (newest?.generation ?? 0) + 1, predecessor, isResumed: false, isPrimed: false };
}

/** What a checkpoint is about is over when its bead is done or no longer this agent's, or when its session handed the work in. */
async function isOver(reader: Reader, agent: string, { bead, session }: Checkpoint): Promise<boolean> {
  const found = bead === undefined ? undefined : await findBead(reader, bead);
  const isLeft = bead === undefined || (found?.closedAt === null && found.hookedBy === agent);
  return !isLeft || (await getSession(reader, session)).endReason === 'done';
}

/** The town's first, then the rig's, which knows more. */
function readDirectives(root: string, { role, rig }: Agent): Directives[] {
  const files = [{ title: 'Directives', path: join(root, 'directives', `${role}.md`) }];
  if (rig !== null) files.push({ title: `Directives of ${rig}`, path: join(root, rig, 'directives', `${role}.md`) });
  return files.filter(({ path }) => existsSync(path)).map((file) => ({ ...file, text: readFileSync(file.path, 'utf8') }));
}

/** Where the agent works, and whose place the caller is in: asked only where that is not its own. */
async function readPlace(reader: Reader, root: string, agent: Agent, cwd: string | undefined): Promise<Pick<PrimeSource, 'folder' | 'standsWith'>> {
  const folder = agent.worktree ?? agentFolder(root, addressOf(agent));
  const other = cwd === undefined || isWithin(folder, cwd) ? undefined : await findAgentAt(reader, root, cwd);
  return { folder, standsWith: other?.address === agent.address ? undefined : other?.address };
}

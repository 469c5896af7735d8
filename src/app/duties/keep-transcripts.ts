import { statSync } from 'node:fs';
import { describeError, second } from '#base';
import { getRuntime } from '#runtimes';
import { archiveConversation, type KeptConversation, listUnarchived, noteConversations } from '#sessions';
import { readAddress } from '#town/model';
import { archiveRoot, archiveTranscript, type Position, readTurns } from '#transcripts';
import { recordTurns } from '#usage';
import { readHook } from '#work';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';
import { makeRests } from './rests.ts';

const roundMs = 5 * second;
/** After a round that left some the next one follows soon, and others get their turn first. */
const moreMs = 100;
/** Bytes of one transcript that a round reads. */
const bytesMax = 32 * 1024 * 1024;

/** What is remembered of a conversation: how its file looked when all of it was kept, and how far its turns were read. */
interface Seen {
  readonly stamp: string | undefined;
  readonly position: Position | undefined;
}

/**
 * Keeps what agents say: copies their transcripts into the archive (S7) and records what each turn cost (C8), of live sessions as they grow, of ended
 * ones until all is kept. Both can be done again, so a new daemon begins where the archive and the rows are. One that can't be read holds up nobody else.
 */
export function keepTranscripts(deps: Deps, tell: (line: string) => void): Duty {
  const seen = new Map<string, Seen>();
  const rests = makeRests(deps);
  const told = new Map<string, string>();
  let since = 0;
  const tryToKeep = async (key: string, kept: KeptConversation): Promise<boolean> => {
    try {
      const isAll = await keep(deps, key, kept, seen);
      rests.clear(key);
      return isAll;
    } catch (error) {
      rests.rest(key);
      const text = `${kept.session.agent}: the transcript of ${kept.session.id} could not be kept: ${describeError(error)}`;
      if (told.get(key) !== text) tell(text);
      told.set(key, text);
      return true;
    }
  };
  return {
    name: 'keep-transcripts',
    round: async () => {
      const startedAt = await deps.store.now();
      await noteConversations(deps, { host: deps.host.id, since });
      since = startedAt - roundMs;
      const unarchived = await listUnarchived(deps.store.db, deps.host.id);
      const keys = new Set(unarchived.map(keyOf));
      for (const key of seen.keys()) if (!keys.has(key)) seen.delete(key);
      let isAll = true;
      for (const kept of unarchived) {
        const key = keyOf(kept);
        if (!rests.isResting(key)) isAll = (await tryToKeep(key, kept)) && isAll;
      }
      return isAll ? roundMs : moreMs;
    },
  };
}

/** Answers whether there is nothing left to do for now. */
async function keep(deps: Deps, key: string, kept: KeptConversation, seen: Map<string, Seen>): Promise<boolean> {
  const { session, conversation, transcript, isOver } = kept;
  const before = seen.get(key);
  const stamp = stampOf(transcript);
  if (stamp === before?.stamp && !isOver) return true;
  const { transcript: format } = getRuntime(session.runtime, deps.settings, { rig: readAddress(session.agent)?.rig ?? null });
  // What our own runtimes write lies in the town, which keeps it: it is a record already.
  const isOurs = transcript.startsWith(`${deps.paths.transcripts}/`);
  const copied = isOurs
    ? ({ kind: 'copied', isAtEnd: true } as const)
    : await archiveTranscript({ archive: archiveRoot(deps.env), runtime: session.runtime, conversation, path: transcript, format, bytesMax });
  const turns = await readTurns({ path: transcript, format, conversation, position: before?.position, bytesMax });
  if (turns.kind === 'read' && turns.turns.length > 0) await record(deps, kept, turns.turns);
  const isAll = (copied.kind === 'missing' || copied.isAtEnd) && (turns.kind === 'missing' || turns.isAtEnd);
  seen.set(key, { stamp: isAll ? stamp : undefined, position: turns.kind === 'read' ? turns.position : undefined });
  if (isAll && isOver) await archiveConversation(deps, kept, { isMissing: copied.kind === 'missing' });
  return isAll;
}

async function record(deps: Deps, { session, conversation }: KeptConversation, turns: Parameters<typeof recordTurns>[1]['turns']): Promise<void> {
  const hooked = session.endedAt === undefined ? (await readHook(deps.store.db, session.agent)).bead?.id : undefined;
  const { id, agent, bead, launch } = session;
  await recordTurns(deps, { session: id, agent, conversation, bead: hooked ?? bead, model: launch.model, turns });
}

/** How a transcript looks from outside; a database's new rows may be in its log alone. */
function stampOf(path: string): string {
  return [path, `${path}-wal`]
    .map((each) => statSync(each, { throwIfNoEntry: false }))
    .map((stat) => (stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`))
    .join(', ');
}

function keyOf({ session, conversation }: KeptConversation): string {
  return `${session.id} ${conversation}`;
}

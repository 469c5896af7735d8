import { statSync } from 'node:fs';
import { describeError, second } from '#base';
import { getRuntime } from '#runtimes';
import type { TranscriptFormat, TurnUsage } from '#runtimes/model';
import { archiveConversation, type KeptConversation, listUnarchived, noteConversations } from '#sessions';
import { readAddress } from '#town/model';
import { archiveRoot, archiveTranscript, listSubagents, type Position, readTurns } from '#transcripts';
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

/** What is remembered of a conversation: how its files looked when all of them were kept, and of each how far its turns were read. */
interface Seen {
  readonly stamp: string | undefined;
  readonly files: ReadonlyMap<string, ReadTurns>;
}

/** How far a file's turns were read, and those that are not recorded yet: the end of the file may tell that they are a copy. */
interface ReadTurns {
  readonly position: Position | undefined;
  readonly waiting: readonly TurnUsage[];
}

/**
 * Keeps what agents say: copies their transcripts into the archive (S7) and records what each turn cost (C8), their sub-agents' too, of live sessions as
 * they grow, of ended ones until all is kept. Both can be done again, so a new daemon begins where the archive and the rows are. One that can't be read holds
 * up nobody else.
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

/** Answers whether there is nothing left to do for now. New sub-agents are looked for when anything was written. */
async function keep(deps: Deps, key: string, kept: KeptConversation, seen: Map<string, Seen>): Promise<boolean> {
  const { session, transcript, isOver } = kept;
  const before = seen.get(key);
  if (before?.stamp !== undefined && before.stamp === stampOf([...before.files.keys()]) && !isOver) return true;
  const { transcript: format } = getRuntime(session.runtime, deps.settings, { rig: readAddress(session.agent)?.rig ?? null });
  const subagents = listSubagents({ path: transcript, format }).map(({ name, ...each }) => ({ ...each, subagent: name }));
  const sources = [{ path: transcript, format }, ...subagents];
  const stamp = stampOf(sources.map(({ path }) => path));
  const files = new Map<string, ReadTurns>();
  let isAll = true;
  let isMissing = false;
  for (const source of sources) {
    const { isAll: isWhole, isMissing: isGone, ...read } = await keepOne(deps, kept, source, before?.files.get(source.path));
    files.set(source.path, read);
    isAll &&= isWhole;
    isMissing ||= isGone && source.path === transcript;
  }
  seen.set(key, { stamp: isAll ? stamp : undefined, files });
  if (isAll && isOver) await archiveConversation(deps, kept, { isMissing });
  return isAll;
}

interface Source {
  readonly path: string;
  readonly format: TranscriptFormat;
  readonly subagent?: string | undefined;
}

async function keepOne(deps: Deps, kept: KeptConversation, source: Source, before: ReadTurns = { position: undefined, waiting: [] }) {
  const { session, conversation } = kept;
  const { position } = before;
  // What our own runtimes write lies in the town, which keeps it: it is a record already.
  const isOurs = source.path.startsWith(`${deps.paths.transcripts}/`);
  const copied = isOurs
    ? ({ kind: 'copied', isAtEnd: true } as const)
    : await archiveTranscript({ archive: archiveRoot(deps.env), runtime: session.runtime, conversation, ...source, bytesMax });
  const turns = await readTurns({ path: source.path, format: source.format, conversation, position, bytesMax });
  const isMissing = copied.kind === 'missing';
  const isCopied = isMissing || copied.isAtEnd;
  if (turns.kind === 'missing') return { isAll: isCopied, isMissing, position: undefined, waiting: [] };
  const told = turns.wasCopied ? turns.turns : [...before.waiting, ...turns.turns];
  if (turns.isAtEnd && told.length > 0) await record(deps, kept, told);
  return { isAll: isCopied && turns.isAtEnd, isMissing, position: turns.position, waiting: turns.isAtEnd ? [] : told };
}

async function record(deps: Deps, { session, conversation }: KeptConversation, turns: Parameters<typeof recordTurns>[1]['turns']): Promise<void> {
  const hooked = session.endedAt === undefined ? (await readHook(deps.store.db, session.agent)).bead?.id : undefined;
  const { id, agent, bead, launch } = session;
  await recordTurns(deps, { session: id, agent, conversation, bead: hooked ?? bead, model: launch.model, turns });
}

/** How transcripts look from outside; a database's new rows may be in its log alone. */
function stampOf(paths: readonly string[]): string {
  return paths
    .flatMap((path) => [path, `${path}-wal`])
    .map((each) => statSync(each, { throwIfNoEntry: false }))
    .map((stat) => (stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`))
    .join(', ');
}

function keyOf({ session, conversation }: KeptConversation): string {
  return `${session.id} ${conversation}`;
}

import { basename } from 'node:path';
import { fault, findProcess, isStopped, type ProcessMark, readWordsOf, stopProcesses } from '#host';
import type { Reader, Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import type { Session } from './model.ts';
import { findSessionProcesses } from './own-processes.ts';
import { findKeeper } from './under-keeper.ts';

/** The processes of a session that an emergency stop has stopped, so that exactly these go on afterwards. */
export interface Frozen {
  readonly session: string;
  readonly agent: string;
  readonly at: number;
  readonly marks: readonly ProcessMark[];
}

const key = 'frozen';

/** What is frozen by the record. */
export async function readFrozen(reader: Reader): Promise<Frozen[]> {
  const row = await reader.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
  return row === undefined || row.value === '' ? [] : (JSON.parse(row.value) as Frozen[]);
}

/** Our own programs may hold the store's lock: a frozen one would lock the whole town. Commands end by themselves; a view only looks. */
const ownPrograms: ReadonlySet<string> = new Set(['baton.cjs', 'cli.cjs', 'hot.cjs', 'daemon.cjs', 'demo.cjs', 'view.cjs']);

/**
 * Freezes what runs of a session: its program and everything that it started, but for the program's keeper (tmux would continue it) and
 * Baton's commands. Recorded before it is done, so that whoever dies in between leaves nothing stopped that nobody knows of.
 * Answers how many were stopped; called again it stops what was forked meanwhile.
 */
export async function freezeSession({ store, root, by }: { store: Store; root: string; by: Writer }, session: Session): Promise<number> {
  const running = listRunning(root, session);
  if (running.length === 0) return 0;
  await store.change({ ...by, point: 'freeze.record' }, async (tx, at) => ({ answer: undefined, events: await addFrozenRow(tx, at, session, running) }));
  fault('freeze.stop.before');
  stopProcesses(running);
  return running.length;
}

function listRunning(root: string, session: Session): ProcessMark[] {
  const keeper = session.process === undefined ? undefined : findKeeper(session.process);
  return findSessionProcesses(root, session).filter((mark) => mark.pid !== keeper && !isStopped(mark) && !isOwnProgram(mark.pid));
}

function isOwnProgram(pid: number): boolean {
  const entry = findProcess(pid);
  return entry === undefined || (readWordsOf(pid) ?? []).slice(0, 3).some((word) => ownPrograms.has(basename(word)));
}

async function addFrozenRow(tx: Tx, at: number, session: Session, marks: readonly ProcessMark[]): Promise<NewEvent[]> {
  const frozen = await readFrozen(tx);
  const before = frozen.find((one) => one.session === session.id);
  const fresh = marks.filter((mark) => before?.marks.some((known) => known.pid === mark.pid && known.start === mark.start) !== true);
  if (fresh.length === 0) return [];
  const after: Frozen = { session: session.id, agent: session.agent, at: before?.at ?? at, marks: [...(before?.marks ?? []), ...fresh] };
  await write(tx, [...frozen.filter((one) => one !== before), after]);
  return [{ type: 'session_frozen', agent: session.agent, payload: { session: session.id, pids: fresh.map(({ pid }) => pid) } }];
}

/**
 * Takes a session out of the record once its processes go on. Time that it was stopped is nobody's idleness, so it counts as progress now (V5). Answers
 * the events to add, and whether it lives: none where it was taken out before.
 */
export async function thawSessionRow(
  tx: Tx,
  at: number,
  { session, agent }: Pick<Frozen, 'session' | 'agent'>,
): Promise<{ isLive: boolean; events: NewEvent[] }> {
  const frozen = await readFrozen(tx);
  if (!frozen.some((one) => one.session === session)) return { isLive: false, events: [] };
  await write(
    tx,
    frozen.filter((one) => one.session !== session),
  );
  const { numUpdatedRows } = await tx
    .updateTable('sessions')
    .set({ progress_at: at })
    .where('id', '=', session)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return { isLive: numUpdatedRows > 0n, events: [{ type: 'session_thawed', agent, payload: { session } }] };
}

async function write(tx: Tx, frozen: readonly Frozen[]): Promise<void> {
  const value = frozen.length === 0 ? '' : JSON.stringify(frozen);
  await tx
    .insertInto('meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

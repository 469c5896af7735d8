import type { Reader, Store } from '#store';
import type { Writer } from '#store/model';
import { type Checkpoint, readCheckpointRow } from './model.ts';

/** A safe point to note; lists and ids as the seed's checkpoint file has them (seed 5, section 11). */
export interface NewCheckpoint {
  readonly agent: string;
  readonly session: string;
  readonly molecule?: string | undefined;
  readonly step?: string | undefined;
  readonly stepTitle?: string | undefined;
  readonly modifiedFiles: readonly string[];
  readonly lastCommit?: string | undefined;
  readonly branch?: string | undefined;
  readonly bead?: string | undefined;
  readonly notes: string;
}

/** Notes a safe point. */
export async function writeCheckpoint({ store, by }: { store: Store; by: Writer }, checkpoint: NewCheckpoint): Promise<void> {
  await store.change({ ...by, point: 'checkpoint' }, async (tx, at) => {
    await tx.insertInto('checkpoints').values(toRow(checkpoint, at)).execute();
    const payload = { session: checkpoint.session, step: checkpoint.step ?? null };
    return { answer: undefined, events: [{ type: 'checkpoint_written', agent: checkpoint.agent, bead: checkpoint.bead, payload }] };
  });
}

/** The newest checkpoint of an agent, or of one session of it. */
export async function findCheckpoint(reader: Reader, agent: string, session?: string): Promise<Checkpoint | undefined> {
  let rows = reader.selectFrom('checkpoints').selectAll().where('agent', '=', agent);
  if (session !== undefined) rows = rows.where('session', '=', session);
  const row = await rows.orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? undefined : readCheckpointRow(row);
}

/** The newest checkpoint of an agent that nobody cleared. */
export async function findOpenCheckpoint(reader: Reader, agent: string): Promise<Checkpoint | undefined> {
  const rows = reader.selectFrom('checkpoints').selectAll().where('agent', '=', agent).where('cleared_at', 'is', null);
  const row = await rows.orderBy('id', 'desc').limit(1).executeTakeFirst();
  return row === undefined ? undefined : readCheckpointRow(row);
}

/** Says that an agent's checkpoints count no more, those of earlier sessions too; they stay to be read. Answers how many did. */
export async function clearCheckpoints({ store, by }: { store: Store; by: Writer }, { agent }: { agent: string }): Promise<number> {
  return store.change({ ...by, point: 'checkpoint.clear' }, async (tx, at) => {
    const { numUpdatedRows } = await tx
      .updateTable('checkpoints')
      .set({ cleared_at: at })
      .where('agent', '=', agent)
      .where('cleared_at', 'is', null)
      .executeTakeFirst();
    const count = Number(numUpdatedRows);
    return { answer: count, events: count === 0 ? [] : [{ type: 'checkpoint_cleared', agent, payload: { count } }] };
  });
}

function toRow(checkpoint: NewCheckpoint, at: number) {
  return {
    agent: checkpoint.agent,
    session: checkpoint.session,
    molecule: checkpoint.molecule ?? null,
    step: checkpoint.step ?? null,
    step_title: checkpoint.stepTitle ?? null,
    modified_files: JSON.stringify(checkpoint.modifiedFiles),
    last_commit: checkpoint.lastCommit ?? null,
    branch: checkpoint.branch ?? null,
    bead: checkpoint.bead ?? null,
    notes: checkpoint.notes,
    written_at: at,
  };
}

import type { Tx } from '#store';
import type { NewEvent } from '#store/model';

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

/** Writes a checkpoint inside a change. */
export async function writeCheckpointRow(tx: Tx, at: number, checkpoint: NewCheckpoint): Promise<NewEvent[]> {
  await tx
    .insertInto('checkpoints')
    .values({
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
    })
    .execute();
  return [{ type: 'checkpoint_written', agent: checkpoint.agent, bead: checkpoint.bead, payload: { session: checkpoint.session, step: checkpoint.step ?? null } }];
}

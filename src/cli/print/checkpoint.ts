import { formatMoment, plural } from '#base';
import type { Checkpoint } from '#sessions/model';
import type { Page } from './page.ts';
import { facts } from './table.ts';
import { ago } from './when.ts';
import { plain } from './width.ts';

/** A checkpoint with the seed's fields (seed 5, section 11). */
export function checkpointPage(page: Page, checkpoint: Checkpoint & { readonly agent: string }): string {
  const { modifiedFiles: files } = checkpoint;
  const head = facts(page, [
    ['agent', checkpoint.agent],
    ['written', `${formatMoment(checkpoint.writtenAt)}, ${ago(page, checkpoint.writtenAt)}`],
    ['session', checkpoint.session],
    ['bead', checkpoint.bead],
    ['molecule', checkpoint.molecule],
    ['step', checkpoint.step === undefined ? undefined : `${checkpoint.step}: ${checkpoint.stepTitle ?? ''}`],
    ['branch', checkpoint.branch],
    ['last commit', checkpoint.lastCommit],
    ['files', files.length === 0 ? undefined : `${plural(files.length, 'modified file')}: ${files.join(', ')}`],
  ]);
  const notes = plain(checkpoint.notes).trim();
  return notes === '' ? head : `${head}\n\n${notes}`;
}

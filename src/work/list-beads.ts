import type { SelectQueryBuilder } from 'kysely';
import type { Reader } from '#store';
import type { Tables } from '#store/model';
import { type Bead, type BeadRow, type BeadStatus, readBead } from './model.ts';

/** Which beads. Several statuses are any of them; `isReady` means open, waiting for nothing and nobody's. `rig` null asks for the town's own. */
export interface BeadQuery {
  readonly statuses?: readonly BeadStatus[] | undefined;
  readonly assignee?: string | undefined;
  readonly rig?: string | null | undefined;
  readonly label?: string | undefined;
  readonly type?: string | undefined;
  readonly parent?: string | undefined;
  readonly isReady?: boolean | undefined;
  readonly limit?: number | undefined;
}

/** Beads by priority, then age, then id. */
export async function listBeads(reader: Reader, query: BeadQuery = {}): Promise<Bead[]> {
  let rows = reader.selectFrom('beads').selectAll('beads');
  if (query.statuses !== undefined) rows = rows.where('status', 'in', [...query.statuses]);
  if (query.assignee !== undefined) rows = rows.where('assignee', '=', query.assignee);
  if (query.rig !== undefined) rows = query.rig === null ? rows.where('rig', 'is', null) : rows.where('rig', '=', query.rig);
  if (query.type !== undefined) rows = rows.where('type', '=', query.type);
  if (query.parent !== undefined) rows = rows.where('parent', '=', query.parent);
  if (query.isReady === true) rows = onlyReady(rows);
  const found = (await rows.orderBy('priority').orderBy('created_at').orderBy('id').execute()).map(readBead);
  // Labels are JSON in text, which the store does not look into (S9).
  const labelled = query.label === undefined ? found : found.filter((bead) => bead.labels.includes(query.label ?? ''));
  return query.limit === undefined ? labelled : labelled.slice(0, query.limit);
}

/** What anybody may take up now: open, waiting for nothing, and nobody's. */
export async function listReadyBeads(reader: Reader, query: Pick<BeadQuery, 'rig' | 'label' | 'type' | 'limit'> = {}): Promise<Bead[]> {
  return listBeads(reader, { ...query, isReady: true });
}

function onlyReady(rows: SelectQueryBuilder<Tables, 'beads', BeadRow>): SelectQueryBuilder<Tables, 'beads', BeadRow> {
  return rows
    .where('beads.status', '=', 'open')
    .where('beads.assignee', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('bead_dependencies')
            .innerJoin('beads as needed', 'needed.id', 'bead_dependencies.needs')
            .select('needed.id')
            .whereRef('bead_dependencies.bead', '=', 'beads.id')
            .where('needed.status', '!=', 'done'),
        ),
      ),
    );
}

import { assert, type Chance, newId } from '#base';
import type { Changed, Store, Tx } from '#store';
import type { Writer } from '#store/model';
import { type BeadFields, readFields } from './bead-fields.ts';
import { beadEvent } from './bead-rows.ts';
import { getBead } from './find-bead.ts';
import { type Bead, readBead } from './model.ts';
import { getPrefix, requireAgent } from './town-rows.ts';

/** A bead to be made. `rig` null or absent means the town's own; `priority` as typed, 2 by default; `assignee` a canonical address. */
export interface NewBead extends BeadFields {
  readonly title: string;
  readonly rig?: string | null | undefined;
  readonly assignee?: string | undefined;
  readonly parent?: string | undefined;
  readonly isEphemeral?: boolean | undefined;
}

/** 36 ** 5 ids a prefix: even with a million beads ten tries in a row collide once in 10^17. */
const triesMax = 10;

/** Makes an open bead. Faults: `invalid` fields, `not-found` for an unknown rig, agent or parent. */
export async function createBead({ store, chance, by }: { store: Store; chance: Chance; by: Writer }, request: NewBead): Promise<Bead> {
  return store.change({ ...by, point: 'bead.create' }, (tx, at) => createBeadRow(tx, at, { ...request, chance, by }));
}

async function createBeadRow(tx: Tx, at: number, { chance, by, ...request }: NewBead & { chance: Chance; by: Writer }): Promise<Changed<Bead>> {
  const fields = readFields(request);
  const rig = request.rig ?? null;
  const prefix = await getPrefix(tx, rig);
  if (request.assignee !== undefined) await requireAgent(tx, request.assignee);
  const parent = request.parent === undefined ? null : (await getBead(tx, request.parent)).id;
  const row = await tx
    .insertInto('beads')
    .values({
      id: await pickId(tx, chance, prefix),
      rig,
      title: request.title,
      body: '',
      type: 'task',
      priority: 2,
      status: 'open',
      assignee: request.assignee ?? null,
      hooked_by: null,
      hooked_at: null,
      parent,
      acceptance: '',
      estimate: 1,
      labels: '[]',
      is_ephemeral: request.isEphemeral === true ? 1 : 0,
      blocked_reason: null,
      created_by: by.actor,
      created_session: by.session ?? null,
      created_at: at,
      updated_at: at,
      closed_at: null,
      ...fields,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const bead = readBead(row);
  return { answer: bead, events: [beadEvent(bead, 'bead_created', { title: bead.title, priority: bead.priority, assignee: bead.assignee })] };
}

async function pickId(tx: Tx, chance: Chance, prefix: string): Promise<string> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const id = newId(chance, prefix);
    if ((await tx.selectFrom('beads').select('id').where('id', '=', id).executeTakeFirst()) === undefined) return id;
  }
  assert(false, `${triesMax} random ids of "${prefix}" were all taken`);
}

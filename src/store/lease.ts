import type { LeaseRow } from './model.ts';
import type { Store, Tx } from './store.ts';

/** A lease that is held: `fence` tells this holding from every earlier one. */
export type LeaseAnswer = { kind: 'held'; fence: number; isRenewed: boolean } | { kind: 'taken'; by: string; expiresAt: number };

/** Who wants which lease for how long; `isGone` says of another holder, by its name, that it is proven dead. */
export interface LeaseRequest {
  readonly name: string;
  readonly holder: string;
  readonly ttlMs: number;
  readonly isGone: (holder: string) => boolean;
}

/**
 * Takes or renews a lease for `ttlMs`, judged by the store's clock. That of a holder who is proven dead is taken over before
 * it ends. A renewal writes no event, so that an idle town's journal does not grow; a change of hands does.
 */
export async function takeLease(store: Store, request: LeaseRequest): Promise<LeaseAnswer> {
  const now = await store.now();
  const row = await store.db.selectFrom('leases').selectAll().where('name', '=', request.name).executeTakeFirst();
  if (row?.holder === request.holder && (await renew(store, row, now + request.ttlMs))) return { kind: 'held', fence: row.fence, isRenewed: true };
  return store.change<LeaseAnswer>({ actor: 'daemon', point: 'lease.take' }, async (tx, at) => {
    const current = await tx.selectFrom('leases').selectAll().where('name', '=', request.name).executeTakeFirst();
    if (current !== undefined && current.holder !== request.holder && current.expires_at > at && !request.isGone(current.holder)) {
      return { answer: { kind: 'taken', by: current.holder, expiresAt: current.expires_at }, events: [] };
    }
    const fence = (current?.fence ?? 0) + 1;
    await write(tx, { name: request.name, holder: request.holder, fence, acquired_at: at, expires_at: at + request.ttlMs });
    return {
      answer: { kind: 'held', fence, isRenewed: false },
      events: [{ type: 'lease_taken', payload: { name: request.name, holder: request.holder, fence, from: current?.holder ?? null } }],
    };
  });
}

/** Gives a lease back at once, so that the next holder need not wait. Does nothing where somebody else holds it by now. */
export async function giveLease(store: Store, lease: { name: string; holder: string }): Promise<void> {
  await store.change({ actor: 'daemon', point: 'lease.give' }, async (tx, at) => {
    const { numUpdatedRows } = await tx
      .updateTable('leases')
      .set({ expires_at: at })
      .where('name', '=', lease.name)
      .where('holder', '=', lease.holder)
      .executeTakeFirst();
    return { answer: undefined, events: numUpdatedRows > 0n ? [{ type: 'lease_given', payload: { name: lease.name, holder: lease.holder } }] : [] };
  });
}

/** Who holds a lease now, by the store's clock. */
export async function findLease(store: Store, name: string): Promise<LeaseRow | undefined> {
  const now = await store.now();
  return store.db.selectFrom('leases').selectAll().where('name', '=', name).where('expires_at', '>', now).executeTakeFirst();
}

async function renew(store: Store, row: LeaseRow, expiresAt: number): Promise<boolean> {
  const { numUpdatedRows } = await store.db
    .updateTable('leases')
    .set({ expires_at: expiresAt })
    .where('name', '=', row.name)
    .where('holder', '=', row.holder)
    .where('fence', '=', row.fence)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function write(tx: Tx, row: LeaseRow): Promise<void> {
  const { name, ...rest } = row;
  await tx
    .insertInto('leases')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(rest))
    .execute();
}

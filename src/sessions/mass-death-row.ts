import type { Reader, Tx } from '#store';
import type { NewEvent } from '#store/model';
import type { MassDeath, SeenDeath } from './mass-death.ts';
import { deathReasons, readSessionRow } from './model.ts';
import type { EndClass } from './restart.ts';

const key = 'mass_death';

/** The mass death that is under way, if one is (V2). */
export async function readMassDeath(reader: Reader): Promise<MassDeath | undefined> {
  const row = await reader.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
  return row === undefined || row.value === '' ? undefined : (JSON.parse(row.value) as MassDeath);
}

/** Keeps what is known of the mass death under way. Of the whole of it the journal is told once, when it is over: thirty deaths are one event of thirty. */
export async function keepMassDeathRow(tx: Tx, _at: number, found: MassDeath): Promise<NewEvent[]> {
  const before = await readMassDeath(tx);
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(found)) return [];
  await write(tx, JSON.stringify(found));
  const type = before?.firstAt === found.firstAt ? 'mass_death_grew' : 'mass_death_suspected';
  return [{ type, payload: { count: found.sessions.length, cause: found.cause } }];
}

/** The mass death is over: agents may come back as they come. Answers the events to add: none where it was over by then. */
export async function endMassDeathRow(tx: Tx, _at: number, { firstAt }: Pick<MassDeath, 'firstAt'>): Promise<NewEvent[]> {
  const known = await readMassDeath(tx);
  if (known?.firstAt !== firstAt) return [];
  await write(tx, '');
  return [{ type: 'mass_death_over', payload: { count: known.sessions.length, cause: known.cause } }];
}

async function write(tx: Tx, value: string): Promise<void> {
  await tx
    .insertInto('meta')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

/** The deaths of a host's sessions since a moment, in ms since 1970; programs that people started by hand are nobody's to count. */
export async function listDeathsSince(reader: Reader, { host, since }: { host: string; since: number }): Promise<SeenDeath[]> {
  const rows = await reader
    .selectFrom('sessions')
    .selectAll()
    .where('ended_at', '>', since)
    .where('end_reason', 'in', deathReasons)
    .where('host', '=', host)
    .where('is_adopted', '=', 0)
    .orderBy('ended_at')
    .orderBy('id')
    .execute();
  return rows.map(readSessionRow).map(({ id, agent, endedAt = 0, endEvidence, runtime, launch }) => ({
    session: id,
    agent,
    at: endedAt,
    class: (endEvidence.class as EndClass | undefined) ?? 'crash',
    runtime,
    account: launch.account,
  }));
}

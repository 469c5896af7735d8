import { Fault, nearestName } from '#base';
import type { Reader } from '#store';
import { nameKey } from './address.ts';
import { type Rig, readRig } from './rig.ts';

/** The rigs of the town by name; removed ones are left out. */
export async function listRigs(reader: Reader): Promise<Rig[]> {
  const rows = await reader.selectFrom('rigs').selectAll().where('removed_at', 'is', null).orderBy('name').execute();
  return rows.map(readRig);
}

/** The rig of that name, or undefined; a removed one is not found. */
export async function findRig(reader: Reader, name: string): Promise<Rig | undefined> {
  const row = await reader.selectFrom('rigs').selectAll().where('name_key', '=', nameKey(name)).where('removed_at', 'is', null).executeTakeFirst();
  return row === undefined ? undefined : readRig(row);
}

/** The rig of that name. Fault `not-found` with the nearest name. */
export async function getRig(reader: Reader, name: string): Promise<Rig> {
  const rig = await findRig(reader, name);
  if (rig !== undefined) return rig;
  const near = nearestName(
    name,
    (await listRigs(reader)).map((each) => each.name),
  );
  throw new Fault('not-found', `this town has no rig "${name}"`, {
    hint: near === undefined ? '`baton rig list` names them; `baton rig add` adds one' : `did you mean "${near}"?`,
  });
}

import { Fault } from '#base';
import type { Reader, Store } from '#store';
import type { Writer } from '#store/model';
import { beadEvent } from './bead-rows.ts';
import { getBead } from './find-bead.ts';
import { findCycle } from './rules.ts';

type Deps = { store: Store; by: Writer };
export type DependencyAnswer<K extends string> = { readonly kind: K; readonly bead: string; readonly needs: string };
type Request = { readonly bead: string; readonly needs: string };

/** Says that `bead` waits for `needs` until that is done. Faults: `conflict` where that closes a circle, which it names. */
export async function addDependency({ store, by }: Deps, request: Request): Promise<DependencyAnswer<'added' | 'already'>> {
  return store.change<DependencyAnswer<'added' | 'already'>>({ ...by, point: 'dependency.add' }, async (tx, at) => {
    const [bead, needs] = [await getBead(tx, request.bead), await getBead(tx, request.needs)];
    const graph = await readGraph(tx);
    if (graph.get(bead.id)?.includes(needs.id)) return { answer: { kind: 'already', bead: bead.id, needs: needs.id }, events: [] };
    refuseCycle(bead.id, needs.id, graph);
    await tx.insertInto('bead_dependencies').values({ bead: bead.id, needs: needs.id, created_at: at }).execute();
    return { answer: { kind: 'added', bead: bead.id, needs: needs.id }, events: [beadEvent(bead, 'dependency_added', { needs: needs.id })] };
  });
}

/** Takes that back. `absent` where there was no such dependency. */
export async function removeDependency({ store, by }: Deps, request: Request): Promise<DependencyAnswer<'removed' | 'absent'>> {
  return store.change<DependencyAnswer<'removed' | 'absent'>>({ ...by, point: 'dependency.remove' }, async (tx) => {
    const [bead, needs] = [await getBead(tx, request.bead), await getBead(tx, request.needs)];
    const { numDeletedRows } = await tx.deleteFrom('bead_dependencies').where('bead', '=', bead.id).where('needs', '=', needs.id).executeTakeFirst();
    if (numDeletedRows === 0n) return { answer: { kind: 'absent', bead: bead.id, needs: needs.id }, events: [] };
    return { answer: { kind: 'removed', bead: bead.id, needs: needs.id }, events: [beadEvent(bead, 'dependency_removed', { needs: needs.id })] };
  });
}

function refuseCycle(bead: string, needs: string, graph: ReadonlyMap<string, readonly string[]>): void {
  const cycle = findCycle([bead], (id) => (id === bead ? [needs] : (graph.get(id) ?? [])));
  if (cycle === undefined) return;
  throw new Fault('conflict', `"${bead}" cannot need "${needs}": they would wait for each other (${cycle.join(' → ')})`, {
    hint: 'remove one of these with `baton bead dep remove` first',
    details: { cycle },
  });
}

async function readGraph(reader: Reader): Promise<Map<string, string[]>> {
  const rows = await reader.selectFrom('bead_dependencies').select(['bead', 'needs']).orderBy('bead').orderBy('needs').execute();
  const graph = new Map<string, string[]>();
  for (const { bead, needs } of rows) graph.set(bead, [...(graph.get(bead) ?? []), needs]);
  return graph;
}

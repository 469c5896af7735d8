import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFault } from '#base';
import { addDependency, removeDependency } from './add-dependency.ts';
import { listReadyBeads } from './list-beads.ts';
import { findCycle } from './rules.ts';
import { showBead } from './show-bead.ts';
import { givenBead, inTown, is } from './testing.ts';

inTown('a bead waits for what it needs, until that is taken back (work 4)', async (town) => {
  const [roof, ladder] = [await givenBead(town, { title: 'roof' }), await givenBead(town, { title: 'ladder' })];
  const request = { bead: roof.id, needs: ladder.id };
  assert.equal((await addDependency(town, request)).kind, 'added');
  assert.equal((await addDependency(town, request)).kind, 'already');
  assert.deepEqual(
    (await listReadyBeads(town.store.db)).map(({ title }) => title),
    ['ladder'],
  );
  const titles = (beads: readonly { title: string }[]) => beads.map(({ title }) => title);
  assert.deepEqual(titles((await showBead(town.store.db, roof.id)).needs), ['ladder']);
  assert.deepEqual(titles((await showBead(town.store.db, ladder.id)).dependents), ['roof']);
  assert.equal((await removeDependency(town, request)).kind, 'removed');
  assert.equal((await removeDependency(town, request)).kind, 'absent');
  assert.equal((await listReadyBeads(town.store.db)).length, 2);
  await assert.rejects(addDependency(town, { bead: roof.id, needs: 'ga-nope' }), is('not-found', /ga-nope/));
});

inTown('a dependency that closes a circle is refused, and the circle named (work 4)', async (town) => {
  const [a, b, c] = [await givenBead(town), await givenBead(town), await givenBead(town)].map(({ id }) => id) as [string, string, string];
  await addDependency(town, { bead: a, needs: b });
  await addDependency(town, { bead: b, needs: c });
  await assert.rejects(
    addDependency(town, { bead: c, needs: a }),
    (error) => isFault(error, 'conflict') && error.message.includes(`(${c} → ${a} → ${b} → ${c})`),
  );
  await assert.rejects(addDependency(town, { bead: a, needs: a }), (error) => isFault(error, 'conflict') && error.message.includes(`(${a} → ${a})`));
});

test('findCycle finds a circle exactly where there is one, and names a real one (work 4)', () => {
  const graphs = fc
    .integer({ min: 1, max: 8 })
    .chain((size) => fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 16 }).map((edges) => ({ size, edges })));
  fc.assert(
    fc.property(graphs, ({ size, edges }) => {
      const nodes = Array.from({ length: size }, (_, i) => String(i));
      const needsOf = (id: string) => edges.filter(([from]) => String(from) === id).map(([, to]) => String(to));
      const cycle = findCycle(nodes, needsOf);
      assert.equal(cycle !== undefined, hasCycle(nodes, needsOf));
      if (cycle === undefined) return;
      assert.equal(cycle[0], cycle.at(-1));
      for (const [i, id] of cycle.slice(1).entries()) assert.ok(needsOf(cycle[i] ?? '').includes(id));
    }),
    { numRuns: 500 },
  );
});

/** The plain way: what needs nothing is taken away until nothing more can be; what is left goes round. */
function hasCycle(nodes: readonly string[], needsOf: (id: string) => readonly string[]): boolean {
  let left = [...nodes];
  for (;;) {
    const next = left.filter((id) => needsOf(id).some((need) => left.includes(need)));
    if (next.length === left.length) return left.length > 0;
    left = next;
  }
}

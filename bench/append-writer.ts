import { once } from 'node:events';
import { isFault } from '#base';
import { systemClock } from '#host';
import { openStore } from '#store';

/** What one writer did: the time of each of its changes in ms, and the failures by their words. */
export interface Written {
  readonly times: readonly number[];
  readonly failures: readonly string[];
}

/** `append-writer.ts STORE MS`: says `ready`, and after a line on stdin changes a row of its own with one event, again and again; prints a `Written`. */
const [path = '', forMs = ''] = process.argv.slice(2);
const store = await openStore({ clock: systemClock }, path);
const times: number[] = [];
const failures: string[] = [];
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const end = performance.now() + Number(forMs);
while (performance.now() < end) {
  const startedAt = performance.now();
  try {
    await append();
    times.push(performance.now() - startedAt);
  } catch (error) {
    if (!isFault(error)) throw error;
    failures.push(error.message);
  }
}
process.stdin.destroy();
await store.close();
process.stdout.write(JSON.stringify({ times, failures } satisfies Written));

/** Reads before it writes, as nearly every change of Baton does. */
function append(): Promise<void> {
  const key = `writer-${process.pid}`;
  return store.change({ actor: 'daemon', point: 'bench.append' }, async (tx) => {
    const row = await tx.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
    const value = String(Number(row?.value ?? 0) + 1);
    await tx
      .insertInto('meta')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
    return { answer: undefined, events: [{ type: 'counted', agent: 'app/crew/max', payload: { value } }] };
  });
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastSeq } from '#store';
import type { BenchTown } from './bench-town.ts';

/** How much is in a town. */
export interface Amounts {
  readonly beads: number;
  readonly mails: number;
  /** In the journal, at least. */
  readonly events: number;
}

/** Fills a town as if a few agents had worked in it for some days; answers a bead. */
export async function seedTown({ app, store }: BenchTown, agent: string, { beads, mails, events }: Amounts): Promise<string> {
  const ids: string[] = [];
  for (let n = 1; n <= beads; n += 1) {
    const bead = await app.beads.create({ title: `Mend part ${n} of the roof`, body: `What is known of part ${n}. `.repeat(20), rig: 'app' });
    ids.push(bead.id);
  }
  for (let n = 1; n <= mails; n += 1) await app.mail.send({ to: agent, subject: `About part ${n}`, body: 'Please look. '.repeat(30), priority: n % 5 });
  await fillJournal(store, agent, events - (await lastSeq(store.db)));
  return ids[0] ?? '';
}

async function fillJournal(store: BenchTown['store'], agent: string, missing: number): Promise<void> {
  const batch = 500;
  for (let left = missing; left > 0; left -= batch) {
    const events = Array.from({ length: Math.min(batch, left) }, (_, n) => ({
      type: 'session_progress',
      agent,
      payload: { session: 'sess_00000000', signals: n },
    }));
    await store.change({ actor: 'daemon', point: 'bench.fill' }, async () => ({ answer: undefined, events }));
  }
}

/** Lays a formula of so many steps, one after the other, into the town; `run` is what each of them does, nothing where it is undefined. */
export function layFormula({ root }: BenchTown, { name, stepCount, run }: { name: string; stepCount: number; run?: string }): void {
  const steps = Array.from({ length: stepCount }, (_, i) => {
    const needs = i === 0 ? '' : `needs = ["part-${i}"]\n`;
    return `[[steps]]\nid = "part-${i + 1}"\ntitle = "Part ${i + 1} of {{bead}}"\n${needs}${run === undefined ? '' : `run = ${JSON.stringify(run)}\n`}description = "Do part ${i + 1}, commit it, and close the step."\n`;
  });
  const head = `formula = "${name}"\ndescription = "Measured by the benches"\nversion = 1\n`;
  writeFileSync(join(root, 'formulas', `${name}.toml`), [head, ...steps].join('\n'));
}

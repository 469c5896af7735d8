import type { JournalEvent } from '#store/model';
import { type BenchTown, inTown } from './bench-town.ts';
import { countOf } from './harness.ts';
import { awaitEvent, readAll, seqNow } from './journal.ts';
import { inMs, judgeBudget, median, printTable, quantile } from './print.ts';
import { layFormula } from './seed-town.ts';

/**
 * From a handoff to its primed successor, end to end in tmux (DESIGN.md section 18): a polecat with a window so small that it hands itself off after
 * each step. The journal's own moments are taken; that of a handoff is when its transaction began.
 */
const handoffs = countOf(20, 3);
const startMsMax = 1000;

await inTown(async (town) => {
  await town.app.config.set({ key: 'runtimes.runbook.window', value: '500' });
  // The first session is primed without a document, so that it may do more than one step.
  layFormula(town, { name: 'many', stepCount: handoffs + 3, run: "head -c 3000 /dev/zero | tr '\\0' x" });
  const spans = (await work(town)).filter((span) => span !== undefined);
  if (spans.length < handoffs) throw new Error(`${spans.length} handoffs came to a successor, not ${handoffs}`);
  const rows = (['gone', 'started', 'primed', 'at work'] as const).map((name) => ({ name, times: spans.map((span) => span[name]) }));
  printTable(
    `From the commit of a handoff, ${spans.length} of them`,
    ['until the', 'median', 'p90', 'slowest'],
    rows.map(({ name, times }) => [
      name === 'gone' ? 'predecessor is gone' : `successor is ${name}`,
      inMs(median(times)),
      inMs(quantile(times, 0.9)),
      inMs(Math.max(...times)),
    ]),
  );
  const figure = median(spans.map((span) => span.started));
  judgeBudget({ what: 'handoff to the successor’s program started', figure, told: inMs(figure), budget: startMsMax, toldBudget: inMs(startMsMax) });
});

/** Lets a polecat do the whole molecule; answers each handoff's times until its successor was at work. */
async function work(town: BenchTown) {
  const bead = await town.app.beads.create({ title: 'Many small steps', rig: 'app' });
  const after = await seqNow(town);
  await town.app.assignments.sling({ bead: bead.id, target: 'app', formula: 'many', vars: {} });
  await awaitEvent(town, after, 'the bead to be handed in', (event) => event.type === 'done' && event.bead === bead.id);
  const events = await readAll(town, after);
  return events.filter((event) => event.type === 'handoff').map((event) => measure(events, event));
}

/** Undefined where the life that a handoff opened has not come to its first turn. */
function measure(events: readonly JournalEvent[], handoff: JournalEvent) {
  const until = (type: string) => {
    const found = events.find((event) => event.seq > handoff.seq && event.agent === handoff.agent && event.type === type);
    return found === undefined ? undefined : found.at - handoff.at;
  };
  const [gone, started, primed, working] = [until('session_gone'), until('session_start'), until('session_primed'), until('turn_started')];
  if (gone === undefined || started === undefined || primed === undefined || working === undefined) return undefined;
  return { gone, started, primed, 'at work': working };
}

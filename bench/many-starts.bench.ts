import type { JournalEvent } from '#store/model';
import { inTown } from './bench-town.ts';
import { cpuSeconds } from './cpu.ts';
import { isQuick } from './harness.ts';
import { readAll, seqNow } from './journal.ts';
import { inMs, median, printTable, quantile } from './print.ts';
import { startCrew } from './start-crew.ts';

/** A hundred idle sessions ordered at once, until each is primed: what the daemon's eight hands and two cores make of it. */
const count = isQuick ? 4 : 100;

await inTown(async (town) => {
  await town.app.daemon.start();
  const { pid = 0 } = await town.app.daemon.status();
  const [after, cpuBefore] = [await seqNow(town), cpuSeconds(pid)];
  const startedAt = performance.now();
  await startCrew(town, count);
  const wallMs = performance.now() - startedAt;
  const events = await readAll(town, after);
  const firstAt = Math.min(...timesOf(events, 'start_ordered').values());
  const rows = ['session_start', 'session_primed'].map((type) => ({ type, times: [...timesOf(events, type).values()].map((at) => at - firstAt) }));
  printTable(
    `${count} starts at once`,
    ['from the first order until', 'first', 'median', 'p90', 'last'],
    rows.map(({ type, times }) => [type, ...[Math.min(...times), median(times), quantile(times, 0.9), Math.max(...times)].map(inMs)]),
  );
  const cpu = cpuSeconds(pid).own - cpuBefore.own;
  console.log(`all primed after ${inMs(wallMs)}, ${inMs(wallMs / count)} each; the daemon's own CPU ${inMs((cpu * 1000) / count)} a start`);
});

/** When each agent had its first event of a type. */
function timesOf(events: readonly JournalEvent[], type: string): Map<string, number> {
  const times = new Map<string, number>();
  for (const { agent, type: seen, at } of events) if (seen === type && agent !== null && !times.has(agent)) times.set(agent, at);
  return times;
}

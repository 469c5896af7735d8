import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '#sessions';
import { type BenchTown, inTown } from './bench-town.ts';
import { countOf, runOnce } from './harness.ts';
import { awaitEvent, seqNow } from './journal.ts';
import { inMs, judgeBudget, median, printTable, quantile } from './print.ts';
import { startCrew } from './start-crew.ts';

/** How soon a killed program is noticed, and how soon an asked one is gone (DESIGN.md section 18). Idle runbooks, each ended once. */
const count = countOf(20, 3);
const deathMsMax = 2000;
const stopMsMax = 300;

await inTown(async (town) => {
  const sessions = await startCrew(town, 2 * count);
  const deaths: number[] = [];
  for (const [n, session] of sessions.slice(0, count).entries()) deaths.push(await kill(town, session, n));
  const stops: { gone: number; command: number }[] = [];
  for (const session of sessions.slice(count)) stops.push(await stop(town, session));
  const rows = [
    { name: 'SIGKILL to session_death in the journal', times: deaths },
    { name: 'order to stop, to session_gone in the journal', times: stops.map(({ gone }) => gone) },
    { name: '`baton crew stop`, the whole command', times: stops.map(({ command }) => command) },
  ];
  printTable(
    `Ends of idle sessions, ${count} of each`,
    ['', 'median', 'p90', 'slowest'],
    rows.map(({ name, times }) => [name, inMs(median(times)), inMs(quantile(times, 0.9)), inMs(Math.max(...times))]),
  );
  const slowest = Math.max(...deaths);
  judgeBudget({ what: 'a killed session noticed, the slowest', figure: slowest, told: inMs(slowest), budget: deathMsMax, toldBudget: inMs(deathMsMax) });
  const gone = median(stops.map((one) => one.gone));
  judgeBudget({ what: 'stop when processes exit', figure: gone, told: inMs(gone), budget: stopMsMax, toldBudget: inMs(stopMsMax) });
});

/** Kills a session's program at another moment of the daemon's second each time; answers how long the journal did not know. */
async function kill(town: BenchTown, session: Session, n: number): Promise<number> {
  await sleep((n * 370) % 1000);
  const after = await seqNow(town);
  const killedAt = Date.now();
  process.kill(session.process?.pid ?? Number.NaN, 'SIGKILL');
  const death = await awaitEvent(town, after, `the death of ${session.agent}`, (event) => event.type === 'session_death' && event.agent === session.agent);
  return death.at - killedAt;
}

/** Stops an agent by the command; answers how long its processes took to be gone after the order, and the command itself. */
async function stop(town: BenchTown, session: Session): Promise<{ gone: number; command: number }> {
  const after = await seqNow(town);
  const { ms } = runOnce({ name: 'crew stop', command: [`${town.root}/.baton/bin/baton`, 'crew', 'stop', session.agent], env: town.env, cwd: town.root });
  const ordered = await awaitEvent(town, after, 'the order', (event) => event.type === 'agent_wanted' && event.agent === session.agent);
  const gone = await awaitEvent(town, after, `the end of ${session.agent}`, (event) => event.type === 'session_gone' && event.agent === session.agent);
  return { gone: gone.at - ordered.at, command: ms };
}

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProcess, findProcessesByEnvironment } from '#host';
import { type BenchTown, inTown } from './bench-town.ts';
import { cpuOfAll } from './cpu.ts';
import { isQuick } from './harness.ts';
import { seqNow } from './journal.ts';
import { inMb, judgeBudget, printTable } from './print.ts';
import { startCrew } from './start-crew.ts';

/** What idle sessions cost (DESIGN.md section 18): CPU of the daemon, of tmux and of the agents themselves; the store must not grow. */
const sizes = isQuick ? [3] : [10, 100, 200];
/** An idle runbook asks its hook after 2, 4, 8 … 60 s; then once a minute, which is what is measured. */
const settleMs = isQuick ? 1000 : 65_000;
const spanMs = isQuick ? 3000 : 60_000;
const shareMax = 0.05;

const rows: Awaited<ReturnType<typeof measure>>[] = [];
for (const size of sizes) await inTown(async (town) => void rows.push(await measure(town, size)));
printTable(
  `Idle runbook sessions over ${spanMs / 1000} s, shares of one core`,
  ['sessions', 'daemon', 'tmux', 'agents', 'their `baton` calls', 'daemon memory', 'new events', 'store grew by'],
  rows.map((row) => [
    String(row.size),
    ...[row.daemon, row.tmux, row.agents, row.calls].map(inPercent),
    inMb(row.memoryBytes),
    String(row.newEvents),
    `${row.grownBytes} bytes`,
  ]),
);
for (const { size, daemon, newEvents } of rows) {
  judgeBudget({
    what: `daemon with ${size} idle sessions`,
    figure: daemon,
    told: `${inPercent(daemon)} of one core`,
    budget: shareMax,
    toldBudget: inPercent(shareMax),
  });
  judgeBudget({ what: `events with ${size} idle sessions`, figure: newEvents, told: String(newEvents), budget: 0, toldBudget: '0' });
}

async function measure(town: BenchTown, size: number) {
  const sessions = await startCrew(town, size);
  await sleep(settleMs);
  const { pid: daemonPid = 0 } = await town.app.daemon.status();
  const parts = { daemon: [daemonPid], tmux: findTmux(town), agents: sessions.map((session) => session.process?.pid ?? 0) };
  const look = async () => ({ ...readCpu(parts), seq: await seqNow(town), bytes: sizeOf(town), at: performance.now() });
  const before = await look();
  await sleep(spanMs);
  const after = await look();
  const share = (a: number, b: number) => ((b - a) * 1000) / (after.at - before.at);
  return {
    size,
    daemon: share(before.daemon.own, after.daemon.own),
    tmux: share(before.tmux.own, after.tmux.own),
    agents: share(before.agents.own, after.agents.own),
    calls: share(before.agents.children, after.agents.children),
    memoryBytes: residentBytes(daemonPid),
    newEvents: after.seq - before.seq,
    grownBytes: after.bytes - before.bytes,
  };
}

function readCpu({ daemon, tmux, agents }: { daemon: number[]; tmux: number[]; agents: number[] }) {
  return { daemon: cpuOfAll(daemon), tmux: cpuOfAll(tmux), agents: cpuOfAll(agents) };
}

function findTmux({ env }: BenchTown): number[] {
  const pids = findProcessesByEnvironment({ HOME: env.HOME ?? '' }).map(({ pid }) => pid);
  return pids.filter((pid) => findProcess(pid)?.command.startsWith('tmux: server'));
}

/** Without its log, which renewals of the daemon's lease fill up to 4 MB and begin anew. */
function sizeOf({ root }: BenchTown): number {
  return statSync(join(root, '.baton/town.db')).size;
}

function residentBytes(pid: number): number {
  const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) * 1024;
}

function inPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

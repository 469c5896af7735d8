import type { AgentStatus, App } from '#app';
import { type Clock, formatDuration } from '#base';
import { renderBar } from '#context/model';
import { readEvents } from './check-run.ts';
import type { DemoBead } from './run-demo.ts';

/** What a person sees while the demo runs: a table that is drawn anew on a terminal, plain lines elsewhere. */
export interface LiveView {
  draw(): Promise<void>;
  /** A line that stays. */
  tell(line: string): void;
  end(): void;
}

/** Events worth a line, and how they are said. */
const lines: Readonly<Record<string, (payload: Readonly<Record<string, unknown>>) => string>> = {
  session_start: (payload) => `started, pid ${String(payload.pid)}`,
  session_death: (payload) => `died (generation ${String(payload.generation)}); its work is kept`,
  handoff: (payload) => (payload.isPlanned === true ? `handed off: ${String(payload.reason)}` : `leaves a recovery document: ${String(payload.reason)}`),
  step_done: (payload) => `closed step ${String(payload.position)}/${String(payload.total)} ${String(payload.step)}`,
  done: () => 'handed its work in',
  merged: (payload) => `landed on ${String(payload.target)} as ${String(payload.commit).slice(0, 10)}`,
  merge_failed: (payload) => `landing refused: ${String(payload.failure)}`,
};

/** Makes the view for where it is shown. */
export function makeView(parts: { app: App; out: NodeJS.WriteStream; clock: Clock; beads: readonly DemoBead[] }): LiveView {
  return parts.out.isTTY ? tableView(parts) : lineView(parts);
}

function lineView({ app, out, clock }: { app: App; out: NodeJS.WriteStream; clock: Clock }): LiveView {
  const startedAt = clock.monotonic();
  let after = 0;
  const tell = (line: string) => void out.write(`  ${formatDuration(clock.monotonic() - startedAt).padStart(8)}  ${line}\n`);
  return {
    tell,
    draw: async () => {
      for (const event of await readEvents(app, { after, types: Object.keys(lines) })) {
        after = event.seq;
        tell(`${(event.agent ?? '').padEnd(22)} ${lines[event.type]?.(event.payload) ?? event.type}`);
      }
    },
    end: () => {},
  };
}

function tableView({ app, out, clock, beads }: { app: App; out: NodeJS.WriteStream; clock: Clock; beads: readonly DemoBead[] }): LiveView {
  const startedAt = clock.monotonic();
  let drawn = 0;
  const erase = () => {
    if (drawn > 0) out.write(`\u001B[${drawn}A\u001B[J`);
    drawn = 0;
  };
  return {
    tell: (line) => {
      erase();
      out.write(`  ${line}\n`);
    },
    draw: async () => {
      const agents = (await app.town.agents({})).filter((agent) => agent.role === 'polecat');
      const done = (await app.beads.list({})).filter((bead) => bead.status === 'done' && beads.some((one) => one.id === bead.id)).length;
      const rows = [
        row(['AGENT', 'STATE', 'STEP', 'CONTEXT', 'GEN', 'LAST']),
        ...agents.map(drawAgent),
        `  ${done} of ${beads.length} beads done, ${formatDuration(clock.monotonic() - startedAt)}`,
      ];
      erase();
      out.write(`${rows.map((line) => line.slice(0, Math.max(40, (out.columns ?? 120) - 1))).join('\n')}\n`);
      drawn = rows.length;
    },
    end: erase,
  };
}

function drawAgent(agent: AgentStatus): string {
  const share = agent.context?.share ?? 0;
  const step = agent.stepCount === undefined ? '' : `${agent.step?.position ?? agent.stepCount}/${agent.stepCount} ${agent.step?.id ?? 'done'}`;
  const bar = agent.context === undefined ? '' : `${renderBar(share, 10)} ${String(Math.floor(share * 100)).padStart(3)}%`;
  return row([agent.agent, agent.state, step, bar, String(agent.generation ?? ''), agent.last?.type ?? '']);
}

/** All but the last fit into 80 columns. */
const widths = [20, 12, 18, 15, 3];

function row(cells: readonly string[]): string {
  return `  ${cells.map((cell, place) => cell.padEnd(widths[place] ?? 0)).join(' ')}`;
}

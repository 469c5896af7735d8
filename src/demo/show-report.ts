import type { App } from '#app';
import { formatCount, formatDuration } from '#base';
import { sessionsOf } from './check-run.ts';
import type { DemoBead } from './run-demo.ts';

/** Prints for each bead its line of sessions with how each ended, its steps with who did them, tokens, time and commit. */
export async function showReport(app: App, beads: readonly DemoBead[], say: (line: string) => void): Promise<void> {
  const merges = await app.assignments.merges({});
  for (const bead of beads) {
    const { bead: row, molecule } = await app.beads.show(bead.id);
    const lives = await sessionsOf(app, bead.id);
    const merge = merges.find((one) => one.bead === bead.id);
    const took = (row.closedAt ?? row.createdAt) - (row.hookedAt ?? lives[0]?.createdAt ?? row.createdAt);
    say(
      `\n${bead.id}  ${bead.title}  (${row.status}, ${formatDuration(took)}${merge?.landedCommit === undefined ? '' : `, ${merge.landedCommit.slice(0, 10)}`})`,
    );
    for (const life of lives) {
      const meter = await app.sessions.meter(life.id);
      const steps = (molecule?.steps ?? []).filter((step) => step.endedSession === life.id).map((step) => step.id);
      const tokens = meter === undefined ? '' : `${formatCount(meter.tokens)} tokens`;
      say(
        `  gen ${String(life.generation).padEnd(2)} ${life.id}  ${(life.endReason ?? 'lives').padEnd(8)} ${tokens.padEnd(12)} ${steps.join(', ') || '(no step)'}`,
      );
    }
  }
}

import { bootIdOf, findProcess, isAlive, isOver } from '#host';
import type { Pane } from '#tmux';
import type { Session } from './model.ts';
import type { Observed } from './rules.ts';

/**
 * What runs for a session's row, as pid and start time say, and where they are not recorded yet, the pane that carries its mark (O3, V1). A
 * pane says how a program ended; the process alone says whether it lives. A pane that was listed before that end, or whose keeper has not followed
 * yet, tells neither code nor signal: the next look does. `now` in ms dates a death that nobody dated.
 */
export function observeSession(session: Session, pane: Pane | undefined, now: number, bootId: string): Observed {
  if (session.isAdopted) return observeAdopted(session, now, bootId);
  const own = pane?.mark === session.id ? pane : undefined;
  const program = session.process;
  if (program === undefined) return own === undefined ? { kind: 'absent' } : observePane(session, own, now);
  if (isAlive(program)) return { kind: 'alive' };
  if (bootIdOf(program) !== bootId) return { kind: 'dead', reason: 'host-restart', at: now, evidence: { class: 'host-restart' } };
  if (own === undefined) return { kind: 'dead', reason: 'lost', at: now, evidence: { class: 'lost', detail: 'neither its process nor its pane is there' } };
  return describeDeath(session, own, now);
}

/** A program that a person started has no pane of ours to tell how it ended; whoever started it may end it, so that is a stop (X2). */
function observeAdopted({ process: program }: Session, now: number, bootId: string): Observed {
  if (program !== undefined && isAlive(program)) return { kind: 'alive' };
  const isRestart = program !== undefined && bootIdOf(program) !== bootId;
  return { kind: 'dead', reason: 'stopped', at: now, evidence: { class: isRestart ? 'host-restart' : 'clean', adopted: true } };
}

/**
 * A program that is gone from a pane which was listed as alive ended after the listing: the next look tells how. One that is left as a zombie is
 * one whose end tmux missed.
 */
function observePane(session: Session, pane: Pane, now: number): Observed {
  const entry = pane.isDead ? undefined : findProcess(pane.pid);
  const isMissed = entry !== undefined && isOver(entry);
  return pane.isDead || isMissed ? describeDeath(session, pane, now) : { kind: 'alive' };
}

/** How a program in a pane ended. A clean exit under a person's eyes is a person's act, not a crash (DESIGN.md section 7). */
function describeDeath(session: Session, pane: Pane, now: number): Observed {
  const isClean = pane.deadSignal === undefined && pane.deadStatus === 0;
  const evidence = { exitCode: pane.deadStatus ?? null, signal: pane.deadSignal ?? null, class: isClean ? ('clean' as const) : ('crash' as const) };
  return { kind: 'dead', reason: isClean && pane.isPersonAttached ? 'stopped' : 'crashed', at: dateDeath(session, pane, now), evidence };
}

/** tmux tells whole seconds, cut off; a program was not dead before its last sign of life, else an order from before it would seem newer (R1). */
function dateDeath({ createdAt, startedAt, progressAt }: Session, { deadAt }: Pane, now: number): number {
  return Math.min(now, Math.max(deadAt ?? now, createdAt, startedAt ?? 0, progressAt ?? 0));
}

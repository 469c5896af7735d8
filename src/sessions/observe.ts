import { bootIdOf, isAlive, markOf } from '#host';
import type { Pane } from '#tmux';
import type { Session } from './model.ts';
import type { Observed } from './rules.ts';

/**
 * What runs for a session's row, as pid and start time say, and where they are not recorded yet, the pane that carries its mark (O3, V1). A
 * pane says how a program ended; the process alone says whether it lives. `now` in ms dates a death that nobody dated.
 */
export function observeSession(session: Session, pane: Pane | undefined, now: number, bootId: string): Observed {
  const own = pane?.mark === session.id ? pane : undefined;
  if (session.process === undefined) return own === undefined ? { kind: 'absent' } : observePane(own, now);
  if (isAlive(session.process)) return { kind: 'alive' };
  if (bootIdOf(session.process) !== bootId) return { kind: 'dead', reason: 'host-restart', at: now, evidence: { class: 'host-restart' } };
  if (own === undefined) return { kind: 'dead', reason: 'lost', at: now, evidence: { class: 'lost', detail: 'neither its process nor its pane is there' } };
  return describeDeath(own, now);
}

function observePane(pane: Pane, now: number): Observed {
  return pane.isDead || markOf(pane.pid) === undefined ? describeDeath(pane, now) : { kind: 'alive' };
}

/** How a program in a pane ended. A clean exit under a person's eyes is a person's act, not a crash (DESIGN.md section 7). */
function describeDeath(pane: Pane, now: number): Observed {
  const evidence = { exitCode: pane.deadStatus ?? null, signal: pane.deadSignal ?? null, class: pane.deadSignal === undefined && pane.deadStatus === 0 ? 'clean' : 'crash' };
  const reason = evidence.class === 'clean' && pane.isPersonAttached ? 'stopped' : 'crashed';
  return { kind: 'dead', reason, at: pane.deadAt ?? now, evidence };
}

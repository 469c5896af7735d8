import { findRuntime, type Signal } from '#runtimes';
import { readAddress } from '#town/model';
import { refuseSignal } from '../caller.ts';
import type { HotDeps } from '../deps.ts';
import { spoolSignal } from '../spool.ts';
import { findTold, noteBetween, type Told } from '../told.ts';

/** What a signal's process prints and exits with. */
export interface Reply {
  readonly stdout: string;
  readonly exitCode: number;
  /** To be called when stdout was written out, and only then: what it carries has arrived as far as Baton can bring it. */
  readonly written?: () => Promise<void>;
}

/**
 * Leaves a signal that the store need not be asked for in the spool, and answers it: with nothing, or at a tool with what the daemon has to say to this
 * session. Undefined for one that needs the store.
 */
export function spoolUnanswered(deps: Omit<HotDeps, 'store' | 'programs'>, signal: Signal, stdin: string): Reply | undefined {
  if (!unanswered.has(signal)) return undefined;
  const session = callingSession(deps);
  spoolSignal(deps, { session, signal, text: stdin });
  const told = signal === 'pre-tool' || signal === 'post-tool' ? findTold(deps, session) : undefined;
  return (told === undefined ? undefined : tellAtTool(deps, { session, signal, told })) ?? { stdout: '', exitCode: 0 };
}

const unanswered: ReadonlySet<Signal> = new Set<Signal>(['pre-tool', 'post-tool', 'waiting', 'end']);

/** Past the hard limit no further tool runs: the session then stands between two of them, and is handed over (C2). */
function tellAtTool(deps: Omit<HotDeps, 'store' | 'programs'>, { session, signal, told }: { session: string; signal: Signal; told: Told }): Reply | undefined {
  const runtime = findRuntime(deps.env.BATON_RUNTIME ?? '', deps.settings, { rig: readAddress(deps.by.actor)?.rig });
  if (signal === 'post-tool') return runtime?.answer(signal, { kind: 'context', text: told.text });
  if (!told.isLast) return undefined;
  noteBetween(deps, session, deps.clock.now());
  return runtime?.answer(signal, { kind: 'deny', reason: told.text });
}

/** The session that calls. Fault `not-found` where none does. */
export function callingSession({ by }: Pick<HotDeps, 'by'>): string {
  if (by.session !== undefined) return by.session;
  throw refuseSignal();
}

import { Fault } from '#base';
import { touchFile } from '#host';
import type { Writer } from '#store/model';
import type { Deps } from './deps.ts';

/** Whose place is opened: `town` is `--town`. */
export interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly town?: string;
}

/** A session writes as its agent, a person as `overseer` (S3). */
export function whoCalls(env: Place['env']): Writer {
  const session = env.BATON_SESSION;
  const agent = env.BATON_AGENT;
  return session === undefined || session === '' || agent === undefined ? { actor: 'overseer' } : { actor: agent, session };
}

/** The writer that a session's program is. */
export function writerOf({ agent, id }: { readonly agent: string; readonly id: string }): Writer {
  return { actor: agent, session: id };
}

/** A signal that comes from no program of an agent. */
export function refuseSignal(): Fault {
  return new Fault('not-found', 'a signal comes from a session, and this is none', {
    hint: "BATON_SESSION is not set, and no program in an agent's folder calls; `baton prime` tells what a session would be told",
  });
}

/** Every command of a session is a sign of its life: a file's time, no row (S10). */
export function keepAlive({ by, paths, clock }: Pick<Deps, 'by' | 'paths' | 'clock'>): void {
  if (by.session === undefined || !/^sess_[0-9a-f]{8}$/.test(by.session)) return;
  try {
    touchFile(`${paths.alive}/${by.session}`, clock.now());
  } catch {
    // A sign of life that can't be written is told by nothing: whoever judges by it also looks at the process.
  }
}

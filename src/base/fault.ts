/**
 * The seven kinds of fault. A kind says whose move it is, and one table (see `faultTable`) maps it to exit codes and HTTP states.
 *
 * - `invalid`: the request is malformed; the caller mends it.
 * - `not-found`: what it names does not exist.
 * - `conflict`: it is taken, ambiguous or already so.
 * - `unsupported`: this machine, runtime or version cannot do it.
 * - `unavailable`: a part that should answer does not (store, daemon, disk); trying later may help.
 * - `timeout`: it took too long; what was ordered stands.
 * - `internal`: Baton's own mistake.
 */
export type FaultKind = 'invalid' | 'not-found' | 'conflict' | 'unsupported' | 'unavailable' | 'timeout' | 'internal';

/** What each kind of fault means outside: the process's exit code (COMMANDS.md) and the HTTP status. */
export const faultTable: Readonly<Record<FaultKind, { readonly exit: number; readonly http: number }>> = {
  invalid: { exit: 2, http: 400 },
  'not-found': { exit: 3, http: 404 },
  conflict: { exit: 4, http: 409 },
  unsupported: { exit: 1, http: 501 },
  unavailable: { exit: 5, http: 503 },
  timeout: { exit: 6, http: 504 },
  internal: { exit: 1, http: 500 },
};

/** A failure that somebody outside can act on: a sentence with the value quoted, a hint that says what to do next, and the cause. */
export class Fault extends Error {
  readonly kind: FaultKind;
  readonly hint: string | undefined;
  /** Structured facts for `--json`, such as the candidates of an ambiguous name. */
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(kind: FaultKind, message: string, more: { hint?: string; cause?: unknown; details?: Readonly<Record<string, unknown>> } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Fault';
    this.kind = kind;
    this.hint = more.hint;
    this.details = more.details;
  }
}

/** True for a Fault, also one that crossed a bundle's border and lost its class. */
export function isFault(error: unknown, kind?: FaultKind): error is Fault {
  if (!(error instanceof Error) || error.name !== 'Fault' || !('kind' in error)) return false;
  return kind === undefined || error.kind === kind;
}

/** The fault in an error: itself, or an `internal` one that keeps the error as its cause. */
export function toFault(error: unknown): Fault {
  if (isFault(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Fault('internal', message, { cause: error, hint: 'this is a mistake in Baton; `baton logs` has the stack' });
}

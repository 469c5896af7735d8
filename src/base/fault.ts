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

/** What the system says of a disk or a folder (errno), in words, and what to do about it. */
const systemFaults: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  EACCES: ['this user has no right to it', 'see who owns it and its folder (`ls -ld`)'],
  EPERM: ['this user has no right to it', 'see who owns it and its folder (`ls -ld`)'],
  EROFS: ['the disk is read-only', 'mount it for writing, then try again'],
  ENOSPC: ['the disk is full', 'free some space, then try again'],
  EDQUOT: ["this user's share of the disk is used up", 'free some space, then try again'],
  ENAMETOOLONG: ['that path is too long', 'choose a shorter one'],
  ENOTDIR: ['a part of that path is a file', 'name a folder'],
};

/** The fault in an error: itself; what the system refused, as `unavailable`; else an `internal` one. The error is kept as its cause. */
export function toFault(error: unknown): Fault {
  if (isFault(error)) return error;
  const refused = findSystemFault(error);
  if (refused !== undefined) return refused;
  const message = error instanceof Error ? error.message : String(error);
  return new Fault('internal', message, { cause: error, hint: 'this is a mistake in Baton; `baton logs` has the stack' });
}

/** Errors of the system carry `code` and `syscall`, and where one is known, `path`. */
function findSystemFault(error: unknown): Fault | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  const known = systemFaults[String(error.code)];
  if (known === undefined) return undefined;
  const [reason, hint] = known;
  return new Fault('unavailable', 'path' in error ? `"${String(error.path)}": ${reason}` : reason, { hint, cause: error });
}

/** An error as a log tells it: a fault by its sentence and hint, anything else with where it was thrown. */
export function describeError(error: unknown): string {
  if (isFault(error)) return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

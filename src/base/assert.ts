/** A bug in Baton: something that was promised does not hold. Nobody catches it to go on. */
export class Bug extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Bug';
  }
}

/** Holds a promise of ours; use Fault for what comes from outside. */
export function assert(claim: unknown, message: string): asserts claim {
  if (!claim) throw new Bug(message);
}

/** The end of a switch that covers every case: the compiler refuses it while a case is missing. */
export function unreachable(value: never): never {
  throw new Bug(`unreachable: ${JSON.stringify(value)}`);
}

/** The value, which a promise of ours says is there. */
export function known<T>(value: T | undefined | null, what: string): T {
  assert(value !== undefined && value !== null, `${what} is missing`);
  return value;
}

import { Fault } from '#base';

/** What the system says of a folder that cannot be written, and what to do about it. */
const diskFaults: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  EACCES: ['this user may not write there', 'give it the right, or choose another folder'],
  EPERM: ['this user may not do that there', 'give it the right, or choose another folder'],
  EROFS: ['its disk is read-only', 'choose another folder'],
  ENOSPC: ['its disk is full', 'free some space, then try again; what was begun is gone on with'],
  EDQUOT: ['your share of the disk is used up', 'free some space, then try again; what was begun is gone on with'],
  ENOTDIR: ['a part of that path is a file', 'name a folder'],
  ENAMETOOLONG: ['the path is too long', 'choose a shorter one'],
};

/** Does `work` that makes files below `path`; what the disk refuses becomes a fault `unavailable` with a hint. */
export function withDiskFaults<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const known = error instanceof Error && 'code' in error && typeof error.code === 'string' ? diskFaults[error.code] : undefined;
    if (known === undefined) throw error;
    throw new Fault('unavailable', `"${path}" cannot be made: ${known[0]}`, { hint: known[1], cause: error });
  }
}

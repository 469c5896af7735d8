/** A look at both clocks, in ms. */
export interface ClockLook {
  readonly wall: number;
  readonly steady: number;
}

/** A difference larger than this between what the two clocks say has passed is a jump; smaller ones are ntp's slewing and a busy machine. */
export const jumpMs = 5000;

/** True where the wall clock jumped between two looks: a suspend, ntp, or a person who set it. */
export function judgeJump(before: ClockLook, after: ClockLook): boolean {
  return Math.abs(after.wall - before.wall - (after.steady - before.steady)) > jumpMs;
}

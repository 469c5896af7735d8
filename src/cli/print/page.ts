/** The page that a person reads: how wide it is, whether it shows colours, and the moment it is printed (ms since 1970). */
export interface Page {
  readonly width: number;
  readonly isColour: boolean;
  readonly now: number;
}

/** Below this width nothing is folded or dropped further; lines are cut with `…`. */
export const narrowestPage = 60;

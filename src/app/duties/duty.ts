/**
 * One of the daemon's duties: a small loop with a pure rule. `round` reads, decides, does a bounded batch, and answers in how many ms it wants
 * to be called again at the latest; a wake calls it sooner. It never throws for what it can name; what it throws is told and tried again.
 */
export interface Duty {
  readonly name: string;
  round(): Promise<number>;
  /** Cuts off what a round set going, for an emergency stop; it begins again by itself afterwards. */
  rest?(): Promise<void>;
  /** Waits for what a round set going; called once, when the daemon stops. */
  drain?(): Promise<void>;
}

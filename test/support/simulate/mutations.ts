import type { Planned } from '#app/testing';
import type { AgentFacts } from '#sessions';
import type { ChangeRequest } from '#store';

/** A rule that is broken on purpose, to see that the simulation finds it. The empty one breaks nothing. */
export interface Mutation {
  /** Every change is made with this writer instead. */
  readonly writer?: (request: ChangeRequest) => ChangeRequest;
  /** The supervisor's plan is another one. */
  readonly plan?: (planned: Planned) => Planned;
  /** A start does not look for programs of older generations. */
  readonly startsBesideOlder?: boolean;
}
export type Unused = AgentFacts;

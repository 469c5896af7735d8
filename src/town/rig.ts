import { unreachable } from '#base';

/**
 * Whether a rig's agents may run. `parked`: stopped and not started again until somebody unparks it; `docked`: the same for good, and left out of
 * what runs over all rigs.
 */
export type RigState = 'open' | 'parked' | 'docked';

/** What may be asked of a rig's state. */
export type RigAct = 'park' | 'unpark' | 'dock' | 'undock';

/** The state that an act leads to; undefined where it does not fit the one that the rig is in. */
export function judgeRigAct(state: RigState, act: RigAct): RigState | undefined {
  switch (act) {
    case 'park':
      return state === 'docked' ? undefined : 'parked';
    case 'unpark':
      return state === 'docked' ? undefined : 'open';
    case 'dock':
      return 'docked';
    case 'undock':
      return state === 'parked' ? undefined : 'open';
    default:
      return unreachable(act);
  }
}

/** A git repository under the town's care. `target` is the branch that work lands on; `source` is null for a repository that began here. */
export interface Rig {
  readonly name: string;
  readonly prefix: string;
  readonly source: string | null;
  readonly target: string;
  readonly state: RigState;
  readonly createdAt: number;
  readonly removedAt: number | null;
}

/** A row of `rigs` as stored. A removed rig keeps its row, because beads and agents of it remain; adding its name again takes the row up. */
export interface RigRow {
  name: string;
  name_key: string;
  prefix: string;
  source: string | null;
  target: string;
  state: RigState;
  created_at: number;
  removed_at: number | null;
}

/** A rig out of its row. */
export function readRig(row: RigRow): Rig {
  return { name: row.name, prefix: row.prefix, source: row.source, target: row.target, state: row.state, createdAt: row.created_at, removedAt: row.removed_at };
}

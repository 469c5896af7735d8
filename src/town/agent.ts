import type { Address, Role } from './address.ts';

/** What a town wants of an agent, apart from what is observed: `parked` is stopped until somebody unparks it. */
export type Desired = 'running' | 'stopped' | 'parked';

/**
 * How an agent is to be started next, where its order says more than its role's settings: the beacon's words (DESIGN.md L6) and what follows them, a
 * runtime, model and account, extra environment, the runtime's conversation to resume, and a command that is run instead of the runtime's own.
 */
export interface StartOrder {
  readonly topic?: string;
  readonly sender?: string;
  /** Said to the agent after the beacon's lines. */
  readonly instructions?: string;
  readonly runtime?: string;
  readonly model?: string;
  readonly account?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly resume?: string;
  readonly command?: readonly string[];
  /** How long to let it be after it started before it counts as ready, in ms, where it gives no start signal. */
  readonly readyDelayMs?: number;
  /** The session whose successor it is for (a restart): its words are the successor's too. */
  readonly replaces?: string;
  /** When it was given, in ms since 1970: an order newer than the agent's last death starts it at once. */
  readonly orderedAt?: number;
  /** The agent's newest session that had ended by then: it makes the order newer than that end, whatever the clock has done since. */
  readonly sinceSession?: string;
}

/**
 * A lasting identity. `worktree` is an absolute path. `spawningBead` is set while a polecat is being made for a bead; `spawner` is the process that
 * makes it, or after its end the one that removes its worktree.
 */
export interface Agent {
  readonly address: string;
  readonly role: Role;
  readonly rig: string | null;
  readonly name: string;
  readonly pane: string;
  readonly host: string | null;
  readonly desired: Desired;
  readonly startOrder: StartOrder;
  readonly worktree: string | null;
  readonly branch: string | null;
  readonly spawningBead: string | null;
  readonly spawner: string | null;
  readonly createdAt: number;
  readonly retiredAt: number | null;
  /** When somebody last said that what went before shall not count (`agent reset`): deaths and handoffs in a row, an open breaker. */
  readonly resetAt: number | null;
}

/** A row of `agents` as stored. */
export interface AgentRow {
  address: string;
  address_key: string;
  role: Role;
  rig: string | null;
  name: string;
  pane: string;
  host: string | null;
  desired: Desired;
  start_order: string;
  worktree: string | null;
  branch: string | null;
  spawning_bead: string | null;
  spawner: string | null;
  created_at: number;
  retired_at: number | null;
  reset_at: number | null;
}

/** An agent out of its row. */
export function readAgent(row: AgentRow): Agent {
  return {
    address: row.address,
    role: row.role,
    rig: row.rig,
    name: row.name,
    pane: row.pane,
    host: row.host,
    desired: row.desired,
    startOrder: JSON.parse(row.start_order) as StartOrder,
    worktree: row.worktree,
    branch: row.branch,
    spawningBead: row.spawning_bead,
    spawner: row.spawner,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
    resetAt: row.reset_at,
  };
}

/** The agent's address in its parts. */
export function addressOf({ role, rig, name }: Pick<Agent, 'role' | 'rig' | 'name'>): Address {
  return { role, rig, name };
}

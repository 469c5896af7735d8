import { type Daemon, startDaemon } from './daemon.ts';
import type { Simulation } from './simulation.ts';

/** A simulated town with the daemon that it has now, if it has one. */
export interface Town {
  readonly sim: Simulation;
  daemon: Daemon | undefined;
  daemonCount: number;
}

/** The living daemon, or the next one: there is never a second beside it (its lease), and it knows nothing of what the one before knew. */
export function careFor(town: Town): Daemon {
  if (town.daemon !== undefined && !town.daemon.life.isKilled) return town.daemon;
  town.daemonCount += 1;
  town.daemon = startDaemon(town.sim, town.daemonCount);
  return town.daemon;
}

/** The daemon dies, wherever it is. */
export function killDaemon({ daemon }: Town): void {
  if (daemon !== undefined) daemon.life.isKilled = true;
}

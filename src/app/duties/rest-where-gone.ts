import { existsSync } from 'node:fs';
import { second } from '#base';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';

const roundMs = second;

/** A duty that does nothing once the town was moved away from where it stood: it would make it again there, bit by bit. The daemon ends with its lease. */
export function restWhereGone({ paths }: Pick<Deps, 'paths'>, duty: Duty): Duty {
  return { ...duty, round: async () => (existsSync(paths.store) ? duty.round() : roundMs) };
}

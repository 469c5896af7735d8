import { known } from '#base';
import type { Address } from './address.ts';
import { nameKey } from './address.ts';
import { townPrefix } from './prefix.ts';

/** A rig's name and prefix, as panes are made of them. */
export interface RigLabel {
  readonly name: string;
  readonly prefix: string;
}

/** The name of an agent's tmux session (DESIGN.md section 5); it never changes while the rig keeps its prefix. */
export function paneName(address: Address, prefix: string | null): string {
  if (address.rig === null) return `${townPrefix}-${address.role}`;
  const rigPrefix = known(prefix, `the prefix of ${address.rig}`);
  if (address.role === 'crew') return `${rigPrefix}-crew-${address.name}`;
  return `${rigPrefix}-${address.role === 'polecat' ? address.name : address.role}`;
}

/**
 * The pane's name behind one of its aliases: `gt-<rig>-witness`, `gt-<rig>-crew-<name>`, `gt-<rig>-<polecat>`, and `gt-mayor` for the town's own.
 * Rigs' names are compared without case, and the longest that fits counts. Undefined for text that is no alias.
 */
export function resolvePaneAlias(text: string, rigs: readonly RigLabel[]): string | undefined {
  const rest = /^gt-(.+)$/i.exec(text)?.[1];
  if (rest === undefined) return undefined;
  if (/^(mayor|deacon|boot|overseer)$/i.test(rest)) return `${townPrefix}-${rest.toLowerCase()}`;
  const fitting = rigs.filter(({ name }) => nameKey(rest).startsWith(`${nameKey(name)}-`) && rest.length > name.length + 1);
  const rig = fitting.sort((a, b) => b.name.length - a.name.length)[0];
  return rig === undefined ? undefined : `${rig.prefix}-${rest.slice(rig.name.length + 1)}`;
}

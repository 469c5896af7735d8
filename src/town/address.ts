import { assert } from '#base';
import { isAgentName, isRigName } from './names.ts';

/** What an agent is for; `overseer` is the human. */
export type Role = 'mayor' | 'deacon' | 'boot' | 'witness' | 'refinery' | 'crew' | 'polecat' | 'overseer';

/** Roles of which a town has one. */
export const townRoles = ['mayor', 'deacon', 'boot', 'overseer'] as const;
/** Roles of which each rig has one. */
export const rigRoles = ['witness', 'refinery'] as const;
/** Every role, in the order in which lists show them. */
export const roles: readonly Role[] = ['overseer', 'mayor', 'deacon', 'boot', 'witness', 'refinery', 'crew', 'polecat'];

/** An agent's address in its parts. `rig` is null for the town's own; `name` is the role's word where the role has no names. */
export interface Address {
  readonly role: Role;
  readonly rig: string | null;
  readonly name: string;
}

/** What somebody typed for an agent: a whole address, a name within a rig (`app/max`), or a bare word. */
export type AgentText =
  | { readonly kind: 'address'; readonly address: Address }
  | { readonly kind: 'in-rig'; readonly rig: string; readonly name: string }
  | { readonly kind: 'bare'; readonly name: string };

/** The address in the one form that is stored: `mayor`, `app/witness`, `app/crew/max`, `app/polecats/Toast`. */
export function formatAddress({ role, rig, name }: Address): string {
  if (rig === null) return role;
  if (role === 'crew') return `${rig}/crew/${name}`;
  assert(role === 'polecat' || name === role, `a ${role} has no name of its own`);
  return role === 'polecat' ? `${rig}/polecats/${name}` : `${rig}/${role}`;
}

/** Reads a whole address; words of roles in any case, trailing slashes ignored. Undefined for anything else, also for names that break the rules. */
export function readAddress(text: string): Address | undefined {
  const read = readAgentText(text);
  return read?.kind === 'address' ? read.address : undefined;
}

/** Reads what may stand for an agent; undefined for text that names nobody whatever the town holds. */
export function readAgentText(text: string): AgentText | undefined {
  const parts = text.trim().replace(/\/+$/, '').split('/');
  const [first = '', second = '', third = ''] = parts;
  if (parts.length === 1) return readBare(first);
  if (!isRigName(first)) return undefined;
  if (parts.length === 2) return readInRig(first, second);
  const role = ({ crew: 'crew', polecats: 'polecat' } as const)[second.toLowerCase()];
  if (parts.length !== 3 || role === undefined || !isAgentName(third)) return undefined;
  return { kind: 'address', address: { role, rig: first, name: third } };
}

/** Two texts with one key mean one agent or rig: names are compared without case. */
export function nameKey(text: string): string {
  return text.trim().replace(/\/+$/, '').toLowerCase();
}

function readBare(word: string): AgentText | undefined {
  const role = townRoles.find((each) => each === word.toLowerCase());
  if (role !== undefined) return { kind: 'address', address: { role, rig: null, name: role } };
  return isWord(word) ? { kind: 'bare', name: word } : undefined;
}

function readInRig(rig: string, word: string): AgentText | undefined {
  const role = rigRoles.find((each) => each === word.toLowerCase());
  if (role !== undefined) return { kind: 'address', address: { role, rig, name: role } };
  return isWord(word) ? { kind: 'in-rig', rig, name: word } : undefined;
}

function isWord(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(text);
}

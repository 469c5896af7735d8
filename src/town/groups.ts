import { Fault, nearestName } from '#base';
import type { Role } from './address.ts';
import type { Agent } from './agent.ts';

/** Groups that need no rig, and the roles that are in them; `@rig/NAME` is everybody of a rig. */
const rolesOf: Readonly<Record<string, readonly Role[]>> = {
  '@all': ['mayor', 'deacon', 'boot', 'witness', 'refinery', 'crew', 'polecat'],
  '@town': ['mayor', 'deacon', 'boot', 'witness', 'refinery', 'crew', 'polecat'],
  '@workers': ['crew', 'polecat'],
  '@crew': ['crew'],
  '@polecats': ['polecat'],
  '@witnesses': ['witness'],
  '@refineries': ['refinery'],
  '@overseer': ['overseer'],
};

/** Who is meant by a group: those of these roles, in one rig where that is said. */
export interface Group {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly rig: string | undefined;
}

/** Whether a text names a group rather than an address. */
export function isGroup(text: string): boolean {
  return text.startsWith('@');
}

/** Reads `@all`, `@crew`, `@crew/app`, `@rig/app` and the like, words in any case; the rig's name is as it was typed. Fault `not-found` for no group. */
export function readGroup(text: string): Group {
  const [word = '', rig, ...more] = text.replace(/\/+$/, '').split('/');
  const name = word.toLowerCase();
  if (name === '@rig' && rig !== undefined && more.length === 0) return { name: `@rig/${rig}`, roles: known('@all'), rig };
  const roles = Object.hasOwn(rolesOf, name) ? rolesOf[name] : undefined;
  const takesRig = roles?.every((role) => ['witness', 'refinery', 'crew', 'polecat'].includes(role));
  if (roles !== undefined && more.length === 0 && (rig === undefined || takesRig)) return { name: rig === undefined ? name : `${name}/${rig}`, roles, rig };
  const names = [...Object.keys(rolesOf), '@rig/NAME'];
  const near = nearestName(name, names);
  throw new Fault('not-found', `there is no group "${text}"`, {
    hint: near === undefined || near === name ? `there are: ${names.join(', ')}; those of a rig's roles also as @crew/NAME` : `did you mean "${near}"?`,
    details: { names },
  });
}

function known(name: string): readonly Role[] {
  return rolesOf[name] ?? [];
}

/** The agents of a group but for `without`; `rig` is the rig's own name. */
export function selectGroup(agents: readonly Agent[], { roles, rig, without }: Pick<Group, 'roles' | 'rig'> & { without: string }): Agent[] {
  return agents.filter((agent) => roles.includes(agent.role) && (rig === undefined || agent.rig === rig) && agent.address !== without);
}

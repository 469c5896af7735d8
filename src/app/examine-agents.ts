import { toFault } from '#base';
import { playedRoles } from '#config/model';
import { chooseRuntime } from '#dispatch';
import { listRigs } from '#town';
import type { Deps } from './deps.ts';
import { findProgramFor } from './find-runtime-program.ts';
import { bad, type Finding, good } from './finding.ts';

/** A runtime by one word of the settings, and the roles that have it so. */
interface Naming {
  readonly runtime: string;
  /** The setting that names it, and where that is said. */
  readonly from: string;
  readonly rig: string | null;
  readonly roles: Set<string>;
}

/**
 * Whether each program that the settings name to play an agent is on this machine: what it plays could not start without it. What Baton brings itself is
 * not told.
 */
export async function checkAgents(deps: Deps): Promise<Finding[]> {
  const rigs = (await listRigs(deps.store.db)).map(({ name }) => name);
  return listNamings(deps, rigs).flatMap((naming) => checkNaming(deps, naming));
}

/** What a rig says no other of is told once, as the town's. */
function listNamings({ settings }: Pick<Deps, 'settings'>, rigs: readonly string[]): Naming[] {
  const found = new Map<string, Naming>();
  for (const rig of [null, ...rigs])
    for (const role of playedRoles) {
      const { runtime, from } = chooseRuntime(settings, { role, rig }, undefined);
      const command = settings.get(`runtimes.${runtime}.command`, { rig }) ?? [];
      const key = [runtime, from, ...command].join('\n');
      const naming = found.get(key) ?? { runtime, from, rig, roles: new Set() };
      naming.roles.add(role);
      found.set(key, naming);
    }
  return [...found.values()];
}

function checkNaming(deps: Deps, { runtime, from, rig, roles }: Naming): Finding[] {
  const check = `agent ${runtime}`;
  const played = `it plays ${[...roles].join(', ')} (${from})`;
  try {
    const { name, program, isNeeded } = findProgramFor(deps, { rig }, runtime);
    if (!isNeeded || program.kind === 'ours') return [];
    if (program.kind === 'found') return [good(check, `${program.path}; ${played}`)];
    const hint = `install it, or give \`${from.split(',')[0]}\` another name: \`baton config agent list\` shows which programs are here`;
    return [bad(check, `"${name}" is not on your PATH; ${played}`, hint)];
  } catch (error) {
    const { message, hint = 'name another one' } = toFault(error);
    return [bad(check, `${message}; ${played}`, hint)];
  }
}

import { chooseRuntime, codeRuntime } from '#dispatch';
import { listAgentsForNow } from '#town';
import type { Agent, Role } from '#town/model';
import type { Deps } from '../deps.ts';

/** The order in which agents are stopped (seed 5, section 13): who works, who watches them, and Boot before Deacon, which it watches. */
const stages: readonly (readonly Role[])[] = [['polecat', 'crew'], ['witness', 'refinery'], ['boot'], ['deacon'], ['mayor']];

/**
 * Who should run without being asked for by name (L7): witness and refinery, mayor, deacon, boot where the deacon is an agent, crew, polecats with
 * work; nobody who is parked, or whose rig is.
 */
export async function listWhoShouldRun({ store, settings }: Pick<Deps, 'store' | 'settings'>, query: { rig?: string } = {}): Promise<Agent[]> {
  const agents = await listAgentsForNow(store.db, query);
  const hooked = new Set((await store.db.selectFrom('beads').select('hooked_by').where('hooked_by', 'is not', null).execute()).map((row) => row.hooked_by));
  const isWatched = chooseRuntime(settings, { role: 'deacon', rig: null }, undefined).runtime !== codeRuntime;
  return agents.filter((agent) => agent.desired !== 'parked' && shouldRun(agent, { hasWork: hooked.has(agent.address), isWatched }));
}

function shouldRun({ role }: Agent, { hasWork, isWatched }: { hasWork: boolean; isWatched: boolean }): boolean {
  if (role === 'overseer') return false;
  if (role === 'polecat') return hasWork;
  return role !== 'boot' || isWatched;
}

/** Agents in groups, each of which is stopped before the next. Those without a role of the town, the person's, are left out. */
export function groupForStop(agents: readonly Agent[]): Agent[][] {
  return stages.map((roles) => agents.filter(({ role }) => roles.includes(role))).filter((group) => group.length > 0);
}

import { Fault } from '#base';
import type { Reader } from '#store';
import { nameKey, type Role, roles } from './address.ts';
import { type Agent, readAgent } from './agent.ts';

/** Which agents: of a rig, of a role; retired ones only where asked for. */
export interface AgentQuery {
  readonly rig?: string | undefined;
  readonly role?: Role | undefined;
  readonly isRetiredToo?: boolean;
}

/** The agent of a whole address, retired or not. Fault `not-found`. */
export async function getAgent(reader: Reader, address: string): Promise<Agent> {
  const row = await reader.selectFrom('agents').selectAll().where('address_key', '=', nameKey(address)).executeTakeFirst();
  if (row !== undefined) return readAgent(row);
  throw new Fault('not-found', `this town has no agent "${address}"`, { hint: '`baton agents` lists them' });
}

/** Agents with what is wanted of them for now: those of a rig that is parked or docked count as parked, whatever will be wanted when it is open again. */
export async function listAgentsForNow(reader: Reader, query: AgentQuery = {}): Promise<Agent[]> {
  const closed = await listClosedRigs(reader);
  return (await listAgents(reader, query)).map((agent) => wantForNow(agent, closed));
}

/** One agent with what is wanted of it for now. */
export async function getAgentForNow(reader: Reader, address: string): Promise<Agent> {
  return wantForNow(await getAgent(reader, address), await listClosedRigs(reader));
}

async function listClosedRigs(reader: Reader): Promise<ReadonlySet<string>> {
  const closed = await reader.selectFrom('rigs').select('name').where('state', '<>', 'open').execute();
  return new Set(closed.map(({ name }) => name));
}

function wantForNow(agent: Agent, closed: ReadonlySet<string>): Agent {
  return agent.rig !== null && closed.has(agent.rig) ? { ...agent, desired: 'parked' } : agent;
}

/** Agents in the order of roles, then addresses; the town's own first. */
export async function listAgents(reader: Reader, query: AgentQuery = {}): Promise<Agent[]> {
  let rows = reader.selectFrom('agents').selectAll();
  if (query.rig !== undefined) rows = rows.where('rig', '=', query.rig);
  if (query.role !== undefined) rows = rows.where('role', '=', query.role);
  if (query.isRetiredToo !== true) rows = rows.where('retired_at', 'is', null);
  const agents = (await rows.orderBy('address').execute()).map(readAgent);
  const place = ({ rig, role }: Agent) => `${rig ?? ''}/${roles.indexOf(role)}`;
  return agents.sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
}

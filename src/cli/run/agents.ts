import type { AgentStatus, App } from '#app';
import { Fault } from '#base';
import { agentPage, agentTable } from '../print/agent.ts';
import { answers } from '../run.ts';

const addressesOf = (agents: readonly AgentStatus[]) => agents.map(({ agent }) => agent);

/** `baton agents` */
export const listAgents = answers({
  ask: (app, query: { rig?: string }) => app.town.agents(query),
  print: (agents, page) => agentTable(page, agents),
  ids: addressesOf,
});

/** `baton agent status` */
export const agentStatus = answers({
  ask: async (app, { address }: { address: string }) => statusOf(app, (await app.agents.find(address)).address),
  print: (status, page) => agentPage(page, status),
  ids: ({ agent }) => [agent],
});

/** `baton polecat list` */
export const listPolecats = answers({
  ask: async (app, query: { rig?: string }) => (await app.town.agents(query)).filter(({ role }) => role === 'polecat'),
  print: (agents, page) => agentTable(page, agents, 'no polecats: `baton sling BEAD RIG` makes one'),
  ids: addressesOf,
});

/** `baton polecat status` */
export const polecatStatus = answers({
  ask: async (app, { name, rig }: { name: string; rig?: string }) => statusOf(app, (await app.agents.findIn({ role: 'polecat', name, rig })).address),
  print: (status, page) => agentPage(page, status),
  ids: ({ agent }) => [agent],
});

async function statusOf(app: App, address: string): Promise<AgentStatus> {
  const status = (await app.town.agents({})).find(({ agent }) => agent === address);
  if (status === undefined) throw new Fault('invalid', `"${address}" is a person, and runs nowhere`, { hint: '`baton status` tells what needs a person' });
  return status;
}

import { Fault, nearestName } from '#base';
import type { Reader } from '#store';
import { formatAddress, nameKey, readAgentText } from './address.ts';
import type { Agent } from './agent.ts';
import { resolvePaneAlias } from './pane.ts';
import { listAgents } from './read-agents.ts';
import { listRigs } from './read-rigs.ts';

/**
 * The one agent that a text means: an address, `<rig>/<name>`, a bare role or name, or a pane's name. A bare word is looked for in `rig` first (the
 * caller's). Retired agents are not found. Faults: `conflict` where it could be several (candidates in `details`), `not-found` with the nearest address.
 */
export async function findAgent(reader: Reader, text: string, { rig }: { rig?: string | null | undefined } = {}): Promise<Agent> {
  const agents = await listAgents(reader);
  const found = selectByText(agents, text, rig);
  const [agent, another] = found.length > 0 ? found : await selectByPane(reader, agents, text);
  if (agent === undefined) throw unknown(agents, text);
  if (another === undefined) return agent;
  const candidates = found.map(({ address }) => address);
  throw new Fault('conflict', `"${text}" could be any of ${candidates.length} agents`, {
    hint: `name one of: ${candidates.slice(0, 10).join(', ')}`,
    details: { candidates },
  });
}

function selectByText(agents: readonly Agent[], text: string, rig: string | null | undefined): readonly Agent[] {
  const read = readAgentText(text);
  if (read === undefined) return [];
  if (read.kind === 'address') return agents.filter(({ address }) => nameKey(address) === nameKey(formatAddress(read.address)));
  if (read.kind === 'in-rig') return selectByWord(within(agents, read.rig), read.name);
  const near = rig == null ? [] : selectByWord(within(agents, rig), read.name);
  return near.length > 0 ? near : selectByWord(agents, read.name);
}

/** A role's word means everyone of that role; no agent can have it as a name. */
function selectByWord(agents: readonly Agent[], word: string): readonly Agent[] {
  const key = nameKey(word);
  const role = key === 'polecats' ? 'polecat' : key;
  return agents.filter((agent) => agent.role === role || nameKey(agent.name) === key);
}

function within(agents: readonly Agent[], rig: string): readonly Agent[] {
  return agents.filter((agent) => agent.rig !== null && nameKey(agent.rig) === nameKey(rig));
}

async function selectByPane(reader: Reader, agents: readonly Agent[], text: string): Promise<readonly Agent[]> {
  const exact = agents.filter(({ pane }) => pane === text);
  if (exact.length > 0) return exact;
  const pane = resolvePaneAlias(text, await listRigs(reader)) ?? text;
  return agents.filter((agent) => nameKey(agent.pane) === nameKey(pane));
}

function unknown(agents: readonly Agent[], text: string): Fault {
  const near = nearestName(
    text,
    agents.flatMap(({ address, name }) => [address, name]),
  );
  return new Fault('not-found', `this town has no agent "${text}"`, {
    hint: near === undefined ? '`baton agents` lists them' : `did you mean "${near}"? \`baton agents\` lists them`,
  });
}

import { Fault } from '#base';
import { addWorktree, crewBranch, type Git } from '#git';
import { fault } from '#host';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { type Address, nameKey } from './address.ts';
import type { Agent } from './agent.ts';
import { insertAgentRow } from './agent-rows.ts';
import { checkedAgentName } from './names.ts';
import { agentFolder, rigPaths } from './paths.ts';
import { listAgents } from './read-agents.ts';
import { getRig } from './read-rigs.ts';
import type { Rig } from './rig.ts';

export interface CrewDeps {
  readonly store: Store;
  readonly git: Git;
  readonly root: string;
  readonly by: Writer;
}

/**
 * Adds a crew member with a worktree on the branch `crew/<name>`: a new one from the target, or the one that an earlier member of that name left. The
 * worktree comes first, so that a row always has one, and a killed attempt is gone on with. Faults: `invalid` name, `not-found` rig, `conflict` where
 * the name is taken; and what `prepare`, which makes a new worktree ready for work, throws: then nobody is added, and asked again it goes on.
 */
export async function addCrew(
  deps: CrewDeps,
  request: { rig: string; name: string },
  prepare: (dir: string, rig: Rig) => Promise<void> = async () => {},
): Promise<Agent> {
  const name = checkedAgentName(request.name);
  const rig = await getRig(deps.store.db, request.rig);
  const members = await listAgents(deps.store.db, { rig: rig.name, role: 'crew', isRetiredToo: true });
  const former = members.find((each) => nameKey(each.name) === nameKey(name));
  if (former?.retiredAt === null) throw taken(former.address);
  const address: Address = { role: 'crew', rig: rig.name, name: former?.name ?? name };
  const worktree = agentFolder(deps.root, address);
  const branch = crewBranch(address.name);
  await addWorktree(deps.git, { repo: rigPaths(deps.root, rig.name).repository, dir: worktree, branch, from: `refs/heads/${rig.target}` });
  fault('crew.add.worktree');
  await prepare(worktree, rig);
  return deps.store.change({ ...deps.by, point: 'crew.add' }, async (tx, at) => {
    const { prefix } = await getRig(tx, rig.name);
    const added = await insertAgentRow(tx, at, { address, prefix, worktree, branch });
    if (added.kind === 'taken') throw taken(added.agent.address);
    return { answer: added.agent, events: [{ type: 'crew_added', agent: added.agent.address, rig: rig.name, payload: { branch } }] };
  });
}

function taken(address: string): Fault {
  return new Fault('conflict', `there is an agent "${address}" already`, {
    hint: `\`baton crew at ${address}\` opens it; or take another name`,
    details: { agent: address },
  });
}

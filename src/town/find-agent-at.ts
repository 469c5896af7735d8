import { realpathSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import type { Reader } from '#store';
import { type Agent, addressOf } from './agent.ts';
import { agentFolder } from './paths.ts';
import { listAgents } from './read-agents.ts';

/** The agent in whose folder a path lies, the innermost where folders lie in each other; the person, whose folder is the whole town, is none. */
export async function findAgentAt(reader: Reader, root: string, path: string): Promise<Agent | undefined> {
  const place = real(path);
  // Most calls come from the town's own folder, which is nobody's.
  if (place === root || !holds(root, place)) return undefined;
  const agents = (await listAgents(reader)).filter((agent) => agent.role !== 'overseer');
  const placed = agents.map((agent) => ({ agent, folder: agent.worktree ?? agentFolder(root, addressOf(agent)) }));
  const around = placed.filter(({ folder }) => holds(folder, place));
  return around.sort((a, b) => b.folder.length - a.folder.length)[0]?.agent;
}

/** True for a folder itself and whatever lies in it. The folder is one of ours, without symbolic links; as a rule so is where a process stands. */
export function isWithin(folder: string, path: string): boolean {
  return holds(folder, path) || holds(folder, real(path));
}

function holds(folder: string, place: string): boolean {
  const way = relative(folder, place);
  return way === '' || (way !== '..' && !way.startsWith('../') && !isAbsolute(way));
}

/** A folder that was removed under the caller is taken as it is written. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

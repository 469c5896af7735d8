import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import { Fault, isFault } from '#base';
import type { Reader } from '#store';
import { findAgent, findAgentAt, findRig, getAgent, getRig, isWithin, listRigs } from '#town';
import { type Agent, formatAddress, isAgentName, type Rig } from '#town/model';
import type { Deps } from '../deps.ts';

/** What of Deps tells who calls, and from where. */
export type Caller = Pick<Deps, 'by' | 'cwd' | 'root'>;

/** Whom a text means (an address, `<rig>/<name>`, a name in the caller's rig first, a pane); without one, whoever calls. */
export async function agentOf(reader: Reader, caller: Caller, text: string | undefined): Promise<Agent> {
  if (text !== undefined) return findAgent(reader, text, { rig: (await rigHere(reader, caller))?.name });
  return agentHere(reader, caller);
}

/** The same, also for an agent that is retired: for looking back. */
export async function agentEver(reader: Reader, caller: Caller, text: string): Promise<Agent> {
  try {
    return await agentOf(reader, caller, text);
  } catch (error) {
    if (!isFault(error, 'not-found')) throw error;
    return getAgent(reader, text).catch(() => {
      throw error;
    });
  }
}

/**
 * What stands for a crew member or polecat: a name in the rig that is meant, or an address. A text that can be no name means nobody; an empty one would
 * else mean the role itself, and so whoever alone has it. Fault `not-found`.
 */
export async function addressIn(reader: Reader, caller: Caller, wanted: { role: 'crew' | 'polecat'; name: string; rig?: string | undefined }): Promise<string> {
  const { role, name, rig } = wanted;
  const isAddress = name.includes('/');
  if (isAddress ? /(^|\/)(crew|polecats?)[\s/]*$/i.test(name) : !isAgentName(name))
    throw new Fault('not-found', `there is no ${role === 'crew' ? 'crew member' : role} "${name}"`, { hint: `\`baton ${role} list\` names them` });
  return isAddress ? name : formatAddress({ role, rig: (await rigMeant(reader, caller, rig)).name, name });
}

/** Who calls: the agent of the session; else, for a person, the one in whose folder the call is made; else the person. */
export async function agentHere(reader: Reader, { by, cwd, root }: Caller): Promise<Agent> {
  const inFolder = by.session === undefined ? await findAgentAt(reader, root, cwd) : undefined;
  return inFolder ?? findAgent(reader, by.session === undefined ? 'overseer' : by.actor, { rig: rigName(root, cwd) });
}

/** The rig that a text names; undefined for none. Fault `not-found`, with the nearest name. */
export async function rigOf(reader: Reader, text: string | undefined): Promise<Rig | undefined> {
  return text === undefined ? undefined : getRig(reader, text);
}

/** The rig in whose folder the call is made, else the one of the calling agent. */
export async function rigHere(reader: Reader, { by, cwd, root }: Caller): Promise<Rig | undefined> {
  const name = rigName(root, cwd) ?? (by.session === undefined ? undefined : (await findAgent(reader, by.actor)).rig);
  return name == null ? undefined : findRig(reader, name);
}

/** The rig that is named; else the one here; else the only one. Fault `invalid` where it could be any. */
export async function rigMeant(reader: Reader, caller: Caller, text: string | undefined): Promise<Rig> {
  const found = (await rigOf(reader, text)) ?? (await rigHere(reader, caller));
  if (found !== undefined) return found;
  const rigs = await listRigs(reader);
  const [only, another] = rigs;
  if (only !== undefined && another === undefined) return only;
  if (only === undefined) throw new Fault('not-found', 'this town has no rig yet', { hint: 'add one: `baton rig add NAME REPO`' });
  throw new Fault('invalid', 'it is not said which rig is meant', {
    hint: `say --rig with one of: ${rigs.map(({ name }) => name).join(', ')}`,
    details: { candidates: rigs.map(({ name }) => name) },
  });
}

function rigName(root: string, cwd: string): string | undefined {
  if (!isWithin(root, cwd)) return undefined;
  return relative(root, real(cwd)).split('/')[0] || undefined;
}

/** A folder that was removed under the caller is taken as it is written. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

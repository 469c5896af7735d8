import { type Clock, known } from '#base';
import { type Git, readOurBranch } from '#git';
import { endCommands, fault, formatMark, markOf } from '#host';
import type { Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { type Agent, addressOf, agentFolder, type Clearance, type Cleared, freePolecatRow, removePolecatWorktree } from '#town';
import { noteBeadRow } from '#work';
import { dropSpentBranches } from './polecat-branches.ts';

export interface ClearDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly git: Git;
  readonly root: string;
  readonly by: Writer;
}

/** So many names say what it was; more would hide the notes around it. */
const listedMax = 20;

/** This process, as rows name it while it makes or clears a polecat. */
export function ownMark(): string {
  return formatMark(known(markOf(process.pid), "this process's mark"));
}

/** What is left to do for a polecat that retires now, by this process. */
export function clearanceOf(root: string, agent: Agent): Clearance {
  return { worktree: agentFolder(root, addressOf(agent)), clearer: ownMark() };
}

/**
 * Removes what a retired polecat leaves: what still runs in its worktree, the worktree with its work preserved, branches that say nothing any more;
 * then its name is free. Repeatable; one process at a time is named as its clearer. Where something was preserved, or went unpreserved because the project
 * ignores it, its bead says so.
 */
export async function clearPolecat(deps: ClearDeps, agent: Agent, reason: string): Promise<Cleared> {
  fault('polecat.clear.before');
  await endCommands(deps, agentFolder(deps.root, addressOf(agent)));
  const cleared = await removePolecatWorktree(deps, { agent: agent.address, reason });
  fault('polecat.clear.removed');
  await dropSpentBranches(deps, deps.store.db, agent);
  await deps.store.change({ ...deps.by, point: 'polecat.free' }, async (tx, at) => {
    const freed = await freePolecatRow(tx, at, { agent: agent.address, clearer: ownMark() });
    return { answer: undefined, events: [...freed, ...(await noteKept(deps, tx, at, agent, cleared))] };
  });
  return cleared;
}

async function noteKept({ by }: ClearDeps, tx: Tx, at: number, agent: Agent, { preservedRef, movedTo, ignored }: Cleared): Promise<readonly NewEvent[]> {
  const kept = [preservedRef, movedTo].filter((place) => place !== undefined);
  const lines = [
    ...(kept.length === 0 ? [] : [`What ${agent.address} had not committed is kept: ${kept.join(', ')}`]),
    ...(ignored.length === 0 ? [] : [`What the project ignores went with the worktree of ${agent.address}: ${listSome(ignored)}`]),
  ];
  const beadId = lines.length === 0 ? undefined : beadOf(agent);
  if (beadId === undefined) return [];
  return (await noteBeadRow(tx, at, { beadId, by, body: lines.join('\n') })).events;
}

function listSome(names: readonly string[]): string {
  return names.length > listedMax ? `${names.slice(0, listedMax).join(', ')} and ${names.length - listedMax} more` : names.join(', ');
}

/** The bead that its branch was made for. */
function beadOf({ branch }: Agent): string | undefined {
  const read = branch === null ? undefined : readOurBranch(branch);
  return read?.kind === 'polecat' ? read.bead : undefined;
}

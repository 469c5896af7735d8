import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '#base';
import { installReferenceGuard, listWorktrees, repairWorktrees } from '#git';
import { listSessions } from '#sessions';
import { addressOf, agentFolder, isWithin, listAgents, listRigs, rigPaths } from '#town';
import type { Deps } from './deps.ts';

/**
 * Where the town was when its worktrees were made; undefined where it is there still. Their rows, git's own records and the guards hold absolute paths,
 * so that nothing of git works in a town that was moved.
 */
export async function findFormerRoot({ store, root }: Pick<Deps, 'store' | 'root'>): Promise<string | undefined> {
  for (const agent of await listAgents(store.db, {})) {
    const { worktree } = agent;
    if (worktree === null || isWithin(root, worktree)) continue;
    const inTown = agentFolder('', addressOf(agent));
    if (worktree.endsWith(inTown)) return worktree.slice(0, -inTown.length);
  }
  return undefined;
}

/** Fault `conflict` where the town was moved: whoever starts in it would find no repository. */
export async function refuseMoved(deps: Pick<Deps, 'store' | 'root'>): Promise<void> {
  const former = await findFormerRoot(deps);
  if (former === undefined) return;
  throw new Fault('conflict', `the town was moved from "${former}" to "${deps.root}"`, {
    hint: 'move it back, or let `baton doctor --fix` make its worktrees and records follow',
  });
}

/** Makes worktrees, rows and guards follow a town that was moved. Fault `conflict` while a session of it may live. Repeatable. */
export async function followMove(deps: Deps, former: string): Promise<void> {
  const [live] = await listSessions(deps.store.db, { isUnended: true, limit: 1 });
  if (live !== undefined)
    throw new Fault('conflict', `the town was moved from "${former}" while ${live.agent} ran`, {
      hint: 'move it back and stop it (`baton down`), then move it and run `baton doctor --fix`',
    });
  const here = (path: string) => (path.startsWith(`${former}/`) ? join(deps.root, path.slice(former.length)) : path);
  for (const { name, target } of await listRigs(deps.store.db)) {
    const { repository: repo } = rigPaths(deps.root, name);
    if (!existsSync(repo)) continue;
    const dirs = (await listWorktrees(deps.git, { repo })).map(({ dir }) => here(dir)).filter((dir) => existsSync(dir));
    await repairWorktrees(deps.git, { repo, dirs });
    await installReferenceGuard(deps.git, { repo, target });
  }
  await deps.store.change({ ...deps.by, point: 'town.move' }, async (tx) => {
    const agents = (await listAgents(tx, {})).filter(({ worktree }) => worktree !== null && here(worktree) !== worktree);
    for (const { address, worktree } of agents)
      await tx
        .updateTable('agents')
        .set({ worktree: here(worktree ?? '') })
        .where('address', '=', address)
        .execute();
    return { answer: undefined, events: [{ type: 'town_moved', payload: { from: former, to: deps.root, agents: agents.map(({ address }) => address) } }] };
  });
}

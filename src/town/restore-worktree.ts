import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isFault } from '#base';
import { addWorktree, type Git } from '#git';
import { type CommandsAnswer, ensureDir } from '#host';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import type { Agent } from './agent.ts';
import { rigPaths, townPaths } from './paths.ts';

/** `there`: the folder stands, or there is none by the record. `missing`: it is gone and can't be made again; `why` says what is in the way. */
export type RestoredWorktree = { readonly kind: 'there' | 'restored' } | { readonly kind: 'missing'; readonly why: string };

/**
 * Makes an agent's worktree again, on its branch, where somebody deleted its folder, and has it prepared: what was committed is there again. Nothing is
 * removed, and what was not committed stays where it was preserved. Asked for again it changes nothing; killed, it is gone on with, so that `prepare`
 * may be called twice. What `prepare` fails at is told in the journal.
 */
export async function restoreWorktree(
  deps: { store: Store; git: Git; root: string; by: Writer },
  agent: Agent,
  prepare: (dir: string) => Promise<CommandsAnswer>,
): Promise<RestoredWorktree> {
  const { worktree, branch, rig, address } = agent;
  const begun = begunPath(deps.root, address);
  if (worktree === null || (existsSync(worktree) && !existsSync(begun))) return { kind: 'there' };
  if (branch === null || rig === null) return { kind: 'missing', why: 'no branch of it is known' };
  ensureDir(dirname(begun), 0o700);
  writeFileSync(begun, '');
  try {
    await addWorktree(deps.git, { repo: rigPaths(deps.root, rig).repository, dir: worktree, branch });
  } catch (error) {
    if (!isFault(error)) throw error;
    rmSync(begun, { force: true });
    return { kind: 'missing', why: error.message };
  }
  await deps.store.change({ ...deps.by, point: 'worktree.restore' }, async () => ({
    answer: undefined,
    events: [{ type: 'worktree_restored', agent: address, rig, payload: { worktree, branch } }],
  }));
  const prepared = await prepare(worktree);
  if (prepared.kind === 'failed') await tellUnprepared(deps, agent, prepared);
  rmSync(begun, { force: true });
  return { kind: 'restored' };
}

/** The agent starts all the same: it can mend what a person's `setup` could not. */
async function tellUnprepared({ store, by }: { store: Store; by: Writer }, { address, rig, worktree }: Agent, failed: Unprepared): Promise<void> {
  const { command, detail } = failed;
  await store.change({ ...by, point: 'worktree.setup' }, async () => ({
    answer: undefined,
    events: [{ type: 'worktree_setup_failed', agent: address, rig, payload: { worktree, command, detail } }],
  }));
}

type Unprepared = Extract<CommandsAnswer, { kind: 'failed' }>;

/** A file that is there from before the folder is until it is prepared: a folder beside it is not to be worked in yet. */
function begunPath(root: string, address: string): string {
  return join(townPaths(root).run, 'restoring', encodeURIComponent(address));
}

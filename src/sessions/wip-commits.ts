import type { Reader, Store } from '#store';

/** A WIP commit that waits to be pushed. */
export interface UnpushedWip {
  readonly handoff: string;
  readonly agent: string;
  readonly rig: string;
  readonly branch: string;
  readonly commit: string;
}

/** The newest WIP commit of each branch that was not pushed, oldest first; whether it may be pushed is the rig's setting to say. */
export async function listUnpushedWip(reader: Reader): Promise<UnpushedWip[]> {
  const rows = await reader
    .selectFrom('handoffs')
    .innerJoin('sessions', 'sessions.id', 'handoffs.source_session')
    .innerJoin('agents', 'agents.address', 'sessions.agent')
    .select(['handoffs.id as handoff', 'sessions.agent', 'agents.rig', 'wip_branch', 'wip_commit'])
    .where('wip_commit', 'is not', null)
    .where('wip_pushed_at', 'is', null)
    .orderBy('handoffs.created_at')
    .orderBy('handoffs.id')
    .execute();
  const newest = new Map<string, UnpushedWip>();
  for (const { handoff, agent, rig, wip_branch: branch, wip_commit: commit } of rows) {
    if (rig === null || branch === null || commit === null) continue;
    const key = `${rig} ${branch}`;
    newest.delete(key);
    newest.set(key, { handoff, agent, rig, branch, commit });
  }
  return [...newest.values()];
}

/** Its branch was pushed, or there is nothing to push any more; earlier WIP commits of the branch went with it. */
export async function recordWipPushed({ store }: { store: Store }, { agent, rig, branch, commit }: UnpushedWip, outcome: 'pushed' | 'gone'): Promise<void> {
  await store.change({ actor: 'daemon', point: 'wip.pushed' }, async (tx, at) => {
    await tx
      .updateTable('handoffs')
      .set({ wip_pushed_at: at })
      .where('wip_branch', '=', branch)
      .where('wip_pushed_at', 'is', null)
      .where(
        'source_session',
        'in',
        tx.selectFrom('sessions').innerJoin('agents', 'agents.address', 'sessions.agent').select('sessions.id').where('agents.rig', '=', rig),
      )
      .execute();
    return { answer: undefined, events: [{ type: 'wip_pushed', agent, rig, payload: { branch, commit, outcome } }] };
  });
}

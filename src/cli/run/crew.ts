import { table } from '../print/table.ts';
import { answers } from '../run.ts';

/** `baton crew add` */
export const addCrew = answers({
  ask: (app, request: { name: string; rig?: string }) => app.crew.add(request),
  print: ({ address, worktree, branch }) => `${address} works in ${worktree ?? ''} on ${branch ?? ''}\n  start it: baton crew at ${address}`,
  ids: ({ address }) => [address],
});

/** `baton crew list` */
export const listCrew = answers({
  ask: (app, request: { rig?: string }) => app.crew.list(request),
  print: (crew, page) =>
    table(
      page,
      [{ heading: 'AGENT' }, { heading: 'WANTED' }, { heading: 'BRANCH' }, { heading: 'WORKTREE', isFlexible: true }],
      crew.map(({ address, desired, branch, worktree }) => [address, desired, branch ?? '', worktree ?? '']),
      'no crew yet: `baton crew add NAME --rig RIG`',
    ),
  ids: (crew) => crew.map(({ address }) => address),
});

/** `baton crew remove`: one after the other; the first that cannot be removed ends it. */
export const removeCrew = answers({
  ask: async (app, { names, rig }: { names: readonly string[]; rig?: string }) => {
    const removed = [];
    for (const { address } of await app.sessions.crew({ names, rig })) removed.push({ agent: address, ...(await app.crew.remove({ agent: address })) });
    return removed;
  },
  print: (removed) =>
    removed
      .map(({ agent, preservedRef, movedTo }) =>
        [
          `removed ${agent}`,
          ...(preservedRef === undefined ? [] : [`  preserved: ${preservedRef}`]),
          ...(movedTo === undefined ? [] : [`  its folder is kept in ${movedTo}`]),
        ].join('\n'),
      )
      .join('\n'),
  ids: (removed) => removed.map(({ agent }) => agent),
});

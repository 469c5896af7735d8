import { answers } from '../run.ts';

/** `baton polecat nuke` */
export const nukePolecats = answers({
  ask: (app, { names, rig, force }: { names: readonly string[]; rig?: string; force: boolean }) => app.polecats.nuke({ names, rig, isForced: force }),
  print: (nuked) =>
    nuked
      .map(({ agent, rig, bead, branch, preservedRef, movedTo, ignored }) =>
        [
          `■ nuked: ${agent}`,
          ...(branch === null ? [] : [`  commits: ${branch}`]),
          ...(preservedRef === undefined
            ? []
            : [`  not committed: ${preservedRef} (bring it back: baton sessions restore ${preservedRef.split('/').at(-1) ?? ''})`]),
          ...(movedTo === undefined ? [] : [`  its folder is kept in ${movedTo}`]),
          ...(ignored.length === 0 ? [] : [`  ignored by the project, and gone: ${ignored.join(', ')}`]),
          ...(bead === undefined ? [] : [`  ${bead} is open again: baton sling ${bead} ${rig}`]),
        ].join('\n'),
      )
      .join('\n'),
  ids: (nuked) => nuked.map(({ agent }) => agent),
});

/** `baton polecat prune` */
export const prunePolecats = answers({
  ask: (app, { rig }: { rig?: string }) => app.polecats.prune({ rig }),
  print: ({ taken, retired, branches }) =>
    [
      ...taken.map((agent) => `○ taken back: ${agent}, its sling was killed`),
      ...retired.map((answer) => (answer.kind === 'retired' ? `○ retired: ${answer.agent}` : `◐ stays: ${answer.agent}: ${answer.fault.message}`)),
      ...branches.map((branch) => `○ removed the branch ${branch}`),
    ].join('\n') || 'nothing to give back',
  ids: ({ taken, retired }) => [...taken, ...retired.map(({ agent }) => agent)],
});

import type { App } from '#app';
import { plural } from '#base';
import type { Page } from '../print/page.ts';
import { tint } from '../print/style.ts';
import { facts, table } from '../print/table.ts';
import { ago } from '../print/when.ts';
import { answers } from '../run.ts';

type Answer<V extends keyof App['rigs']> = Awaited<ReturnType<App['rigs'][V]>>;
type NewRig = { name: string; repo?: string; prefix?: string };

function adding(canCreate: boolean) {
  return answers({
    ask: (app, { name, repo, prefix }: NewRig) => app.rigs.add({ name, source: repo, prefix, create: canCreate }),
    print: ({ rig, isNew, isShallow, isDetached }) =>
      [
        `rig ${rig.name}: prefix ${rig.prefix}, work lands on ${rig.target}${isNew ? ', a new repository' : ` (from ${rig.source})`}`,
        ...(isShallow ? ['  its history is shallow, as the source is'] : []),
        ...(isDetached
          ? [
              `  the source was on no branch: ${rig.target} was chosen; change it with \`baton config set target BRANCH --rig ${rig.name}\` and \`baton rig sync ${rig.name}\``,
            ]
          : []),
      ].join('\n'),
    ids: ({ rig }) => [rig.name],
  });
}

/** `baton rig add` */
export const addRig = adding(false);

/** `baton rig create`: with no repository around, a new one */
export const createRig = adding(true);

/** `baton rig list` */
export const listRigs = answers({
  ask: (app) => app.rigs.list(),
  print: (rigs, page) =>
    table(
      page,
      [{ heading: 'NAME' }, { heading: 'PREFIX' }, { heading: 'TARGET' }, { heading: 'STATE' }, { heading: 'SOURCE', isFlexible: true }],
      rigs.map(({ name, prefix, target, state, source }) => [name, prefix, target, state, source ?? '(began here)']),
      'no rigs yet: `baton rig add NAME REPO`',
    ),
  ids: (rigs) => rigs.map(({ name }) => name),
});

/** `baton rig show` */
export const showRig = answers({
  ask: (app, { name }: { name: string }) => app.rigs.show(name),
  print: (shown, page) => rigPage(page, shown),
  ids: ({ rig }) => [rig.name],
});

function rigPage(page: Page, { rig, head, isGuarded, agents, worktrees }: Answer<'show'>): string {
  const about = facts(page, [
    ['rig', rig.name],
    ['prefix', rig.prefix],
    ['state', rig.state],
    ['source', rig.source ?? 'began here'],
    ['target', `${rig.target}${head === undefined ? '' : ` at ${head.slice(0, 10)}`}`],
    ['guard', isGuarded ? '■ only Baton moves the target' : { text: `✕ taken away: \`baton rig sync ${rig.name}\` puts it back`, tone: 'bad' }],
    ['added', ago(page, rig.createdAt)],
    ['worktrees', plural(worktrees.length, 'worktree')],
  ]);
  const crowd = table(
    page,
    [{ heading: 'AGENT' }, { heading: 'WANTED' }, { heading: 'BRANCH', isFlexible: true }],
    agents.map(({ address, desired, branch }) => [address, desired, branch ?? '']),
    'no agents',
  );
  return `${about}\n\n${crowd}`;
}

/** `baton rig sync` */
export const syncRig = answers({
  ask: (app, { name }: { name: string }) => app.rigs.sync(name),
  print: ({ rig, fetched, forwarded, formerTarget }) =>
    [
      ...(formerTarget === undefined ? [] : [`the target is ${rig.target} now; it was ${formerTarget}`]),
      `${rig.name}: ${fetchedWords(fetched)}; ${forwardedWords(rig.target, forwarded)}`,
    ].join('\n'),
  ids: ({ rig }) => [rig.name],
});

function fetchedWords(fetched: Answer<'sync'>['fetched']): string {
  return fetched.kind === 'fetched'
    ? fetched.moved.length === 0
      ? 'nothing new'
      : `fetched ${plural(fetched.moved.length, 'branch', 'branches')}`
    : 'it has no source to fetch from';
}

function forwardedWords(target: string, forwarded: Answer<'sync'>['forwarded']): string {
  switch (forwarded.kind) {
    case 'forwarded':
      return `${target} is now at ${forwarded.to.slice(0, 10)}`;
    case 'up-to-date':
      return `${target} is up to date${forwarded.aheadCount === 0 ? '' : `, ${plural(forwarded.aheadCount, 'commit')} ahead`}`;
    case 'diverged':
      return `${target} has ${plural(forwarded.aheadCount, 'commit')} of its own and lacks ${forwarded.behindCount}: join them by hand`;
    case 'no-remote-branch':
      return `${target} is not at the source`;
  }
}

/** `baton rig publish` */
export const publishRig = answers({
  ask: (app, { name }: { name: string }) => app.rigs.publish(name),
  print: (branches, page) =>
    table(
      page,
      [{ heading: 'BRANCH' }, { heading: 'COMMIT' }, { heading: 'OUTCOME', isFlexible: true }],
      branches.map(({ branch, commit, outcome }) => [branch, commit.slice(0, 10), outcomeCell(outcome)]),
      'nothing to publish',
    ),
  ids: (branches) => branches.map(({ branch }) => branch),
  exit: (branches) => (branches.every(({ outcome }) => outcome.kind === 'current' || outcome.kind === 'pushed') ? 0 : 1),
});

function outcomeCell(outcome: Answer<'publish'>[number]['outcome']) {
  if (outcome.kind === 'current') return '■ was there already';
  if (outcome.kind === 'pushed') return { text: '■ pushed and verified', tone: 'good' as const };
  return { text: `✕ ${outcome.kind}${'reason' in outcome ? `: ${outcome.reason}` : ''}`, tone: 'bad' as const };
}

/** `baton rig remove` */
export const removeRig = answers({
  ask: (app, { name, force }: { name: string; force: boolean }) => app.rigs.remove({ name, isForced: force }),
  print: ({ name, movedTo, preservedRefs }, page) =>
    [
      `removed ${name}`,
      ...(movedTo === undefined ? [] : [`  its folder is kept in ${movedTo}`]),
      ...preservedRefs.map((ref) => tint(page, 'faint', `  preserved: ${ref}`)),
    ].join('\n'),
  ids: ({ name }) => [name],
});

import type { App } from '#app';
import type { Page } from '../print/page.ts';
import { table } from '../print/table.ts';
import { plain } from '../print/width.ts';
import { answers } from '../run.ts';

type Change = ReturnType<App['outside']['personalSignals']['install']>[number];
type Ask = { runtime?: string; dryRun: boolean };

/** `baton shims install` */
export const installShims = answers({
  ask: (app, { dir }: { dir: string }) => app.outside.installShims(dir),
  print: ({ dir, shims, isOnPath, hidden }) =>
    [
      ...shims.map((path) => `wrote ${path}`),
      ...(isOnPath ? [] : [`${dir} is not on your PATH`]),
      ...hidden.map((path) => `there is also ${path}: which one runs is the order of your PATH`),
    ].join('\n'),
  ids: ({ shims }) => shims,
});

/** `baton shims remove` */
export const removeShims = answers({
  ask: (app, { dir }: { dir: string }) => app.outside.removeShims(dir),
  print: ({ dir, removed }) => (removed.length === 0 ? `no shim of Baton is in ${dir}` : removed.map((path) => `removed ${path}`).join('\n')),
  ids: ({ removed }) => removed,
});

/** `baton signals install` */
export const installSignals = answers({
  ask: (app, { runtime, dryRun }: Ask) => app.outside.personalSignals.install({ runtime, isDryRun: dryRun }),
  print: (changes, _page, { input }) => changesText(changes, input.dryRun),
  ids: (changes) => changes.map(({ path }) => path),
});

/** `baton signals remove` */
export const removeSignals = answers({
  ask: (app, { runtime, dryRun }: Ask) => app.outside.personalSignals.remove({ runtime, isDryRun: dryRun }),
  print: (changes, _page, { input }) => changesText(changes, input.dryRun),
  ids: (changes) => changes.map(({ path }) => path),
});

/** `baton signals status` */
export const signalStatus = answers({
  ask: (app, { runtime }: { runtime?: string }) => app.outside.personalSignals.status({ runtime }),
  print: (files, page: Page) =>
    table(
      page,
      [{ heading: 'RUNTIME' }, { heading: 'SIGNALS' }, { heading: 'FILE', isFlexible: true }],
      files.map(({ runtime, state, path, why }) => [runtime, state, why === undefined ? path : `${path}: ${why}`]),
      noCarrier,
    ),
  ids: (files) => files.map(({ runtime }) => runtime),
});

const noCarrier = 'no runtime here carries signals by settings of a person';

function changesText(changes: readonly Change[], isDryRun: boolean): string {
  if (changes.length === 0) return noCarrier;
  return changes.map((change) => changeText(change, isDryRun)).join('\n');
}

const inWords: Readonly<Record<Change['state'], string>> = {
  absent: "Baton's signals are not in it",
  installed: "Baton's signals are in it",
  outdated: "signals of another Baton's are in it",
  unreadable: 'it cannot be read',
};

function changeText({ runtime, path, state, isChanged, lines }: Change, isDryRun: boolean): string {
  const whose = inWords[state];
  if (lines.length === 0) return `${runtime}: ${path} stays as it is: ${whose}`;
  const head = isDryRun ? `${runtime}: ${path} would be changed` : `${runtime}: ${path} ${isChanged ? 'is changed' : 'stays as it is'}: ${whose}`;
  return isDryRun ? [head, ...lines.map((line) => `  ${plain(line)}`)].join('\n') : head;
}

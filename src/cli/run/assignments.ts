import type { App, SlungWork } from '#app';
import { plural } from '#base';
import type { Page } from '../print/page.ts';
import { facts, table } from '../print/table.ts';
import { ago } from '../print/when.ts';
import { answers } from '../run.ts';

type Merge = Awaited<ReturnType<App['assignments']['merge']>>;

type SlingInput = { bead: string; target: string; runtime?: string; account?: string; formula?: string; var: Readonly<Record<string, string>> };

/** `baton sling` */
export const sling = answers({
  ask: (app, { var: vars, ...request }: SlingInput) => app.assignments.sling({ ...request, vars }),
  print: ({ bead, agent, formula, molecule, session, left, reaches }) =>
    `${agent} ${reaches === undefined ? 'works on' : 'has on its hook'} ${bead} by ${formula} (${molecule}, ${session})${reachLine(reaches)}${leftLine(left)}`,
  ids: ({ agent }) => [agent],
});

/** What is told of a program that runs and reports nothing. */
function reachLine(reaches: SlungWork['reaches']): string {
  if (reaches === undefined) return '';
  const how =
    reaches === 'typed' ? 'it is pasted into its prompt once that is empty' : 'nothing is typed into it, and it finds the work when it asks (`baton hook`)';
  return `\n  its program reports nothing: ${how}`;
}

function leftLine(left: SlungWork['left']): string {
  if (left === undefined) return '';
  return left.isRestored
    ? `\n  with what ${left.session} had not committed`
    : `\n  what ${left.session} had not committed is kept, as commits came since: baton sessions restore ${left.session}`;
}

/** `baton unsling` */
export const unsling = answers({
  ask: (app, { bead }: { bead: string }) => app.assignments.unsling(bead),
  print: ({ bead, agent, isStopping }) => `${bead} is off the hook of ${agent}${isStopping ? ', which ends' : ''}`,
  ids: ({ bead }) => [bead],
});

/** `baton done` */
export const done = answers({
  ask: (app, { status = 'COMPLETED', reason = '' }: { status?: 'COMPLETED' | 'ESCALATED' | 'DEFERRED'; reason?: string }) =>
    app.assignments.done({ status, reason }),
  print: ({ status, bead, merge, commitCount, sessionEnds }) => {
    const outcome = {
      COMPLETED:
        merge === undefined ? `${bead} is done; it had no commits` : `${bead} is handed in with ${plural(commitCount, 'commit')} (${merge}); landing closes it`,
      ESCALATED: `${bead} is blocked and escalated`,
      DEFERRED: `${bead} is deferred; it stays on the hook`,
    }[status];
    return `${outcome}.${sessionEnds ? ' Your assignment is over: stop here.' : ''}`;
  },
  ids: ({ merge, bead }) => [merge ?? bead],
});

/** `baton mq list` */
export const listMergeRequests = answers({
  ask: (app, { rig, all }: { rig?: string; all: boolean }) =>
    app.assignments.merges({ rig, ...(all ? {} : { statuses: ['queued', 'landing', 'refused'] as const }) }),
  print: (merges, page, { input }) =>
    table(
      page,
      [{ heading: 'ID' }, { heading: 'STATUS' }, { heading: 'BEAD' }, { heading: 'AGENT' }, { heading: 'QUEUED' }, { heading: 'BRANCH', isFlexible: true }],
      merges.map((merge) => [merge.id, statusCell(merge), merge.bead, merge.agent, ago(page, merge.queuedAt), merge.branch]),
      input.all ? 'nothing was handed in yet' : 'nothing waits to land; `--all` shows what did',
    ),
  ids: (merges) => merges.map(({ id }) => id),
});

/** `baton mq show` */
export const showMergeRequest = answers({
  ask: (app, { request }: { request: string }) => app.assignments.merge(request),
  print: (merge, page) => mergePage(page, merge),
  ids: ({ id }) => [id],
});

/** `baton mq retry` */
export const retryMergeRequest = answers({
  ask: (app, { request }: { request: string }) => app.assignments.retryMerge(request),
  print: ({ id, branch }) => `queued again: ${id} (${branch})`,
  ids: ({ id }) => [id],
});

function mergePage(page: Page, merge: Merge): string {
  const about = facts(page, [
    ['merge', merge.id],
    ['status', statusCell(merge)],
    ['bead', merge.bead],
    ['agent', merge.agent],
    ['branch', `${merge.branch} at ${merge.head.slice(0, 10)}`],
    ['target', `${merge.rig} ${merge.target}`],
    ['landed', merge.landedCommit?.slice(0, 10)],
    ['queued', ago(page, merge.queuedAt)],
    ['ended', ago(page, merge.endedAt)],
    ['attempts', String(merge.attempts)],
  ]);
  return merge.failure === undefined ? about : `${about}\n\n${merge.failure}`;
}

function statusCell({ status }: Merge) {
  const [mark, tone] = ({ queued: ['○', undefined], landing: ['⟳', 'busy'], landed: ['■', 'good'], refused: ['✕', 'bad'] } as const)[status];
  return { text: `${mark} ${status}`, tone };
}

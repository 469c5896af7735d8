import type { App, Explanation, Moment } from '#app';
import { Fault, formatMoment } from '#base';
import { logEntry } from '../print/log-entry.ts';
import { momentLines } from '../print/moment.ts';
import type { Page } from '../print/page.ts';
import { table } from '../print/table.ts';
import { plain } from '../print/width.ts';
import { answers, streams } from '../run.ts';

type Restored = Awaited<ReturnType<App['past']['restore']>>;
type Preserved = Awaited<ReturnType<App['past']['preserved']>>;

/** `baton sessions restore`: with `--list` only the snapshots. */
export const restoreSession = answers({
  ask: (app, { list, ...request }: { session: string; into?: string; agent?: string; nth?: number; list: boolean }): Promise<Restored | Preserved> =>
    list ? app.past.preserved(request.session) : app.past.restore(request),
  print: (answer, page) =>
    'snapshots' in answer
      ? table(
          page,
          [{ heading: 'NTH', isNumber: true }, { heading: 'COMMIT' }, { heading: 'AT' }, { heading: 'MADE ON' }, { heading: 'HOLDS', isFlexible: true }],
          answer.snapshots.map(({ commit, base, at, isChanged }, place) => [
            String(place + 1),
            commit.slice(0, 10),
            formatMoment(at),
            base.slice(0, 10),
            isChanged ? 'changes' : 'nothing but that commit',
          ]),
          `nothing is preserved of ${answer.session}`,
        )
      : restoredText(answer),
  ids: (answer) => ('snapshots' in answer ? answer.snapshots.map(({ commit }) => commit) : [answer.dir]),
});

function restoredText({ kind, session, dir, agent, bead }: Restored): string {
  switch (kind) {
    case 'folder':
      return `what ${session} had not committed is in ${dir}`;
    case 'worktree':
      return `what ${session} had not committed is in the worktree of ${agent}, uncommitted: ${dir}`;
    case 'polecat':
      return `${agent} is back in ${dir}, with ${bead} on its hook; it does not run yet\n  go on there: baton sling ${bead} ${agent}`;
  }
}

/** `baton sessions logs`: the conversation, an entry at a time, or the last screen. */
export const sessionLogs = streams({
  follow: async function* (app, { session, screen, active, last }: LogWish) {
    if (screen) yield app.past.screen(session);
    else yield* app.past.log(session, { isActive: active, last });
  },
  print: (entry, page) => ('path' in entry ? plain(entry.text) : logEntry(page, entry)),
  ids: (entry) => ('path' in entry ? [entry.path] : entry.id === undefined ? [] : [entry.id]),
});

interface LogWish {
  readonly session: string;
  readonly screen: boolean;
  readonly active: boolean;
  readonly last?: number;
}

type Seance = { role?: string; rig?: string; agent?: string; recent?: number; talk?: string; question?: string; runtime?: string };

/** `baton seance`, and with `--talk` a talk with one of them. */
export const seance = answers({
  ask: async (app, { talk, question, runtime, ...query }: Seance, io): Promise<PastSession[] | Talk> => {
    if (talk !== undefined) return app.past.talk({ id: talk, question, runtime }, io.hasTerminal ? io.runInTerminal : undefined);
    if (question === undefined && runtime === undefined) return app.past.seance(query);
    throw new Fault('invalid', `${question === undefined ? '--runtime' : 'a question'} is said without --talk`, { hint: 'say --talk ID too' });
  },
  print: (answer, page) => (isTalk(answer) ? plain(answer.answer ?? '') : seanceTable(page, answer)),
  ids: (answer) => (isTalk(answer) ? [answer.answer ?? ''] : answer.map(({ id }) => id)),
  exit: (answer) => (isTalk(answer) ? answer.exit : 0),
});

type PastSession = Awaited<ReturnType<App['past']['seance']>>[number];
type Talk = Awaited<ReturnType<App['past']['talk']>>;

function isTalk(answer: readonly PastSession[] | Talk): answer is Talk {
  return 'conversation' in answer;
}

function seanceTable(page: Page, sessions: readonly PastSession[]): string {
  return table(
    page,
    [{ heading: 'SESSION_ID' }, { heading: 'ROLE' }, { heading: 'STARTED' }, { heading: 'TOPIC', isFlexible: true }],
    sessions.map(({ id, role, topic, startedAt, createdAt }) => [id, role, formatMoment(startedAt ?? createdAt), topic]),
    'no sessions',
  );
}

/** `baton why` */
export const why = answers({
  ask: (app, { subject }: { subject: string }) => app.past.why(subject),
  print: (explanation, page) => whyPage(page, explanation),
  ids: ({ about }) => [about.id],
});

function whyPage(page: Page, { about, moments, now }: Explanation): string {
  const past = moments.length === 0 ? [`nothing is recorded of ${about.id}`] : moments.map((moment: Moment) => momentLines(page, moment));
  return [...past, '', 'now:', ...now.map(({ text }) => `  ${plain(text)}`)].join('\n');
}

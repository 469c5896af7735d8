import type { App } from '#app';
import { formatMoment } from '#base';
import { formatMeter } from '#context/model';
import type { Handoff, Session } from '#sessions/model';
import { judgeState } from '#sessions/model';
import { formatSpending } from '#usage/model';
import { describeEvidence } from '../print/event-words.ts';
import type { Page } from '../print/page.ts';
import { facts, table } from '../print/table.ts';
import { ago } from '../print/when.ts';
import { plain } from '../print/width.ts';
import { answers } from '../run.ts';

/** `baton sessions list` */
export const listSessions = answers({
  ask: (app, { agent, limit = 50 }: { agent?: string; limit?: number }) => app.sessions.list({ agent, limit }),
  print: (sessions, page) => sessionTable(page, sessions),
  ids: (sessions) => sessions.map(({ id }) => id),
});

/** `baton sessions show` */
export const showSession = answers({
  ask: (app, { session }: { session: string }) => app.sessions.show(session),
  print: (session, page) => [sessionPage(page, session), ...leftParts(session)].join('\n\n'),
  ids: ({ id }) => [id],
});

/** `baton sessions lineage` */
export const showLineage = answers({
  ask: async (app, { session }: { session: string }) => app.sessions.lineage((await app.sessions.get(session)).agent),
  print: (sessions, page) => lineageTable(page, sessions),
  ids: (sessions) => sessions.map(({ id }) => id),
});

type Shown = Awaited<ReturnType<App['sessions']['show']>>;

function sessionTable(page: Page, sessions: readonly Session[]): string {
  const columns = [
    { heading: 'SESSION' },
    { heading: 'AGENT' },
    { heading: 'GEN', isNumber: true },
    { heading: 'RUNTIME' },
    { heading: 'BEGAN' },
    { heading: 'STATE', isFlexible: true },
  ];
  return table(
    page,
    columns,
    sessions.map((session) => [session.id, session.agent, String(session.generation), session.runtime, ago(page, session.createdAt), stateOf(session)]),
    'no sessions',
  );
}

function sessionPage(page: Page, session: Shown): string {
  return facts(page, [
    ['session', session.id],
    ['agent', session.agent],
    ['generation', String(session.generation)],
    ['predecessor', session.predecessor],
    ['state', stateOf(session)],
    ['runtime', session.runtime],
    ['host', session.host],
    ['process', session.process === undefined ? undefined : `pid ${session.process.pid}`],
    ['began', formatMoment(session.createdAt)],
    ['ended', session.endedAt === undefined ? undefined : formatMoment(session.endedAt)],
    ['opened', describeEvidence(session.openedWhy)],
    ['evidence', describeEvidence(session.endEvidence)],
    ['context', session.context === undefined ? undefined : formatMeter(session.context)],
    ['spent', session.spent.turns === 0 ? undefined : formatSpending(session.spent)],
    ['conversation', session.conversation],
    ['transcript', session.transcript],
  ]);
}

type Life = Awaited<ReturnType<App['sessions']['lineage']>>[number];

/** Each life with the edge to the next: what it left, who wrote it, and whether a turn began with it. */
function lineageTable(page: Page, lives: readonly Life[]): string {
  const columns = [
    { heading: 'SESSION' },
    { heading: 'GEN', isNumber: true },
    { heading: 'BEGAN' },
    { heading: 'STATE' },
    { heading: 'HANDOFF' },
    { heading: 'SUBJECT', isFlexible: true },
  ];
  const rows = lives.map((life) => [
    life.id,
    String(life.generation),
    ago(page, life.createdAt),
    stateOf(life),
    edgeOf(life.end),
    life.end === undefined ? '' : plain(`${life.end.reason}: ${life.end.subject}`),
  ]);
  return table(page, columns, rows, 'no sessions');
}

function edgeOf(end: Life['end']): string {
  if (end === undefined) return '';
  return `${end.id} ${end.consumedAt === undefined ? '→ waits' : `→ ${end.targetSession ?? ''}`}`;
}

/** A document that it left, with what it is and for whom. */
function leftDocument(
  { kind, id, reason, writtenBy, subject, document, sourceSession, targetSession, targetAgent, consumedAt }: Handoff,
  session: string,
): string {
  const way = sourceSession === session ? `to ${targetSession ?? targetAgent ?? 'whoever takes it'}` : `from ${sourceSession}`;
  const taken = consumedAt === undefined ? ', not taken up yet' : '';
  const head = kind === 'save' ? `Save ${id} (${reason}), by ${writtenBy}: ${subject}` : `Transfer ${id} ${way}${taken}: ${subject}`;
  return `${plain(head)}\n\n${plain(document)}`;
}

/** What it left to its successor and to others, as text of its own. Of its saves the newest holds what the others say. */
function leftParts(shown: Shown): string[] {
  const given = [...shown.saves.slice(-1), ...shown.transfers].map((one) => leftDocument(one, shown.id));
  return [...endParts(shown), ...given];
}

function endParts({ end, lateNotes, checkpoint }: Shown): string[] {
  const noted = checkpoint === undefined || checkpoint.notes === '' ? [] : [`Checkpoint, step ${checkpoint.step ?? '(none)'}: ${plain(checkpoint.notes)}`];
  if (end === undefined) return noted;
  const head = `${end.isPlanned ? 'Handoff' : 'Recovery document'} ${end.id} (${end.reason}), by ${end.writtenBy}: ${end.subject}`;
  return [`${plain(head)}\n\n${plain(end.document)}`, ...lateNotes.map((note) => `## Late note\n${plain(note)}`), ...noted];
}

function stateOf(session: Session): string {
  return session.endReason === undefined ? `● ${judgeState(session)}` : `■ ended: ${session.endReason}`;
}

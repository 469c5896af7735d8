import type { App, StartOutcome, StopOutcome } from '#app';
import { Fault, formatMoment } from '#base';
import type { Session } from '#sessions/model';
import { judgeState } from '#sessions/model';
import type { Page } from '../print/page.ts';
import { facts, table } from '../print/table.ts';
import { ago } from '../print/when.ts';
import { plain } from '../print/width.ts';
import { answers, type Io } from '../run.ts';

type Agent = Awaited<ReturnType<App['agents']['find']>>;
type Starting = { detach: boolean; runtime?: string; env: Readonly<Record<string, string>>; topic?: string };
type Named = { names: readonly string[]; rig?: string };

/** `baton attach`, `crew at`: what does not run is started; then the terminal is the pane's until the person detaches. */
async function startAndAttach(app: App, agent: Agent, { detach, ...request }: Starting, io: Io): Promise<StartOutcome> {
  if (!detach && !io.hasTerminal) throw new Fault('unsupported', 'there is no terminal to attach with', { hint: 'say -d to start it only' });
  const outcome = one(await app.sessions.start([agent], request));
  if (detach) return outcome;
  io.tell(`attaching to ${agent.address}; Ctrl-B d detaches, and ${agent.name} goes on`);
  await io.runInTerminal(app.sessions.attachArgv(agent));
  return outcome;
}

/** `baton attach` */
export const attach = answers({
  ask: async (app, { address, ...starting }: Starting & { address: string }, io) => startAndAttach(app, await app.agents.find(address), starting, io),
  print: startedLine,
  ids: ({ session }) => [session],
});

/** `baton crew at` */
export const attachCrew = answers({
  ask: async (app, { name, rig, ...starting }: Starting & { name: string; rig?: string }, io) =>
    startAndAttach(app, one(await app.sessions.crew({ names: [name], rig })), starting, io),
  print: startedLine,
  ids: ({ session }) => [session],
});

/** `baton crew start`: one that runs already is a conflict where it was named, and as good as started with `--all` (L3). */
export const startCrew = answers({
  ask: async (app, { names, rig, all, detach: _detach, ...request }: Starting & Named & { all: boolean }) => {
    if (all === names.length > 0)
      throw new Fault('invalid', all ? 'both --all and names are said' : 'NAME is missing', { hint: 'name the crew members, or say --all' });
    const crew = all ? await app.crew.list({ rig }) : await app.sessions.crew({ names, rig });
    return app.sessions.start(crew, request);
  },
  print: (outcomes) => (outcomes.length === 0 ? 'there is no crew' : outcomes.map(startedLine).join('\n')),
  ids: (outcomes) => outcomes.map(({ session }) => session),
  exit: (outcomes, { input }) => (!input.all && outcomes.some(({ kind }) => kind === 'already-running') ? 4 : 0),
});

/** `baton crew stop` */
export const stopCrew = answers({
  ask: async (app, { names, rig }: Named) => app.sessions.stop(await app.sessions.crew({ names, rig })),
  print: (outcomes) => outcomes.map(stoppedLine).join('\n'),
  ids: (outcomes) => outcomes.map(({ agent }) => agent),
});

/** `baton crew restart` */
export const restartCrew = answers({
  ask: async (app, { names, rig, fresh, detach: _detach, ...request }: Starting & Named & { fresh: boolean }) => {
    const crew = await app.sessions.crew({ names, rig });
    return Promise.all(crew.map((agent) => app.sessions.restart(agent, { ...request, fresh })));
  },
  print: (outcomes) => outcomes.map(startedLine).join('\n'),
  ids: (outcomes) => outcomes.map(({ session }) => session),
});

/** How a start came out, on a line. */
export function startedLine({ agent, kind, session, generation }: StartOutcome): string {
  return `${kind === 'started' ? '● started' : '● runs already'}: ${agent} (${session}, generation ${generation})`;
}

/** How a stop came out, on a line. */
export function stoppedLine({ agent, kind, session }: StopOutcome): string {
  return kind === 'stopped' ? `○ stopped: ${agent}${session === undefined ? '' : ` (${session})`}` : `○ did not run: ${agent}`;
}

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
  print: (sessions, page) => sessionTable(page, sessions),
  ids: (sessions) => sessions.map(({ id }) => id),
});

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

function sessionPage(page: Page, session: Session): string {
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
    ['evidence', Object.keys(session.endEvidence).length === 0 ? undefined : JSON.stringify(session.endEvidence)],
    ['conversation', session.conversation],
    ['transcript', session.transcript],
  ]);
}

/** What it left to its successor, as text of its own. */
function leftParts({ end, lateNotes, checkpoint }: Awaited<ReturnType<App['sessions']['show']>>): string[] {
  const noted = checkpoint === undefined || checkpoint.notes === '' ? [] : [`Checkpoint, step ${checkpoint.step ?? '(none)'}: ${plain(checkpoint.notes)}`];
  if (end === undefined) return noted;
  const head = `${end.isPlanned ? 'Handoff' : 'Recovery document'} ${end.id} (${end.reason}), by ${end.writtenBy}: ${end.subject}`;
  return [`${plain(head)}\n\n${plain(end.document)}`, ...lateNotes.map((note) => `## Late note\n${plain(note)}`), ...noted];
}

function stateOf(session: Session): string {
  return session.endReason === undefined ? `● ${judgeState(session)}` : `■ ended: ${session.endReason}`;
}

function one<A>([first]: readonly A[]): A {
  if (first === undefined) throw new Fault('not-found', 'nobody of that name is there', { hint: '`baton agents` lists them' });
  return first;
}

import { second } from '#base';
import type { HandoffAnswer } from '#handoff';
import type { ChangeRequest } from '#store';
import type { ReturningStore } from '#store/testing';
import type { SimulatedClock } from './clock.ts';
import type { Machine, SimulatedProcess } from './machine.ts';

/** What must hold after every change of the store and every start of a program. It sees all at once, past everybody's turn. */
export interface Ledger {
  /** The first thing that did not hold. */
  readonly failure: string | undefined;
  fail(what: string): void;
  /** A change was committed. */
  afterChange(request: ChangeRequest): void;
  /** A program was started. */
  afterStart(process: SimulatedProcess): void;
  /** Words that nobody has said. */
  newWords(): string;
  /** Words that somebody hands over; `answer` is undefined where none came. */
  said(words: string, session: string | undefined, answer: HandoffAnswer | undefined): void;
  /** What must hold of all that was said and written, once the town has come to rest. */
  judgeWhole(): void;
}

interface SessionLook {
  readonly id: string;
  readonly agent: string;
  readonly generation: number;
  readonly reason: string | null;
  readonly endedAt: number | null;
  readonly goneAt: number | null;
  readonly createdAt: number;
  readonly why: string;
}

const stepPoints: readonly (string | undefined)[] = ['step.end', 'turn.begin', 'done.commit'];
const hookPoints: readonly (string | undefined)[] = ['hook', 'unhook', 'sling.commit', 'unsling', 'turn.begin', 'done.commit'];
const deaths: readonly (string | null)[] = ['crashed', 'lost', 'context-full', 'host-restart'];

export function makeLedger({ look, machine, clock }: { look: ReturningStore['look']; machine: Machine; clock: SimulatedClock }): Ledger {
  let failure: string | undefined;
  let wordCount = 0;
  let sessions = new Map<string, SessionLook>();
  let [steps, hooks, seq] = [readSteps(look), readHooks(look), readSeq(look)];
  const beganAt = seq;
  const words = new Map<string, { sessions: Set<string>; outcomes: ReturnType<typeof describeAnswer>[] }>();
  const fail = (what: string) => {
    failure ??= what;
  };
  const must = (holds: boolean, what: string) => {
    if (!holds) fail(what);
  };

  const judgeSessions = (request: ChangeRequest) => {
    const now = new Map(readSessions(look).map((session) => [session.id, session]));
    for (const session of now.values()) {
      const before = sessions.get(session.id);
      if (before === undefined) judgeOpening(request, session, now);
      if (session.endedAt !== null && before !== undefined && before.endedAt === null) judgeEnd(request, session, now);
      must(before?.endedAt == null || (before.endedAt === session.endedAt && before.reason === session.reason), `the end of ${session.id} was written twice`);
      if (session.goneAt !== null && before?.goneAt === null) must(!hasProcess(session.id), `${session.id} is recorded as gone while a process of it lives`);
    }
    const byAgent = Map.groupBy(now.values(), ({ agent }) => agent);
    for (const [agent, lives] of byAgent) {
      must(lives.filter(({ endedAt }) => endedAt === null).length <= 1, `${agent} has two unended sessions`);
      must(Math.max(...lives.map(({ generation }) => generation)) === lives.length, `the generations of ${agent} have a gap`);
    }
    sessions = now;
  };
  const hasProcess = (session: string) => [...machine.processes.values()].some((process) => process.session === session);
  const hasProgram = (session: string) => [...machine.processes.values()].some((process) => process.session === session && process.isProgram);

  const judgeOpening = ({ point }: ChangeRequest, session: SessionLook, now: Map<string, SessionLook>) => {
    const desired = look<{ desired: string }>('select desired from agents where address = ?', session.agent)[0]?.desired;
    must(desired === 'running', `${session.id} was opened for ${session.agent}, which is ${desired}`);
    if (point === 'handoff.commit') return;
    must(point === 'start.open', `${session.id} was opened by ${point}`);
    must(!isStopped(look), `${session.id} was opened under an emergency stop`);
    const older = [...now.values()].filter(({ agent, id }) => agent === session.agent && id !== session.id);
    must(
      older.every(({ goneAt }) => goneAt !== null),
      `${session.id} was opened by the supervisor before every earlier life of ${session.agent} was gone`,
    );
    judgeWait(session, older);
  };
  /** After a death without progress an agent waits 30 s at least (R1), less the jitter and the part of a second that tmux cuts off. */
  const judgeWait = ({ id, why, createdAt }: SessionLook, older: readonly SessionLook[]) => {
    if (!clock.isSteady() || (JSON.parse(why) as { kind: string }).kind !== 'death') return;
    const diedAt = Math.max(...older.filter(({ reason }) => deaths.includes(reason)).map(({ endedAt }) => endedAt ?? 0));
    must(createdAt - diedAt >= 26 * second, `${id} was opened ${createdAt - diedAt} ms after a death`);
  };
  const judgeEnd = ({ point }: ChangeRequest, session: SessionLook, now: Map<string, SessionLook>) => {
    if (deaths.includes(session.reason)) must(!hasProgram(session.id), `${session.id} was buried as ${session.reason} while its program lives`);
    if (session.reason === 'handoff') must(point === 'handoff.commit', `${session.id} was handed off by ${point}`);
    if (point !== 'handoff.commit') return;
    const isWanted = look<{ desired: string }>('select desired from agents where address = ?', session.agent)[0]?.desired === 'running';
    const hasNext = [...now.values()].some(({ agent, generation }) => agent === session.agent && generation === session.generation + 1);
    must(
      hasNext === isWanted,
      `${session.id} was handed off and ${session.agent}, which is ${isWanted ? '' : 'not '}wanted, has ${hasNext ? 'a' : 'no'} next life`,
    );
  };

  const judgeDocuments = () => {
    const counts = new Map(
      look<{ session: string; count: number }>(
        "select source_session as session, count(*) as count from handoffs where kind = 'end' group by source_session",
      ).map(({ session, count }) => [session, count]),
    );
    for (const { id, endedAt, reason } of sessions.values()) {
      const due = endedAt !== null && reason !== 'done' ? 1 : 0;
      must((counts.get(id) ?? 0) === due, `${id} (${reason ?? 'unended'}) has ${counts.get(id) ?? 0} documents of its end`);
    }
  };

  const judgeWork = ({ point }: ChangeRequest) => {
    const [nowSteps, nowHooks] = [readSteps(look), readHooks(look)];
    for (const [step, state] of nowSteps) {
      const before = steps.get(step);
      if (before === state) continue;
      must(stepPoints.includes(point), `the step ${step} became "${state}" by ${point}`);
      must(!before?.startsWith('done'), `the step ${step}, which was closed, became "${state}"`);
    }
    for (const [bead, state] of nowHooks) {
      if (hooks.get(bead) !== state) must(hookPoints.includes(point), `${bead} went from "${hooks.get(bead)}" to "${state}" by ${point}`);
    }
    [steps, hooks] = [nowSteps, nowHooks];
  };

  const judgeJournal = ({ actor, session }: ChangeRequest, writer: SessionLook | undefined) => {
    const next = readSeq(look);
    must(next >= seq, 'the journal went back');
    must(next === seq || writer?.endedAt == null, `${session}, whose life is over, wrote as ${actor}`);
    seq = next;
    must(look<{ count: number }>('select count(*) as count from events')[0]?.count === next, 'the journal has a gap');
  };

  return {
    get failure() {
      return failure;
    },
    fail,
    afterChange: (request) => {
      const writer = request.session === undefined ? undefined : sessions.get(request.session);
      judgeJournal(request, writer);
      judgeSessions(request);
      judgeDocuments();
      judgeWork(request);
    },
    afterStart: (process) => {
      const others = machine.of(process.agent).filter(({ pid }) => pid !== process.pid);
      must(
        others.every(({ session }) => session === process.session),
        `${process.session} was started while ${others.map(({ session, pid }) => `${session} (${pid})`).join(', ')} of ${process.agent} lives`,
      );
      must(!others.some(({ isProgram }) => isProgram), `${process.session} has two programs`);
      must(!isStopped(look), `${process.session} was started under an emergency stop`);
    },
    newWords: () => {
      wordCount += 1;
      return `words-${wordCount};`;
    },
    said: (text, session, answer) => {
      const known = words.get(text) ?? { sessions: new Set(), outcomes: [] };
      words.set(text, known);
      const source = answer === undefined ? session : answer.kind === 'handed-off' ? answer.from.session : answer.session;
      if (source !== undefined) known.sessions.add(source);
      known.outcomes.push(describeAnswer(answer));
    },
    judgeWhole: () => {
      for (const [text, { sessions: sources, outcomes }] of words) {
        const ends = look<{ source: string }>("select source_session as source from handoffs where kind = 'end' and instr(document, ?) > 0", text);
        const notes = look<{ source: string }>('select session as source from late_notes where instr(body, ?) > 0', text);
        const saves = look("select id from handoffs where kind = 'save' and instr(document, ?) > 0", text).length;
        const said = `"${text}" was answered ${outcomes.join(', ')}`;
        // A later document of the same life starts from its saves, so that saved words stand in several.
        if (outcomes.includes('saved')) must(saves > 0, `${said} and is in no save`);
        else if (outcomes.includes('kept')) must(ends.length + notes.length === 1, `${said} and is kept ${ends.length + notes.length} times`);
        else if (outcomes.includes('lost')) must(ends.length + notes.length <= 1, `${said} and is kept ${ends.length + notes.length} times`);
        else must(ends.length + notes.length === 0, `${said} and is kept`);
        must(
          [...ends, ...notes].every(({ source }) => outcomes.includes('lost') || sources.has(source)),
          `${said} and is kept for another session`,
        );
      }
      const events = new Map(
        look<{ type: string; count: number }>('select type, count(*) as count from events where seq > ? group by type', beganAt).map(({ type, count }) => [
          type,
          count,
        ]),
      );
      const told = (...types: string[]) => types.reduce((sum, type) => sum + (events.get(type) ?? 0), 0);
      const lives = [...sessions.values()];
      must(told('session_opened') === lives.length, 'every opening is told once');
      must(told('session_end', 'session_death') === lives.filter(({ endedAt }) => endedAt !== null).length, 'every end is told once');
      must(
        told('session_death') === lives.filter(({ reason }) => reason === 'crashed' || reason === 'lost').length,
        'every death is told as one, and nothing else',
      );
      must(told('session_gone') === lives.filter(({ goneAt }) => goneAt !== null).length, 'every life that is gone is told once');
    },
  };
}

/** What an answer promises of the words: once in a document or a late note, in a save, or that they were said before; `lost` is none at all. */
function describeAnswer(answer: HandoffAnswer | undefined): 'kept' | 'saved' | 'known' | 'lost' {
  switch (answer?.kind) {
    case undefined:
      return 'lost';
    case 'handed-off':
    case 'notes-added':
      return 'kept';
    case 'already':
      return answer.words === 'brought' ? 'kept' : 'known';
    case 'saved':
    case 'cooling-down':
    case 'looping':
      return 'saved';
  }
}

function readSessions(look: ReturningStore['look']): SessionLook[] {
  return look(
    'select id, agent, generation, end_reason as reason, ended_at as endedAt, gone_at as goneAt, created_at as createdAt, opened_why as why from sessions',
  );
}

/** Every step with its state; a closed one with the moment and the session of its end. */
function readSteps(look: ReturningStore['look']): Map<string, string> {
  const rows = look<{ step: string; state: string }>(
    "select molecule || '/' || id as step, status || coalesce(' ' || ended_at, '') || coalesce(' ' || ended_session, '') as state from steps",
  );
  return new Map(rows.map(({ step, state }) => [step, state]));
}

function readHooks(look: ReturningStore['look']): Map<string, string> {
  const rows = look<{ id: string; state: string }>("select id, status || coalesce(' ' || hooked_by, '') as state from beads");
  return new Map(rows.map(({ id, state }) => [id, state]));
}

function readSeq(look: ReturningStore['look']): number {
  return look<{ seq: number }>('select max(seq) as seq from events')[0]?.seq ?? 0;
}

/** Whether an emergency stop stands. */
export function isStopped(look: ReturningStore['look']): boolean {
  return (look<{ value: string }>("select value from meta where key = 'estop'")[0]?.value ?? '') !== '';
}

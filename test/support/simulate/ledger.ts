import type { ChangeRequest } from '#store';
import type { SimulatedClock } from './clock.ts';
import { judgeLives } from './judge-lives.ts';
import { judgeDocuments, judgeJournal, judgeWork } from './judge-records.ts';
import { isStopped, type Look, type Must, readHooks, readSeq, readSessions, readSteps, type SessionLook } from './looks.ts';
import type { Machine, SimulatedProcess } from './machine.ts';
import { makeWords, type Words } from './words.ts';

/** Holds what must be so after every change of the store and every start of a program against what is. It sees all at once. */
export interface Ledger {
  /** The first thing that did not hold. */
  readonly failure: string | undefined;
  fail(what: string): void;
  readonly words: Words;
  /** A change was committed. */
  afterChange(request: ChangeRequest): void;
  /** A program was started. */
  afterStart(process: SimulatedProcess): void;
  /** The town has come to rest: all that was said and written is held against each other. */
  judgeWhole(): void;
}

export function makeLedger({ look, machine, clock }: { look: Look; machine: Machine; clock: SimulatedClock }): Ledger {
  let failure: string | undefined;
  const fail = (what: string) => {
    failure ??= what;
  };
  const must: Must = (holds, what) => {
    if (!holds) fail(what);
  };
  const words = makeWords();
  const parts = { look, machine, clock, must };
  let [sessions, work, seq] = [readSessions(look), readWork(look), readSeq(look)];
  return {
    get failure() {
      return failure;
    },
    fail,
    words,
    afterChange: (request) => {
      const now = { sessions: readSessions(look), work: readWork(look), seq: readSeq(look) };
      judgeSeq(look, must, { before: seq, now: now.seq });
      judgeWriter(must, request, sessions, now.seq > seq);
      judgeLives(parts, request, sessions, now.sessions);
      judgeDocuments(look, must, now.sessions);
      judgeWork(must, request, work, now.work);
      ({ sessions, work, seq } = now);
    },
    afterStart: (process) => {
      const others = machine.of(process.agent).filter(({ pid }) => pid !== process.pid);
      const older = others.filter(({ session }) => session !== process.session).map(({ session, pid }) => `${session} (${pid})`);
      must(older.length === 0, `${process.session} was started while ${older.join(', ')} of ${process.agent} lives`);
      must(!others.some(({ isProgram }) => isProgram), `${process.session} has two programs`);
      must(!isStopped(look), `${process.session} was started under an emergency stop`);
    },
    judgeWhole: () => {
      judgeJournal(look, must, sessions);
      words.judge(look, must);
    },
  };
}

function readWork(look: Look) {
  return { steps: readSteps(look), hooks: readHooks(look) };
}

/** The journal only grows, without a gap (S1). */
function judgeSeq(look: Look, must: Must, { before, now }: { before: number; now: number }): void {
  must(now >= before, 'the journal went back');
  must(look<{ count: number }>('select count(*) as count from events')[0]?.count === now, 'the journal has a gap');
}

/** Whoever is over writes nothing (S3). */
function judgeWriter(must: Must, { actor, session }: ChangeRequest, before: ReadonlyMap<string, SessionLook>, hasWritten: boolean): void {
  const writer = session === undefined ? undefined : before.get(session);
  must(!hasWritten || writer?.endedAt == null, `${session}, whose life is over, wrote as ${actor}`);
}

import type { ReturningStore } from '#store/testing';

/** Reads the town's rows at this moment, past everybody's turn. */
export type Look = ReturningStore['look'];

/** What must hold, in words for whom it does not. */
export type Must = (holds: boolean, what: string) => void;

/** A life as the record has it. */
export interface SessionLook {
  readonly id: string;
  readonly agent: string;
  readonly generation: number;
  readonly reason: string | null;
  readonly endedAt: number | null;
  readonly goneAt: number | null;
  readonly createdAt: number;
  readonly why: string;
}

/** Every life by its id. */
export function readSessions(look: Look): Map<string, SessionLook> {
  const rows = look<SessionLook>(
    `select id, agent, generation, end_reason as reason, ended_at as endedAt, gone_at as goneAt, created_at as createdAt, opened_why as why
     from sessions`,
  );
  return new Map(rows.map((session) => [session.id, session]));
}

/** Every step with its state; a closed one with the moment and the session of its end. */
export function readSteps(look: Look): Map<string, string> {
  const rows = look<{ step: string; state: string }>(
    "select molecule || '/' || id as step, status || coalesce(' ' || ended_at, '') || coalesce(' ' || ended_session, '') as state from steps",
  );
  return new Map(rows.map(({ step, state }) => [step, state]));
}

/** Every bead with its state and whose hook it hangs on. */
export function readHooks(look: Look): Map<string, string> {
  const rows = look<{ id: string; state: string }>("select id, status || coalesce(' ' || hooked_by, '') as state from beads");
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** The journal's newest number. */
export function readSeq(look: Look): number {
  return look<{ seq: number }>('select max(seq) as seq from events')[0]?.seq ?? 0;
}

/** What is wanted of an agent. */
export function readDesired(look: Look, agent: string): string {
  return look<{ desired: string }>('select desired from agents where address = ?', agent)[0]?.desired ?? 'nothing';
}

/** Whether an emergency stop stands. */
export function isStopped(look: Look): boolean {
  return (look<{ value: string }>("select value from meta where key = 'estop'")[0]?.value ?? '') !== '';
}

import { deathReasons } from '#sessions';
import type { ChangeRequest } from '#store';
import type { Look, Must, SessionLook } from './looks.ts';

/** What the steps and hooks of all beads were, and are. */
export interface WorkStates {
  readonly steps: ReadonlyMap<string, string>;
  readonly hooks: ReadonlyMap<string, string>;
}

type Point = ChangeRequest['point'];

/** The changes that may touch steps, and hooks: no handoff, no death and no start is among them (H3, H4). */
const stepPoints: readonly Point[] = ['step.end', 'turn.begin', 'done.commit'];
const hookPoints: readonly Point[] = ['hook', 'unhook', 'sling.commit', 'unsling', 'turn.begin', 'done.commit'];

/** Steps and hooks change by their own verbs only, and a step that is closed stays as it is. */
export function judgeWork(must: Must, { point }: ChangeRequest, before: WorkStates, now: WorkStates): void {
  for (const [step, state] of now.steps) {
    const known = before.steps.get(step);
    if (known === state) continue;
    must(stepPoints.includes(point), `the step ${step} became "${state}" by ${point}`);
    must(known?.startsWith('done') !== true, `the step ${step}, which was closed, became "${state}"`);
  }
  for (const [bead, state] of now.hooks) {
    const known = before.hooks.get(bead);
    if (known !== state) must(hookPoints.includes(point), `${bead} went from "${known}" to "${state}" by ${point}`);
  }
}

/** Every life that is over left one document, whoever ended it, but for one that handed its work in; one that is not over left none. */
export function judgeDocuments(look: Look, must: Must, sessions: ReadonlyMap<string, SessionLook>): void {
  const rows = look<{ session: string; count: number }>(
    "select source_session as session, count(*) as count from handoffs where kind = 'end' group by source_session",
  );
  const counts = new Map(rows.map(({ session, count }) => [session, count]));
  for (const { id, endedAt, reason } of sessions.values()) {
    const count = counts.get(id) ?? 0;
    must(count === (endedAt !== null && reason !== 'done' ? 1 : 0), `${id} (${reason ?? 'unended'}) has ${count} documents of its end`);
  }
}

/** The journal tells every beginning and every end of a life once, and a death as a death (S1, V2). */
export function judgeJournal(look: Look, must: Must, sessions: ReadonlyMap<string, SessionLook>): void {
  const rows = look<{ type: string; count: number }>('select type, count(*) as count from events group by type');
  const told = (...types: string[]) => rows.filter(({ type }) => types.includes(type)).reduce((sum, { count }) => sum + count, 0);
  const count = (is: (session: SessionLook) => boolean) => [...sessions.values()].filter(is).length;
  must(told('session_opened') === sessions.size, 'not every opening is told once');
  must(told('session_end', 'session_death') === count(({ endedAt }) => endedAt !== null), 'not every end is told once');
  must(told('session_death') === count(({ reason }) => isDeath(reason)), 'what is told as a death is none, or one is not told');
  must(told('session_gone') === count(({ goneAt }) => goneAt !== null), 'not every life that is gone is told once');
}

function isDeath(reason: string | null): boolean {
  return deathReasons.some((known) => known === reason);
}

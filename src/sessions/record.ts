import type { ContextLimits } from '#runtimes/model';
import type { Store, Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import { consumeHandoffRows } from './handoffs.ts';
import type { Condition, StartWords } from './model.ts';
import { judgeUnheard } from './rules.ts';

/** Records that a session's program runs: the pane it is in, its pid and start time (L1). Once; the first record stands. */
export async function recordStarted(
  { store }: { store: Store },
  started: { session: string; agent: string; paneId: string; pid: number; start: string; isAdopted: boolean },
): Promise<void> {
  await store.change({ actor: 'daemon', point: 'start.record' }, async (tx, at) => {
    const { numUpdatedRows } = await tx
      .updateTable('sessions')
      .set({ pane_id: started.paneId, pid: started.pid, pid_start: started.start, started_at: at })
      .where('id', '=', started.session)
      .where('started_at', 'is', null)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    const payload = { session: started.session, pid: started.pid, isAdopted: started.isAdopted };
    return { answer: undefined, events: numUpdatedRows > 0n ? [{ type: 'session_start', agent: started.agent, payload }] : [] };
  });
}

/** Records that a program which gives no start signal has survived for long enough to count as ready (L1). Once, and only while it lives by the record. */
export async function recordReady({ store }: { store: Store }, ready: { session: string; agent: string; survivedMs: number }): Promise<void> {
  await store.change({ actor: 'daemon', point: 'start.ready' }, async (tx, at) => {
    const { numUpdatedRows } = await tx
      .updateTable('sessions')
      .set({ ready_at: at })
      .where('id', '=', ready.session)
      .where('ready_at', 'is', null)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    const payload = { session: ready.session, survivedMs: ready.survivedMs };
    return { answer: undefined, events: numUpdatedRows > 0n ? [{ type: 'session_ready', agent: ready.agent, payload }] : [] };
  });
}

/** Records that every process of an ended session is proven gone, and where its last screen is kept. */
export async function recordGone(
  { store }: { store: Store },
  gone: { session: string; agent: string; screen?: string | undefined; preserved?: string | undefined },
): Promise<void> {
  await store.change({ actor: 'daemon', point: 'session.gone' }, async (tx, at) => {
    const { numUpdatedRows } = await tx
      .updateTable('sessions')
      .set({ gone_at: at })
      .where('id', '=', gone.session)
      .where('gone_at', 'is', null)
      .executeTakeFirst();
    const payload = { session: gone.session, screen: gone.screen ?? null, preserved: gone.preserved ?? null };
    return { answer: undefined, events: numUpdatedRows > 0n ? [{ type: 'session_gone', agent: gone.agent, payload }] : [] };
  });
}

/** What a session's start tells of itself: its conversation, where that is written, what its environment says of the context. */
interface Told {
  readonly session: string;
  readonly agent: string;
  readonly conversation?: string | undefined;
  readonly transcript?: string | undefined;
  readonly limits?: ContextLimits | undefined;
}

/** What a start signal says of the conversation (P1), recorded by `prime --hook` in its own change. */
export async function recordPrimedRow(tx: Tx, at: number, primed: Told & { readonly source: string }): Promise<NewEvent[]> {
  await setLimits(tx, primed);
  await tx
    .updateTable('sessions')
    .set({
      primed_at: at,
      progress_at: at,
      ...(primed.conversation === undefined ? {} : { conversation: primed.conversation }),
      ...(primed.transcript === undefined ? {} : { transcript: primed.transcript }),
    })
    .where('id', '=', primed.session)
    .execute();
  return [
    { type: 'session_primed', agent: primed.agent, payload: { session: primed.session, source: primed.source, conversation: primed.conversation ?? null } },
  ];
}

/** Kept beside the words that it was started with, because only its own signals know the environment that its program ended up with. */
async function setLimits(tx: Tx, { session, limits = {} }: Told): Promise<void> {
  if (Object.keys(limits).length === 0) return;
  const { launch } = await tx.selectFrom('sessions').select('launch').where('id', '=', session).executeTakeFirstOrThrow();
  const words = JSON.parse(launch) as StartWords;
  await tx
    .updateTable('sessions')
    .set({ launch: JSON.stringify({ ...words, limits }) })
    .where('id', '=', session)
    .execute();
}

/**
 * What a session's program calls its conversation and where it writes it, told or found after its start. Answers the events to add: none where nothing is new.
 */
export async function recordConversationRow(tx: Tx, _at: number, { session, agent, ...told }: Told): Promise<NewEvent[]> {
  const row = await tx.selectFrom('sessions').select(['conversation', 'transcript']).where('id', '=', session).executeTakeFirstOrThrow();
  const conversation = told.conversation ?? row.conversation;
  // The transcript of another conversation is not this one's: it is found, or told.
  const transcript = told.transcript ?? (conversation === row.conversation ? row.transcript : null);
  if (conversation === row.conversation && transcript === row.transcript) return [];
  await setLimits(tx, { session, agent, ...told });
  await tx.updateTable('sessions').set({ conversation, transcript }).where('id', '=', session).execute();
  return [{ type: 'session_conversation', agent, payload: { session, conversation, transcript } }];
}

/** A turn of the session begins: it is also its receipt of whatever was delivered to it (H2). */
export async function recordTurnRow(tx: Tx, at: number, turn: { session: string; agent: string }): Promise<NewEvent[]> {
  const moments = ['first_turn_at', 'turn_at', 'turn_ended_at'] as const;
  const session = await tx.selectFrom('sessions').select(moments).where('id', '=', turn.session).executeTakeFirstOrThrow();
  await tx
    .updateTable('sessions')
    .set({ turn_at: at, progress_at: at, first_turn_at: session.first_turn_at ?? at, condition: null })
    .where('id', '=', turn.session)
    .execute();
  const started = { type: 'turn_started', agent: turn.agent, payload: { session: turn.session, isFirst: session.first_turn_at === null } };
  return [
    started,
    ...(await consumeHandoffRows(tx, at, {
      ...turn,
      unheard: judgeUnheard({ turnAt: session.turn_at ?? undefined, turnEndedAt: session.turn_ended_at ?? undefined }),
    })),
  ];
}

/** The session's turn ended, and has received what it was brought, unless that was `unheard`: then its next turn is told again (H11). */
export async function recordTurnEndRow(tx: Tx, at: number, turn: { session: string; agent: string; isUnheard?: boolean }): Promise<NewEvent[]> {
  await tx.updateTable('sessions').set({ turn_ended_at: at, progress_at: at, condition: null }).where('id', '=', turn.session).execute();
  const received = turn.isUnheard === true ? [] : await consumeHandoffRows(tx, at, turn);
  return [{ type: 'turn_ended', agent: turn.agent, payload: { session: turn.session } }, ...received];
}

/** What was said to a session about its context: the one line of 70 % (`suggested`, unset when it drops) or to hand off (`told`), with the meter. */
export async function recordAdvice(
  { store, by }: { store: Store; by: Writer },
  advice: { session: string; agent: string; kind: 'suggested' | 'told' | 'dropped'; evidence: Readonly<Record<string, unknown>> },
): Promise<void> {
  await store.change({ ...by, point: 'advice' }, async (tx, at) => {
    await tx.updateTable('sessions').set(adviceColumns(advice, at)).where('id', '=', advice.session).execute();
    return { answer: undefined, events: [{ type: `context_${advice.kind}`, agent: advice.agent, payload: { session: advice.session, ...advice.evidence } }] };
  });
}

function adviceColumns({ kind, evidence }: { kind: 'suggested' | 'told' | 'dropped'; evidence: Readonly<Record<string, unknown>> }, at: number) {
  switch (kind) {
    case 'suggested':
      return { suggested_at: at };
    case 'told':
      return { told_at: at, told_evidence: JSON.stringify(evidence) };
    case 'dropped':
      return { suggested_at: null, told_at: null, told_evidence: null };
  }
}

/** What signals without an answer tell of a session: when the newest came, how many, and whether a person is asked since then. */
export interface ProgressReport {
  readonly session: string;
  readonly agent: string;
  readonly at: number;
  readonly signals: number;
  readonly isWaiting: boolean;
}

/** Progress that signals without an answer reported: one change for many sessions (V1). A report that comes late takes nothing back. */
export async function recordProgress({ store }: { store: Store }, reports: readonly ProgressReport[]): Promise<void> {
  if (reports.length === 0) return;
  await store.change({ actor: 'daemon', point: 'spool.record' }, async (tx) => {
    const events: NewEvent[] = [];
    for (const report of reports) {
      const { numUpdatedRows } = await tx
        .updateTable('sessions')
        .set({ progress_at: report.at, condition: conditionOf(report) })
        .where('id', '=', report.session)
        .where('ended_at', 'is', null)
        .where((row) => row.or([row('progress_at', 'is', null), row('progress_at', '<', report.at)]))
        .executeTakeFirst();
      if (numUpdatedRows > 0n)
        events.push({
          type: 'session_progress',
          agent: report.agent,
          payload: { session: report.session, signals: report.signals, isWaiting: report.isWaiting },
        });
    }
    return { answer: undefined, events };
  });
}

/** Whoever asks a person works on when the answer has come: every other signal ends it. */
function conditionOf({ isWaiting, at }: ProgressReport): string | null {
  return isWaiting ? JSON.stringify({ kind: 'waiting', at, detail: 'a person is asked' } satisfies Condition) : null;
}

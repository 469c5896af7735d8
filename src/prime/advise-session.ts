import type { Settings } from '#config';
import { formatMeter, hasDropped, isMeasuredAnew, judgeMeter, judgeResumed, type Meter, type MeterThresholds, type ResumedSession, readMeter } from '#context';
import { getRuntime } from '#runtimes';
import { recordAdvice, type Session } from '#sessions';
import type { Store } from '#store';
import type { Writer } from '#store/model';
import { readAddress } from '#town/model';
import { findKeptReading } from './kept-reading.ts';

/** What a session is to be told about its context at a boundary (C2). `handoff`: hand off now, whatever comes next. */
export interface Advice {
  readonly kind: 'calm' | 'suggest' | 'handoff';
  readonly meter: Meter | undefined;
  /** The line for the agent; empty where it is calm. */
  readonly text: string;
}

/** Reads a session's meter: undefined while no transcript is known. */
export async function readSessionMeter(deps: MeasureDeps, session: Session): Promise<Meter | undefined> {
  return (await measureSession(deps, session))?.meter;
}

/**
 * The same, with the reading that it stands on; handed in as `from`, or kept by the daemon, it is read on from there. Undefined, too, while a session
 * that goes on with a conversation has told nothing of its own.
 */
export async function measureSession({ settings, root }: MeasureDeps, session: Session, from?: Measured['reading']): Promise<Measured | undefined> {
  if (session.transcript === undefined) return undefined;
  const runtime = getRuntime(session.runtime, settings, aboutOf(session));
  const window = settings.get(`runtimes.${session.runtime}.window`, aboutOf(session));
  const { transcript, conversation } = session;
  const { limits } = session.launch;
  const measured = await readMeter({ transcript, conversation, runtime, window, limits, from: from ?? findKeptReading(root, session.id) });
  return session.launch.resume === undefined || isMeasuredAnew(measured.reading, session) ? measured : undefined;
}

interface MeasureDeps {
  readonly settings: Settings;
  readonly root: string;
}

export type Measured = Awaited<ReturnType<typeof readMeter>>;

/** What is known at a boundary beside the meter. */
export interface Boundary {
  /** False where the session only has to hand its work in: that costs less than a successor, so it is told nothing. Asked only where it matters. */
  readonly hasWorkLeft: () => boolean | Promise<boolean>;
  /** False where nothing but an order to hand off reaches the agent, as at its stop signal: the line of 70 % waits for one that can carry it. */
  readonly carriesLines: boolean;
}

/**
 * Judges a session's context at a boundary and records what it is told, so that the 70 % line comes once and the daemon knows who was told to
 * hand off and when.
 */
export async function adviseSession(deps: MeasureDeps & { store: Store; by: Writer }, session: Session, boundary: Boundary): Promise<Advice> {
  const meter = await readSessionMeter(deps, session);
  const calm: Advice = { kind: 'calm', meter, text: '' };
  if (meter === undefined) return calm;
  const thresholds = readThresholds(deps, session);
  const judged = judgeMeter(meter, thresholds, session);
  if (judged === 'calm' && !hasDropped(meter, thresholds, session)) return calm;
  if (!(await boundary.hasWorkLeft())) return calm;
  const evidence = { tokens: meter.tokens, usable: meter.usable, share: Math.round(meter.share * 1000) / 1000 };
  const record = (kind: 'suggested' | 'told' | 'dropped') => recordAdvice(deps, { session: session.id, agent: session.agent, kind, evidence });
  switch (judged) {
    case 'calm':
      await record('dropped');
      return calm;
    case 'suggest':
      if (!boundary.carriesLines) return calm;
      await record('suggested');
      return { kind: 'suggest', meter, text: `${formatMeter(meter)}. Prepare to hand off soon: commit, and note what you would need.` };
    case 'cycle':
    case 'hard':
      if (session.toldAt === undefined) await record('told');
      return { kind: 'handoff', meter, text: handoffText(meter) };
  }
}

type Judged = Pick<Session, 'agent'> & ResumedSession & { readonly launch?: Session['launch'] };

/** The thresholds of C2 for a session, as its rig's settings say. */
export function readThresholds({ settings }: { settings: Settings }, session: Judged): MeterThresholds {
  const about = aboutOf(session);
  const thresholds = {
    suggest: settings.get('context.suggest', about),
    cycle: settings.get('context.cycle', about),
    hard: settings.get('context.hard', about),
  };
  return session.launch?.resume === undefined ? thresholds : judgeResumed(thresholds, session);
}

function aboutOf({ agent }: Pick<Session, 'agent'>): { rig: string | null | undefined } {
  return { rig: readAddress(agent)?.rig };
}

function handoffText(meter: Meter): string {
  return `${formatMeter(meter)}. Hand off now, before anything else: commit your work, then run \`baton handoff -s "<what you are at>" -m "<what you did, what failed, the one next action>"\` and stop. A fresh session goes on at the current step.`;
}

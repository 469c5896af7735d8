import { formatMeter, hasDropped, judgeMeter, type Meter, type MeterThresholds, readMeter } from '#context';
import type { Settings } from '#config';
import { getRuntime } from '#runtimes';
import { recordAdvice, type Session } from '#sessions';
import type { Store } from '#store';
import type { Writer } from '#store/model';

/** What a session is to be told about its context at a boundary (C2). `handoff`: hand off now, whatever comes next. */
export interface Advice {
  readonly kind: 'calm' | 'suggest' | 'handoff';
  readonly meter: Meter | undefined;
  /** The line for the agent; empty where it is calm. */
  readonly text: string;
}

/** Reads a session's meter: undefined while no transcript is known. */
export async function readSessionMeter({ settings }: { settings: Settings }, session: Session): Promise<Meter | undefined> {
  if (session.transcript === undefined) return undefined;
  const runtime = getRuntime(session.runtime);
  const window = settings.get(`runtimes.${session.runtime}.window`);
  return (await readMeter({ transcript: session.transcript, runtime, window })).meter;
}

/**
 * Judges a session's context at a boundary and records what it is told, so that the 70 % line comes once and the daemon knows who was told to
 * hand off and when. A session that only has to hand its work in is told nothing: that costs less than a successor.
 */
export async function adviseSession(deps: { store: Store; settings: Settings; by: Writer }, session: Session, { hasWorkLeft }: { hasWorkLeft: boolean }): Promise<Advice> {
  const meter = await readSessionMeter(deps, session);
  if (meter === undefined || !hasWorkLeft) return { kind: 'calm', meter, text: '' };
  const thresholds = readThresholds(deps.settings);
  const judged = judgeMeter(meter, thresholds, session);
  const evidence = { tokens: meter.tokens, usable: meter.usable, share: Math.round(meter.share * 1000) / 1000 };
  const about = { session: session.id, agent: session.agent, evidence };
  if (judged === 'calm') {
    if (hasDropped(meter, thresholds, session)) await recordAdvice(deps, { ...about, kind: 'dropped' });
    return { kind: 'calm', meter, text: '' };
  }
  if (judged === 'suggest') {
    await recordAdvice(deps, { ...about, kind: 'suggested' });
    return { kind: 'suggest', meter, text: `${formatMeter(meter)}. Prepare to hand off soon: commit, and note what you would need.` };
  }
  if (session.toldAt === undefined) await recordAdvice(deps, { ...about, kind: 'told' });
  return { kind: 'handoff', meter, text: handoffText(meter) };
}

/** The thresholds of C2 as settings say. */
export function readThresholds(settings: Settings): MeterThresholds {
  return { suggest: settings.get('context.suggest'), cycle: settings.get('context.cycle'), hard: settings.get('context.hard') };
}

function handoffText(meter: Meter): string {
  return `${formatMeter(meter)}. Hand off now, before anything else: commit your work, then run \`baton handoff -s "<what you are at>" -m "<what you did, what failed, the one next action>"\` and stop. A fresh session goes on at the current step.`;
}

import { type EndReason, isNewerOrder, type Session } from '#sessions';
import type { Reader, Tx } from '#store';
import type { NewEvent } from '#store/model';
import { type Agent, getAgent, setDesiredRow } from '#town';
import { commitEndRows } from './commit-end.ts';
import type { HandoffDeps } from './hand-off.ts';
import { prepareEnd } from './prepare-end.ts';

/** An end that the session itself did not write: a death, or a stop. */
export interface UnwrittenEnd {
  readonly agent: Agent;
  readonly session: Session;
  readonly reason: EndReason;
  readonly endedAt: number;
  readonly evidence: Readonly<Record<string, unknown>>;
  /** What its program last showed. */
  readonly screen: string;
  /** Asked once more in the change that ends it (V3): a stop that was taken back meanwhile ends nobody. */
  readonly isStillMeant?: (reader: Reader) => Promise<boolean>;
  /** Its end was a person's act that says the agent is to rest (X2): recorded with the end, so that nobody starts it again in between. */
  readonly stopsAgent?: boolean;
}

/**
 * Ends a session that wrote no document itself, with one that is rebuilt from git, steps, mail and its screen (H9): a crash is a handoff too. A
 * stop is planned, a death is not (P3). Opens no successor: the supervisor decides whether and when. Answers the handoff's id, or undefined
 * where the session had ended meanwhile, or is not to end any more.
 */
export async function bury(deps: Pick<HandoffDeps, 'store' | 'chance' | 'git' | 'settings' | 'by'>, end: UnwrittenEnd): Promise<string | undefined> {
  const why = describeEnd(end);
  const prepared = await prepareEnd(deps, { ...end, reason: why, subject: '', notes: '' }, 'record');
  return deps.store.change({ ...deps.by, point: 'bury.commit' }, async (tx, at) => {
    if (end.isStillMeant !== undefined && !(await end.isStillMeant(tx))) return { answer: undefined, events: [] };
    const done = await commitEndRows(deps, tx, at, { ...end, isPlanned: end.reason === 'stopped', prepared, why });
    const stopped = done.handoff !== undefined && end.stopsAgent === true ? await stopRow(tx, at, end) : [];
    return { answer: done.handoff, events: [...done.events, ...stopped] };
  });
}

/** Who is parked, to stop anyway, or was ordered to start since, is left as it is wanted. */
async function stopRow(tx: Tx, at: number, { agent: { address }, session, endedAt }: UnwrittenEnd): Promise<readonly NewEvent[]> {
  const { desired, startOrder } = await getAgent(tx, address);
  const isLeft = desired !== 'running' || isNewerOrder(startOrder, { id: session.id, endedAt });
  return isLeft ? [] : setDesiredRow(tx, at, { agent: address, desired: 'stopped' });
}

function describeEnd({ reason, evidence }: UnwrittenEnd): string {
  if (reason === 'stopped') return 'stopped on purpose';
  if (typeof evidence.signal === 'string') return `${reason}, by ${evidence.signal}`;
  return typeof evidence.exitCode === 'number' ? `${reason}, exit code ${evidence.exitCode}` : reason;
}

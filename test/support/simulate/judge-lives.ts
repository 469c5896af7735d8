import { second } from '#base';
import type { ChangeRequest } from '#store';
import type { SimulatedClock } from './clock.ts';
import { isStopped, type Look, type Must, readDesired, type SessionLook } from './looks.ts';
import type { Machine } from './machine.ts';

/** What the lives of agents are held against. */
export interface LivesParts {
  readonly look: Look;
  readonly machine: Machine;
  readonly clock: SimulatedClock;
  readonly must: Must;
}

type Sessions = ReadonlyMap<string, SessionLook>;

/** Ends that are nobody's order. */
const deaths: readonly (string | null)[] = ['crashed', 'lost', 'context-full', 'host-restart'];

/** What a change made of the lives: which began, ended and are gone, and that there is one at a time (L3, S4). */
export function judgeLives(parts: LivesParts, request: ChangeRequest, before: Sessions, now: Sessions): void {
  const { must, machine } = parts;
  for (const session of now.values()) {
    const { id, endedAt, goneAt, reason } = session;
    const known = before.get(id);
    if (known === undefined) judgeOpening(parts, request, session, now);
    else if (known.endedAt === null && endedAt !== null) judgeEnd(parts, request, session, now);
    else must(known.endedAt === endedAt && known.reason === reason, `the end of ${id} was written twice`);
    if (known?.goneAt === null && goneAt !== null) must(!machine.hasProcess(id), `${id} is recorded as gone while a process of it lives`);
  }
  for (const [agent, lives] of Map.groupBy(now.values(), (session) => session.agent)) {
    must(lives.filter(({ endedAt }) => endedAt === null).length <= 1, `${agent} has two unended sessions`);
    must(Math.max(...lives.map(({ generation }) => generation)) === lives.length, `the generations of ${agent} have a gap`);
  }
}

/** A life begins for whom it is wanted; the supervisor's only when every earlier one is gone, a handoff's in the change that ends its predecessor. */
function judgeOpening({ look, clock, must }: LivesParts, { point }: ChangeRequest, session: SessionLook, now: Sessions): void {
  const { id, agent } = session;
  const desired = readDesired(look, agent);
  must(desired === 'running', `${id} was opened for ${agent}, which is ${desired}`);
  if (point === 'handoff.commit') return;
  must(point === 'start.open', `${id} was opened by ${point}`);
  must(!isStopped(look), `${id} was opened under an emergency stop`);
  const older = [...now.values()].filter((other) => other.agent === agent && other.id !== id);
  must(
    older.every(({ goneAt }) => goneAt !== null),
    `${id} was opened by the supervisor before every earlier life of ${agent} was gone`,
  );
  if (clock.isSteady()) judgeWait(must, session, older);
}

/** After a death without progress an agent waits 30 s at least (R1), less the jitter and the part of a second that tmux cuts off. */
function judgeWait(must: Must, { id, why, createdAt }: SessionLook, older: readonly SessionLook[]): void {
  const { kind, session } = JSON.parse(why) as { kind: string; session?: string };
  const diedAt = older.find((life) => life.id === session)?.endedAt ?? 0;
  if (kind === 'death') must(createdAt - diedAt >= 26 * second, `${id} was opened ${createdAt - diedAt} ms after a death`);
}

/** A death is none while its program lives, and a handoff opens the next life where one is wanted, and no other. */
function judgeEnd({ look, machine, must }: LivesParts, { point }: ChangeRequest, { id, agent, generation, reason }: SessionLook, now: Sessions): void {
  if (deaths.includes(reason)) must(!machine.hasProgram(id), `${id} was buried as ${reason} while its program lives`);
  must((reason === 'handoff') === (point === 'handoff.commit'), `${id} ended as ${reason} by ${point}`);
  if (point !== 'handoff.commit') return;
  const isWanted = readDesired(look, agent) === 'running';
  const hasNext = [...now.values()].some((other) => other.agent === agent && other.generation === generation + 1);
  must(hasNext === isWanted, `${id} was handed off: ${agent} is ${isWanted ? '' : 'not '}wanted and has ${hasNext ? 'a' : 'no'} next life`);
}

import { hour, minute, unreachable } from '#base';
import { escalateRow, type NewEscalation, wasEscalated } from '#mail';
import type { AgentPlan, Hold, RestartWhy } from '#sessions';
import type { NewEvent } from '#store/model';
import type { Agent } from '#town';
import type { Deps } from '../deps.ts';
import { loginQuietMs } from './call-person.ts';

/** An agent that is not started for now, and why. */
export interface Outage {
  readonly agent: Agent;
  readonly plan: Extract<AgentPlan, { kind: 'wait' | 'held' }>;
}

/** What may come again is told again, but not each time that a disk at its border, or a day's budget that frees session by session, comes and goes. */
const diskQuietMs = 15 * minute;
const budgetQuietMs = 2 * hour;

/** What is told of an outage: a call for a person, once per incident, and what the journal is told with it. */
interface Told {
  readonly escalation: NewEscalation & { readonly incident: string };
  readonly events: readonly NewEvent[];
}

/**
 * Calls for a person where an agent does not come back by itself, or only with their help: an open breaker, a login, a missing part, a spent budget,
 * a full disk. Once per incident, whoever closed it and whichever daemon comes to it (R2); what healed may come again, and is another one.
 */
export async function tellOutage({ store, chance }: Deps, { agent, plan }: Outage): Promise<void> {
  const found = plan.kind === 'wait' ? tellWait(agent, plan.why) : tellHold(agent, plan.hold);
  if (found === undefined || (await wasEscalated(store.db, store.clock.now(), found.escalation))) return;
  const by = { actor: 'daemon' };
  await store.change({ ...by, point: 'outage' }, async (tx, at) => {
    const { answer, events } = await escalateRow(tx, at, { ...found.escalation, chance, by });
    return { answer: undefined, events: answer.kind === 'already' ? [] : [...found.events, ...events] };
  });
}

function tellWait({ address }: Agent, why: RestartWhy): Told | undefined {
  switch (why.kind) {
    case 'never-died':
    case 'progress':
    case 'reset':
    case 'disk':
      return undefined;
    case 'death':
      return why.class === 'missing-dependency' ? tellMissing(address, why.session) : undefined;
    case 'login':
      return tell(
        address,
        'high',
        `login:${address}`,
        `${address} waits for a login: its program was refused (${why.session}); it is tried again from time to time`,
        loginQuietMs,
      );
    case 'breaker':
      return {
        ...tell(
          address,
          'high',
          `breaker:${why.openedBy}`,
          `${address} died again and again (last ${why.session}, ${why.class}): it is only tried from time to time now`,
        ),
        events: [{ type: 'breaker_opened', agent: address, payload: { session: why.openedBy, class: why.class } }],
      };
    default:
      return unreachable(why);
  }
}

function tellMissing(address: string, session: string): Told {
  return tell(
    address,
    'high',
    `missing:${session}`,
    `the program of ${address} misses something that it needs: \`baton sessions show ${session}\` shows its last words`,
  );
}

function tellHold({ address }: Agent, hold: Hold): Told | undefined {
  switch (hold.kind) {
    case 'estop':
    case 'mass-death':
      return undefined;
    case 'disk':
      return tell(address, 'critical', 'disk', `nothing starts: ${hold.detail}`, diskQuietMs);
    case 'budget':
      return tell(
        address,
        'high',
        `budget:${address}:${hold.detail}`,
        `${address} is not started: ${hold.detail}; raise the budget, or take its bead off`,
        budgetQuietMs,
      );
    default:
      return unreachable(hold.kind);
  }
}

/** What a session names is one incident for ever; another has another session. */
function tell(agent: string, severity: 'critical' | 'high', incident: string, text: string, quietMs = Number.POSITIVE_INFINITY): Told {
  return { escalation: { severity, target: 'mayor', agent, incident, text, quietMs }, events: [] };
}

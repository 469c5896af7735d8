import { formatDuration, plural, second } from '#base';
import { escalateRow, listStalled, type Stalled, wasEscalated } from '#mail';
import { readMassDeath } from '#sessions';
import { readEstop } from '#town';
import type { Deps } from '../deps.ts';
import type { Duty } from './duty.ts';

const roundMs = 30 * second;

/**
 * Tells a person, once per session, of what was delivered to it and never consumed (DESIGN.md section 10): it lives, it was told, and no turn began with it.
 * Those that wait for a login, a limit or a person are told of elsewhere.
 */
export function stalled(deps: Deps, tell: (line: string) => void): Duty {
  const { store, settings } = deps;
  return {
    name: 'stalled',
    round: async () => {
      if ((await readEstop(store.db)) !== undefined || (await readMassDeath(store.db)) !== undefined) return roundMs;
      const alarmMs = settings.get('deliver.alarm_s') * second;
      for (const each of await listStalled(store.db, { before: store.clock.now() - alarmMs }))
        if (await alarm(deps, each, alarmMs)) tell(`${each.agent}: ${describe(each)} never arrived`);
      return roundMs;
    },
  };
}

/** True where a person is told now. */
async function alarm({ store, chance }: Deps, each: Stalled, alarmMs: number): Promise<boolean> {
  const by = { actor: 'daemon' };
  const incident = { incident: `stalled:${each.session}`, quietMs: Number.POSITIVE_INFINITY };
  if (await wasEscalated(store.db, store.clock.now(), incident)) return false;
  const { agent, session, mails, nudges } = each;
  const text = `${agent} was told of ${describe(each)}, and no turn of ${session} has begun with it for ${formatDuration(alarmMs)}: \`baton why ${agent}\``;
  return store.change({ ...by, point: 'delivery.alarm' }, async (tx, at) => {
    const sent = await escalateRow(tx, at, { text, severity: 'medium', agent, ...incident, chance, by });
    if (sent.answer.kind === 'already') return { answer: false, events: [] };
    return { answer: true, events: [{ type: 'delivery_unconsumed', agent, payload: { session, mails, nudges } }, ...sent.events] };
  });
}

function describe({ mails, nudges }: Stalled): string {
  const parts = [mails.length > 0 ? plural(mails.length, 'message') : '', nudges.length > 0 ? plural(nudges.length, 'nudge') : ''];
  return parts.filter((part) => part !== '').join(' and ');
}

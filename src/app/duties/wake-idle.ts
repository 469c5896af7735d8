import { shorten } from '#base';
import { type NewNudge, queueNudgeRow, wasNudged } from '#mail';
import { judgeState, type Session } from '#sessions';
import type { Agent } from '#town';
import type { WatchParts } from './watch-session.ts';

const subjectLengthMax = 100;

/**
 * Hooking or mailing a live idle agent wakes it (V5): what came after its last turn, and was not told to it yet, is queued as a nudge, once. From
 * facts, so that a command which was killed after it hooked or mailed wakes nobody less.
 */
export async function wakeIdle(parts: WatchParts, agent: Agent, session: Session): Promise<void> {
  if (judgeState(session) !== 'ready') return;
  const since = Math.max(session.turnEndedAt ?? 0, session.primedAt ?? session.readyAt ?? 0);
  for (const nudge of [await findNewWork(parts, agent, since), await findNewMail(parts, agent, since)]) {
    if (nudge === undefined || (await wasNudged(parts.store.db, { agent: agent.address, incident: nudge.incident }))) continue;
    await parts.store.change({ ...parts.by, point: 'wake' }, async (tx, at) => ({
      answer: undefined,
      events: (await queueNudgeRow(tx, at, { ...nudge, chance: parts.chance, by: parts.by })).events,
    }));
  }
}

type Wake = NewNudge & { readonly incident: string };

/** A bead that was hung on its hook and that no turn began with. */
async function findNewWork({ store }: WatchParts, { address }: Agent, since: number): Promise<Wake | undefined> {
  const rows = store.db.selectFrom('beads').select(['id', 'title', 'hooked_at']).where('hooked_by', '=', address).where('status', '=', 'hooked');
  const bead = await rows.where('hooked_at', '>', since).executeTakeFirst();
  if (bead === undefined) return undefined;
  const body = `Work hangs on your hook: ${bead.id} "${shorten(bead.title, subjectLengthMax)}". Run it now, without asking: \`baton hook\` shows it.`;
  return { agent: address, reason: 'hook', incident: `hook:${bead.id}:${bead.hooked_at}`, body, evidence: { bead: bead.id, hookedAt: bead.hooked_at } };
}

/** The newest mail that it was not told of. Its subject is its sender's word, no order. */
async function findNewMail({ store }: WatchParts, { address }: Agent, since: number): Promise<Wake | undefined> {
  const unread = store.db.selectFrom('mail').select(['id', 'sender', 'subject', 'sent_at']).where('recipient', '=', address).where('read_at', 'is', null);
  const untold = unread.where('delivered_at', 'is', null).where('sent_at', '>', since);
  const mail = await untold.orderBy('sent_at', 'desc').orderBy('id').limit(1).executeTakeFirst();
  if (mail === undefined) return undefined;
  const body = `You have mail from ${mail.sender}, who calls it "${shorten(mail.subject, subjectLengthMax)}". Read it: \`baton mail read ${mail.id}\`.`;
  return { agent: address, reason: 'mail', incident: `mail:${mail.id}`, body, evidence: { mail: mail.id, sentAt: mail.sent_at } };
}

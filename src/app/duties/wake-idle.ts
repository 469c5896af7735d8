import { shorten } from '#base';
import { type NewNudge, queueNudgeRow, wasNudged } from '#mail';
import { isIdle, type Session } from '#sessions';
import type { WatchParts } from './watch-session.ts';

const subjectLengthMax = 100;

/** What may have come to live agents since their last turn: a bead hung on a hook with which no turn began, and the newest mail nobody was told of. */
export interface News {
  readonly work: ReadonlyMap<string | null, { readonly id: string; readonly title: string; readonly hooked_at: number | null }>;
  readonly mail: ReadonlyMap<string, { readonly id: string; readonly sender: string; readonly subject: string; readonly sent_at: number }>;
}

/** The news of these agents, in two questions for all of them. */
export async function readNews({ store }: WatchParts, agents: readonly string[]): Promise<News> {
  const beads = store.db
    .selectFrom('beads')
    .select(['id', 'title', 'hooked_at', 'hooked_by'])
    .where('hooked_by', 'in', [...agents])
    .where('status', '=', 'hooked');
  const unread = store.db
    .selectFrom('mail')
    .select(['id', 'sender', 'recipient', 'subject', 'sent_at'])
    .where('recipient', 'in', [...agents])
    .where('read_at', 'is', null);
  const mails = await unread.where('delivered_at', 'is', null).orderBy('sent_at').orderBy('id', 'desc').execute();
  return {
    work: new Map((await beads.execute()).map((bead) => [bead.hooked_by, bead])),
    mail: new Map(mails.map((mail) => [mail.recipient, mail])),
  };
}

/**
 * Hooking or mailing a live idle agent wakes it (V5): what came since its last turn began, and was not told to it in that turn, is queued as a nudge, once. From
 * facts, so that a command which was killed after it hooked or mailed wakes nobody less.
 */
export async function wakeIdle(parts: WatchParts, session: Session, news: News): Promise<void> {
  if (!isIdle(session)) return;
  const since = Math.max(session.turnAt ?? 0, session.primedAt ?? session.readyAt ?? 0);
  for (const nudge of [tellWork(session, since, news), tellMail(session, since, news)]) {
    if (nudge === undefined || (await wasNudged(parts.store.db, { agent: session.agent, incident: nudge.incident }))) continue;
    await parts.store.change({ ...parts.by, point: 'wake' }, async (tx, at) => ({
      answer: undefined,
      events: (await queueNudgeRow(tx, at, { ...nudge, chance: parts.chance, by: parts.by })).events,
    }));
  }
}

type Wake = NewNudge & { readonly incident: string };

function tellWork({ agent }: Session, since: number, { work }: News): Wake | undefined {
  const bead = work.get(agent);
  if (bead === undefined || (bead.hooked_at ?? 0) <= since) return undefined;
  const body = `Work hangs on your hook: ${bead.id} "${shorten(bead.title, subjectLengthMax)}". Run it now, without asking: \`baton hook\` shows it.`;
  return { agent, reason: 'hook', incident: `hook:${bead.id}:${bead.hooked_at}`, body, evidence: { bead: bead.id, hookedAt: bead.hooked_at } };
}

/** Its subject is its sender's word, no order. */
function tellMail({ agent }: Session, since: number, news: News): Wake | undefined {
  const mail = news.mail.get(agent);
  if (mail === undefined || mail.sent_at <= since) return undefined;
  const body = `You have mail from ${mail.sender}, who calls it "${shorten(mail.subject, subjectLengthMax)}". Read it: \`baton mail read ${mail.id}\`.`;
  return { agent, reason: 'mail', incident: `mail:${mail.id}`, body, evidence: { mail: mail.id, sentAt: mail.sent_at } };
}

import { type Chance, shorten } from '#base';
import { sendMailRow } from '#mail';
import type { Session } from '#sessions';
import type { Tx } from '#store';
import type { NewEvent, Writer } from '#store/model';
import type { Agent } from '#town';

/** What the witness is told of a polecat that was handed off. */
interface Notice {
  readonly agent: Agent;
  readonly session: Session;
  readonly to: number | undefined;
  readonly subject: string;
  readonly reason: string;
}

/**
 * A polecat's handoff is its row; the mail to its witness, in the same change, is a notice for whoever reads (H1). No code acts on it. It writes
 * nothing for any other role.
 */
export async function noticeWitness(
  { chance, by }: { chance: Chance; by: Writer },
  tx: Tx,
  at: number,
  { agent, session, to, subject, reason }: Notice,
): Promise<readonly NewEvent[]> {
  if (agent.role !== 'polecat' || agent.rig === null) return [];
  const next = to === undefined ? 'no generation follows' : `generation ${to} goes on`;
  const mail = {
    to: `${agent.rig}/witness`,
    subject: shorten(`LIFECYCLE: ${agent.name} handed off, ${next}`, 200),
    body: `${agent.address}, generation ${session.generation} (${session.id}): ${subject}\nReason: ${reason}`,
    priority: 3,
  };
  return (await sendMailRow(tx, at, { ...mail, chance, by })).events;
}

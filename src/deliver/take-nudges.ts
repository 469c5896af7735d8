import { consumeNudgeRows, deliverNudgeRows, joinNudges, listWaitingNudges, type Nudge } from '#mail';
import type { Store } from '#store';
import type { Writer } from '#store/model';

/** A signal of a session that can take nudges along: a turn begins with this prompt, or has ended. */
export type TakeRequest = { readonly session: string; readonly agent: string } & (
  | { readonly channel: 'prompt'; readonly prompt: string }
  | { readonly channel: 'stop' }
);

/**
 * Gives a session the nudges that wait for it, as text for the answer to its signal; the turn that begins or goes on has received them. Those whose
 * text stands in the prompt were typed a moment ago, and are not said twice. Empty where none wait.
 */
export async function takeNudges({ store, by }: { store: Store; by: Writer }, request: TakeRequest): Promise<string> {
  const { session, agent } = request;
  const waiting = await listWaitingNudges(store.db, { agent, now: store.clock.now() });
  if (waiting.length === 0) return '';
  const typed = request.channel === 'prompt' ? waiting.filter((nudge) => stands(nudge, request.prompt)) : [];
  const { text, taken } = joinNudges(waiting.filter((nudge) => !typed.includes(nudge)));
  await store.change({ ...by, point: 'nudge.take' }, async (tx, at) => {
    const events = await deliverNudgeRows(tx, at, { nudges: typed.map(({ id }) => id), session, agent, channel: 'keys' });
    events.push(...(await deliverNudgeRows(tx, at, { nudges: taken.map(({ id }) => id), session, agent, channel: request.channel })));
    events.push(...(await consumeNudgeRows(tx, at, { session, agent })));
    return { answer: undefined, events };
  });
  return text;
}

/** Programs may fold the blanks of what was pasted. */
function stands({ body }: Nudge, prompt: string): boolean {
  const fold = (text: string) => text.replace(/\s+/g, ' ').trim();
  return fold(prompt).includes(fold(body));
}

import { joinNudges, renderMail, selectUntold } from '#mail';
import type { StartSource } from '#runtimes/model';
import { findNewestSave } from '#sessions';
import type { Reader } from '#store';
import { composePrime, isDelivering, type PrimeSource, selectTold } from './compose-prime.ts';
import { composeShort } from './compose-short.ts';
import { type PrimeDeps, type PrimeReceiver, readSource } from './read-source.ts';
import { fitParts, judgeForm, type PrimePart, type PrimeState } from './rules.ts';

/** A prime: the text for the agent, and what it was made from. */
export interface Prime {
  readonly state: PrimeState;
  readonly text: string;
  /** The documents of it that nobody received yet. */
  readonly handoffs: readonly string[];
  /** What other sessions gave to this one, as far as it stands in it whole or cut. */
  readonly transfers: readonly string[];
  /** The nudges that a full prime settles: those that stand in it are `told`, the others say what it says anyway. */
  readonly nudges: { readonly told: readonly string[]; readonly over: readonly string[] };
  /** The messages whose subjects stand in it, and which the session was not told of before. */
  readonly mails: readonly string[];
}

/** Whose prime, and on which occasion; without a source it is a full one. `bytesMax` is the runtime's own bound, where it has one. */
export type PrimeRequest = PrimeReceiver & { readonly source?: StartSource | undefined; readonly bytesMax?: number | undefined };

/** The prime of a session as it would be now, or of the next one of an agent that has none. A pure read (P3, P7). */
export async function readPrime(deps: PrimeDeps, request: PrimeRequest): Promise<Prime> {
  const { source, form, parts } = await deps.store.read((reader) => compose(deps, reader, request));
  const { receiver, agent } = source;
  const budget = deps.settings.get(form === 'short' ? 'prime.short_bytes' : 'prime.bytes', { rig: agent.rig });
  const untold = selectTold(source);
  const told = form === 'full' ? joinNudges(untold).taken.map((nudge) => nudge.id) : [];
  const over = form === 'full' ? source.nudges.filter((nudge) => !untold.includes(nudge)).map((nudge) => nudge.id) : [];
  const text = fitParts(parts, Math.min(budget, request.bytesMax ?? Number.POSITIVE_INFINITY));
  return {
    state: source.state,
    text,
    transfers: form === 'full' ? source.transfers.map((transfer) => transfer.id) : [],
    handoffs: source.documents.filter((handoff) => handoff.consumedAt === undefined).map((handoff) => handoff.id),
    nudges: { told, over },
    mails: selectUntold(source.mail, receiver.id)
      .mails.filter((mail) => text.includes(`${renderMail(mail)}\n`))
      .map((mail) => mail.id),
  };
}

interface Composed {
  readonly source: PrimeSource;
  readonly form: 'full' | 'short';
  readonly parts: readonly PrimePart[];
}

async function compose(deps: PrimeDeps, reader: Reader, request: PrimeRequest): Promise<Composed> {
  const source = await readSource(deps, reader, request);
  const { source: occasion } = request;
  const { receiver } = source;
  const isFull = occasion === undefined || judgeForm({ ...receiver, source: occasion, isDelivering: isDelivering(source) }) === 'full';
  if (isFull || receiver.id === undefined) return { source, form: 'full', parts: composePrime(source) };
  return { source, form: 'short', parts: composeShort(source, { occasion, save: await findNewestSave(reader, receiver.id) }) };
}

import { plural, shorten } from '#base';
import { readSection } from '#context/model';
import type { Unread } from '#mail';
import type { StartSource } from '#runtimes/model';
import type { Handoff } from '#sessions';
import { describeIdentity, describeWork, type PrimeSource, warnOfHandoff } from './compose-prime.ts';
import type { PrimePart } from './rules.ts';

/** A next action that fills the page leaves no room for the dead ends. */
const actionLengthMax = 400;
const titleLengthMax = 100;

/**
 * The parts of a short prime (P4), for a conversation that goes on: who it is, what hangs and where it is, what a compaction may have lost of its
 * document. `save` is what the session saved itself, and newer than what it was given.
 */
export function composeShort(source: PrimeSource, { occasion, save }: { occasion: StartSource; save: Handoff | undefined }): PrimePart[] {
  const document = save ?? source.documents[0];
  const more = document === undefined ? undefined : `baton mail read ${document.id}`;
  const section = (name: 'Next action' | 'Dead ends') => (document === undefined ? '' : readSection(document.document, name));
  const lines = [goOn(source, occasion), describeIdentity(source), warnOfHandoff(source), describeHook(source), countMail(source.mail), countTransfers(source)];
  return [
    { title: '', text: lines.filter((line) => line !== '').join('\n'), more: undefined },
    { title: 'Next action', text: shorten(section('Next action'), actionLengthMax), more },
    { title: 'Dead ends', text: section('Dead ends'), more },
  ];
}

function goOn({ receiver }: PrimeSource, occasion: StartSource): string {
  if (occasion === 'compact') return 'Context compacted. Continue your previous task.';
  const where = receiver.isResumed && !receiver.isPrimed ? ' in a fresh session' : '';
  return `Conversation resumed${where}. Continue your previous task.`;
}

function describeHook({ hook }: PrimeSource): string {
  if (hook.bead === undefined) return 'Nothing hangs on your hook.';
  return `Your hook: ${hook.bead.id} (P${hook.bead.priority}): ${shorten(hook.bead.title, titleLengthMax)}\n${describeWork(hook.bead, hook)}`;
}

/** Too long for a short prime, and brought by themselves at the next turn. */
function countTransfers({ transfers }: PrimeSource): string {
  return transfers.length === 0 ? '' : `${plural(transfers.length, 'transfer')} from other sessions will come with your next turn.`;
}

function countMail({ count, staleCount }: Unread): string {
  if (count === 0) return 'No unread mail.';
  const seen = staleCount === 0 ? '' : `, ${staleCount} of them seen by an earlier session`;
  return `${plural(count, 'unread message')}${seen}: \`baton mail inbox\`.`;
}

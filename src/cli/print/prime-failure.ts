import { toFault } from '#base';
import { plain } from './width.ts';

/**
 * What an agent is told where its prime failed (DESIGN.md P5): on stdout, which runtimes give to the model, and in words that forbid it to take
 * silence for an empty hook and end its work.
 */
export function primeFailure(error: unknown): string {
  const { kind, message, hint: given } = toFault(error);
  // What is missing is told how to be made anew; an agent would do that, and hide the town that its work is in.
  const hint = kind === 'not-found' ? undefined : given;
  return `BATON COULD NOT TELL YOU YOUR WORK: ${plain(message)}.${hint === undefined ? '' : ` (${plain(hint)})`}\nThis does not mean that you have none. Do not run \`baton done\`, do not close, hand in or discard anything. Try \`baton prime\` again in a minute; if it goes on failing, say so to your person and wait.\n`;
}

import type { HandoffOutcome } from '#app';
import { formatMoment, unreachable } from '#base';
import { plain } from './width.ts';

/** How a handoff came out: what became of the session, of the words, and what is to be done now. */
export function handoffLine(answer: HandoffOutcome): string {
  const stop = answer.isOwn ? ' Stop here.' : '';
  switch (answer.kind) {
    case 'handed-off': {
      const how = answer.isResumed ? 'goes on with this conversation' : 'goes on with it';
      const next = answer.to === undefined ? '' : ` Generation ${answer.to.generation} (${answer.to.session}) ${how}.`;
      const warnings = answer.warnings.map((warning) => `\nwarning: ${plain(warning)}`).join('');
      return `${answer.isOwn ? 'handed off, stop here.' : `handed off ${answer.agent}.`}${next}${warnings}`;
    }
    case 'saved':
      return answer.isAsked
        ? `saved (${answer.handoff}); ${answer.session} works on.`
        : `there is no conversation to go on with, so all is saved (${answer.handoff}); ${answer.session} works on.`;
    case 'notes-added':
      return `already handed off (${answer.handoff}): these notes are kept for the successor.${stop}`;
    case 'already':
      return answer.words === 'brought'
        ? `already handed off (${answer.handoff}), and its successor has started: these notes are brought to it as a late note.${stop}`
        : `already handed off (${answer.handoff}), and nothing new was said.${stop}`;
    case 'cooling-down':
      return `not handed off: the last handoff was a moment ago. Work on; it can be handed off again from ${formatMoment(answer.untilAt)}.${kept(answer.handoff)}`;
    case 'looping':
      return `not handed off: three handoffs in a row brought nothing on (${answer.escalation}). Close a step or commit something, or \`baton agent reset ${answer.agent}\`.${kept(answer.handoff)}`;
    default:
      return unreachable(answer);
  }
}

function kept(handoff: string | undefined): string {
  return handoff === undefined ? '' : ` What you said is saved (${handoff}) and goes into the next document.`;
}

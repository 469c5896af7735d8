export { ackEscalation, closeEscalation, closeEscalationRow, listEscalations } from './answer-escalation.ts';
export { escalate, escalateRow, type NewEscalation, wasEscalated } from './escalate.ts';
export { checkMail, listInbox } from './inbox.ts';
export { joinNudges, type Nudge, renderMail, renderUnread, type Unread } from './model.ts';
export {
  consumeNudgeRows,
  deliverNudgeRows,
  dropNudgeRows,
  getNudge,
  listExpiredNudges,
  listNudges,
  listWaitingNudges,
  type NewNudge,
  type QueueAnswer,
  queueNudgeRow,
  wasNudged,
} from './queue-nudge.ts';
export { readMail } from './read-mail.ts';
export { type IsKnown, sendMail, sendMailRow } from './send-mail.ts';
export { deliverMailRows, tellMailRows } from './tell-mail.ts';
export { selectUntold } from './unread.ts';

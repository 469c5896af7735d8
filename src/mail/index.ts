export { ackEscalation, closeEscalation, closeEscalationRow, listEscalations } from './answer-escalation.ts';
export {
  consumeNudgeRows,
  deliverNudgeRows,
  dropNudgeRows,
  missNudgeRows,
  offerNudgeRows,
  withdrawNudgeRows,
} from './carry-nudge.ts';
export { escalate, escalateRow, type NewEscalation, wasEscalated } from './escalate.ts';
export { checkMail, type InboxQuery, listInbox } from './inbox.ts';
export {
  findNudge,
  getNudge,
  listExpiredNudges,
  listNudges,
  listOpenNudges,
  listWaitingNudges,
  type NudgeQuery,
  wasNudged,
} from './list-nudges.ts';
export { listStalled, type Stalled } from './list-stalled.ts';
export { type MailMark, type MarkedMail, markMail } from './mark-mail.ts';
export {
  joinNudges,
  judgeNudge,
  markNudge,
  type Nudge,
  type NudgeChannel,
  type NudgeState,
  renderMail,
  renderNudge,
  renderUnread,
  type Unread,
} from './model.ts';
export { type NewNudge, type QueueAnswer, queueNudgeRow, readNudgeText } from './queue-nudge.ts';
export { readMail } from './read-mail.ts';
export { listSent, type MailMatch, readThread, searchMail } from './search-mail.ts';
export { sendGroupMail } from './send-group.ts';
export { type IsKnown, type NewMail, sendMail, sendMailRow } from './send-mail.ts';
export { deliverMailRows, tellMailRows } from './tell-mail.ts';
export { selectUntold } from './unread.ts';

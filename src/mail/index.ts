export { ackEscalation, closeEscalation, listEscalations } from './answer-escalation.ts';
export { escalate, escalateRow, type NewEscalation } from './escalate.ts';
export { checkMail, listInbox } from './inbox.ts';
export { renderUnread, type Unread } from './model.ts';
export { readMail } from './read-mail.ts';
export { type IsKnown, sendMail } from './send-mail.ts';

export { type AdoptAnswer, adoptSession, findAdoptedConversation, findAdoptedSession, type HandProgram } from './adopt-session.ts';
export { composePrompt, describeRecipient } from './beacon.ts';
export { findSpentBudget, type SpentBudget } from './budget.ts';
export { clearCheckpoints, findCheckpoint, findOpenCheckpoint, type NewCheckpoint, writeCheckpoint } from './checkpoint.ts';
export { chooseProgram } from './choose-program.ts';
export { type ClearAnswer, clearSession } from './clear-session.ts';
export { setConditionRow } from './condition.ts';
export { archiveConversation, type KeptConversation, listConversations, listUnarchived, noteConversations } from './conversations.ts';
export { endSessionRow, type SessionEnd } from './end-session.ts';
export { type Frozen, freezeSession, readFrozen, thawSessionRow } from './freeze.ts';
export {
  consumeHandoffRows,
  deliverHandoffRows,
  findEndOf,
  findHandoff,
  findNewestEnd,
  findNewestSave,
  listEndsFor,
  listHandoffsFor,
  listHandoffsFrom,
  listLeftBy,
  markReceiptRow,
  type NewHandoff,
  retireHandoffRows,
  writeHandoffRow,
} from './handoffs.ts';
export { addLateNote, readLateNotes } from './late-notes.ts';
export { endMassDeathRow, keepMassDeathRow, listDeathsSince, readMassDeath } from './mass-death-row.ts';
export { type Checkpoint, type Condition, deathReasons, type EndReason, type Handoff, readSessionRow, type Session, type StartWords } from './model.ts';
export { observeSession } from './observe.ts';
export { type NewSession, openSessionRow } from './open-session.ts';
export type { EndPhases } from './own-processes.ts';
export {
  findLiveSession,
  findPredecessor,
  getSession,
  hasProgressed,
  listSessions,
  listUngone,
  listUnready,
  readDeaths,
  readLineage,
} from './read-sessions.ts';
export { listUnreceived, type UnreceivedEnds } from './receipts.ts';
export {
  type ProgressReport,
  recordAdvice,
  recordConversationRow,
  recordPrimedRow,
  recordProgress,
  recordReady,
  recordStarted,
  recordTurnEndRow,
  recordTurnRow,
} from './record.ts';
export {
  type AgentFacts,
  type AgentPlan,
  type ClassifiedEnd,
  classifyEnd,
  type Death,
  type EndClass,
  findMassDeath,
  type Hold,
  type HostSigns,
  isEndAskedAgain,
  isHealthy,
  isIdle,
  isMassDeathOver,
  isMassDeathWhole,
  isNewerOrder,
  isTurnOpen,
  judgeState,
  type MassDeath,
  type Observed,
  type OpenBreaker,
  type OpeningWhy,
  type ProgramEnd,
  planAgent,
  planSuccessor,
  planWatch,
  type RestartJudgement,
  type RestartPolicy,
  type RestartWhy,
  reasonOf,
  type SeenDeath,
  type SessionState,
  type SuccessorPlan,
  type WatchFacts,
  type WatchPlan,
  type WatchPolicy,
} from './rules.ts';
export { type EnvironmentRequest, sessionEnvironment } from './session-environment.ts';
export { type StartAnswer, type StartRequest, startSession } from './start-session.ts';
export { renderStatusLine, type StatusFacts, type StatusLine } from './status-line.ts';
export { deliverTransferRows, listTransfersFor, listTransfersOf, renderTransfer } from './transfers.ts';
export { type NudgeAnswer, type NudgeDeps, type NudgeRequest, seesRest, sendTyped, typeNudge } from './type-nudge.ts';
export { listUnpushedWip, recordWipPushed, type UnpushedWip } from './wip-commits.ts';

export { describeRecipient, formatBeacon } from './beacon.ts';
export { findCheckpoint, type NewCheckpoint, writeCheckpoint } from './checkpoint.ts';
export { type ClearAnswer, clearSession } from './clear-session.ts';
export { endSessionRow, type SessionEnd } from './end-session.ts';
export {
  consumeHandoffRows,
  deliverHandoffRows,
  findEndOf,
  findHandoff,
  findNewestEnd,
  listEndsFor,
  listHandoffsFor,
  type NewHandoff,
  retireHandoffRows,
  writeHandoffRow,
} from './handoffs.ts';
export { addLateNote, type LateNoteAnswer, readLateNotes } from './late-notes.ts';
export type { Checkpoint, EndReason, Handoff, Session, StartWords } from './model.ts';
export { observeSession } from './observe.ts';
export { type NewSession, openSessionRow } from './open-session.ts';
export type { EndPhases } from './own-processes.ts';
export { findLiveSession, findPredecessor, getSession, listSessions, listUngone, readDeaths, readLineage } from './read-sessions.ts';
export { recordAdvice, recordPrimedRow, recordProgress, recordStarted, recordTurnEndRow, recordTurnRow } from './record.ts';
export {
  type AgentFacts,
  type AgentPlan,
  type Death,
  judgeState,
  type Observed,
  type ProgramEnd,
  planAgent,
  planSuccessor,
  type RestartPolicy,
  type SessionState,
  type SuccessorPlan,
} from './rules.ts';
export { type EnvironmentRequest, sessionEnvironment } from './session-environment.ts';
export { type StartAnswer, type StartRequest, startSession } from './start-session.ts';

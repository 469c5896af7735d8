export { describeRecipient, formatBeacon } from './beacon.ts';
export { type NewCheckpoint, writeCheckpointRow } from './checkpoint.ts';
export { type ClearAnswer, clearSession } from './clear-session.ts';
export { endSessionRow, type SessionEnd } from './end-session.ts';
export {
  addLateNote,
  consumeHandoffRows,
  deliverHandoffRows,
  findCheckpoint,
  findEndOf,
  listHandoffsFor,
  type NewHandoff,
  readLateNotes,
  retireHandoffRows,
  writeHandoffRow,
} from './handoffs.ts';
export type { Checkpoint, EndReason, Handoff, Session, StartWords } from './model.ts';
export { observeSession } from './observe.ts';
export { type NewSession, openSessionRow } from './open-session.ts';
export { type EndPhases, endUntilGone, findOlderProcesses, findSessionProcesses } from './own-processes.ts';
export { findLiveSession, getSession, listSessions, listUngone, readDeaths, readLineage } from './read-sessions.ts';
export { recordAdvice, recordGone, recordPrimedRow, recordProgress, recordStarted, recordTurnEndRow, recordTurnRow } from './record.ts';
export { type AgentFacts, type AgentPlan, type Death, judgeRestart, judgeState, type Observed, planAgent, type RestartPolicy, type SessionState } from './rules.ts';
export { type EnvironmentRequest, sessionEnvironment } from './session-environment.ts';
export { type StartAnswer, type StartRequest, startSession } from './start-session.ts';

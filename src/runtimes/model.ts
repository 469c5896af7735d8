export {
  type Acceptance,
  type ContextChange,
  type ContextLimits,
  type Descriptor,
  type Entry,
  type EntryKind,
  type Environment,
  type FilePattern,
  type ForkOrder,
  type Launch,
  type LaunchFile,
  type LaunchOrder,
  type LineReading,
  type LinesFormat,
  type Mirror,
  type PersonalSignals,
  type Programs,
  type RowsFormat,
  type Runtime,
  type ScreenReading,
  type Signal,
  type SignalAnswer,
  type SignalReply,
  type SignalReport,
  type StartSource,
  type SubagentFiles,
  signals,
  startSources,
  type ToolUse,
  type TranscriptFormat,
  type TurnUsage,
  type UndoRole,
} from './contract.ts';
export { readFlow } from './flow.ts';
export { asCount, asFields, asText, type Fields, findFields } from './json.ts';
export { resumeVariable, windowVariable } from './runbook/launch.ts';
export { promptMark } from './runbook/screen.ts';
export { readAnswer, writeSignal } from './runbook/signals.ts';
export { type RunbookRecord, roleOf } from './runbook/transcript.ts';
export { bytesPerToken, estimateTokens } from './tokens.ts';
export { readTrouble, type Seen, type Trouble } from './trouble.ts';

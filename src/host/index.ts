export { buildEnvironment } from './build-environment.ts';
export { type EndWaits, endProcesses } from './end-processes.ts';
export { fault } from './fault.ts';
export { diskFree, ensureDir, findBelow, modifiedAt, readStart, removeTree, touchFile } from './files.ts';
export { findProgram } from './find-program.ts';
export { continueProcesses, isStopped, stopProcesses } from './freeze-processes.ts';
export { type HostIdentity, hostIdentity } from './host-identity.ts';
export { countOutOfMemoryKills, zoneOffsetMs } from './memory.ts';
export { bootIdOf, formatMark, isOver, type ProcessEntry, type ProcessMark, readMark, toMark } from './model.ts';
export {
  ancestorsOf,
  descendantsOf,
  findProcess,
  findProcessesByEnvironment,
  isAlive,
  listProcesses,
  markOf,
  readEnvironmentOf,
  readWordsOf,
} from './processes.ts';
export { type CommandsAnswer, endCommands, runCommands } from './run-commands.ts';
export { type ProgramRequest, type ProgramResult, runProgram } from './run-program.ts';
export { sha256Hex } from './sha256.ts';
export { hashOfPath, socketDir } from './socket-dir.ts';
export { type DetachedRequest, spawnDetached } from './spawn-detached.ts';
export { systemChance } from './system-chance.ts';
export { systemClock } from './system-clock.ts';
export { workingFolder } from './working-folder.ts';
export { type WriteOptions, writeFileAtomic } from './write-file-atomic.ts';

import { assert } from '#base';
import type { ProcessMark } from './model.ts';
import { findProcess } from './processes.ts';

/** True where exactly this process is there and stopped. */
export function isStopped(mark: ProcessMark): boolean {
  const entry = findProcess(mark.pid);
  return entry?.start === mark.start && entry.state.toUpperCase().startsWith('T');
}

/** Stops exactly these processes (SIGSTOP), each mark proved again just before; one that is gone or not ours is passed over. */
export function stopProcesses(marks: readonly ProcessMark[]): void {
  for (const mark of marks) send(mark, 'SIGSTOP');
}

/** Lets them go on (SIGCONT), in the same way. */
export function continueProcesses(marks: readonly ProcessMark[]): void {
  for (const mark of marks) send(mark, 'SIGCONT');
}

function send(mark: ProcessMark, signal: 'SIGSTOP' | 'SIGCONT'): void {
  assert(mark.pid > 1 && mark.pid !== process.pid, `pid ${mark.pid} may not be stopped`);
  if (findProcess(mark.pid)?.start !== mark.start) return;
  try {
    process.kill(mark.pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
  }
}

import { readFileSync } from 'node:fs';

/** Ticks of /proc/PID/stat in a second: Linux shows 100 to programs, whatever its own clock is (proc_pid_stat(5), sysconf(3)). */
const ticksPerSecond = 100;

/** Seconds of CPU that a process has used: its own, and its children's that have ended and were waited for. 0 for one that is gone. */
export function cpuSeconds(pid: number): { own: number; children: number } {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return { own: 0, children: 0 };
  }
  // The name stands in parentheses and may hold anything, so fields are counted from the last one.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [own = 0, ownSystem = 0, children = 0, childrenSystem = 0] = fields.slice(11, 15);
  return { own: (own + ownSystem) / ticksPerSecond, children: (children + childrenSystem) / ticksPerSecond };
}

/** The same for several processes together. */
export function cpuOfAll(pids: readonly number[]): { own: number; children: number } {
  return pids.map(cpuSeconds).reduce((sum, one) => ({ own: sum.own + one.own, children: sum.children + one.children }), { own: 0, children: 0 });
}

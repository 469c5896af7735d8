import { readFileSync } from 'node:fs';

/** How often the kernel has ended a process for want of memory since the host booted; undefined where it does not tell (proc_vmstat(5), Linux 4.13). */
export function countOutOfMemoryKills(): number | undefined {
  try {
    const [, count] = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8')) ?? [];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}

/** How far this machine's local time is ahead of UTC at a moment (ms since 1970), in ms: programs tell people times of their own day. */
export function zoneOffsetMs(at: number): number {
  return -new Date(at).getTimezoneOffset() * 60_000;
}

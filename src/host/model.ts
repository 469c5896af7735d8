/**
 * By these a program tells what it starts that it runs inside of an agent's session (Claude Code refuses to run nested, others sandbox themselves):
 * they say something of the caller's session and nothing of ours.
 */
export const nestedSessionNames = [
  ...['CLAUDECODE', 'CLAUDE_CODE_ENTRYPOINT', 'CLAUDE_CODE_SSE_PORT', 'CLAUDE_CODE_SESSION_ID', 'CLAUDE_PROJECT_DIR', 'CLAUDE_ENV_FILE', 'CLAUDE_PID'],
  ...['CLAUDE_CODE_CHILD_SESSION', 'CLAUDE_CODE_CHILD_NOTES_DIR', 'CLAUDE_CODE_SESSION_ATTENDED', 'CLAUDE_CODE_EXECPATH', 'CLAUDE_EFFORT', 'AI_AGENT'],
  ...['CLAUDE_CODE_MESSAGING_SOCKET', 'CLAUDE_CODE_MESSAGING_TOKEN'],
  ...['CODEX_SANDBOX', 'CODEX_SANDBOX_NETWORK_DISABLED', 'GEMINI_CLI', 'OPENCODE', 'CURSOR_AGENT', 'PI_CODING_AGENT'],
] as const;

/** What proves which process a pid means: the kernel reuses pids, but never a pid together with its start. `start` is text that ends in `-<boot id>`. */
export type ProcessMark = { readonly pid: number; readonly start: string };

/** One process of this machine as it was seen once. */
export type ProcessEntry = ProcessMark & {
  readonly ppid: number;
  readonly pgrp: number;
  /** The pid of its session's leader: survives re-parenting, so it says who started it. */
  readonly sid: number;
  /** Its controlling terminal, opaque; undefined without one. */
  readonly tty: string | undefined;
  /** The kernel's letter: R, S, D, T (stopped), Z (zombie), … */
  readonly state: string;
  /** The program's short name (Linux keeps 15 bytes). */
  readonly command: string;
};

/** The mark as one line, `pid|start`, as pid files hold it. */
export function formatMark(mark: ProcessMark): string {
  return `${mark.pid}|${mark.start}`;
}

/** Reads `pid|start`; undefined for anything else, so that a torn pid file proves nothing. */
export function readMark(text: string): ProcessMark | undefined {
  const match = /^([1-9]\d{0,9})\|(\S(?:.*\S)?)\s*$/.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { pid: Number(match[1]), start: match[2] };
}

/** The boot during which the process ran, as `hostIdentity().bootId` tells it: another one now means that the host was restarted. */
export function bootIdOf(mark: ProcessMark): string {
  return mark.start.slice(mark.start.lastIndexOf('-') + 1);
}

/** The mark alone, for rows and comparisons. */
export function toMark({ pid, start }: ProcessMark): ProcessMark {
  return { pid, start };
}

/** True where the process has ended, though its parent may not have asked how (a zombie). */
export function isOver(entry: ProcessEntry): boolean {
  return entry.state.startsWith('Z') || entry.state.startsWith('X');
}

/** Children, grandchildren and so on of `pids` in a process list, nearest first, without `pids` themselves. */
export function selectDescendants(entries: readonly ProcessEntry[], pids: readonly number[]): ProcessEntry[] {
  const children = Map.groupBy(entries, (entry) => entry.ppid);
  const seen = new Set(pids);
  const found: ProcessEntry[] = [];
  let parents: readonly number[] = pids;
  while (parents.length > 0) {
    const next = parents.flatMap((pid) => children.get(pid) ?? []).filter((entry) => !seen.has(entry.pid));
    for (const entry of next) seen.add(entry.pid);
    found.push(...next);
    parents = next.map((entry) => entry.pid);
  }
  return found;
}

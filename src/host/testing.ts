import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a test hands in so that its leavings go with it: node:test's context has it. */
export type Cleanup = { after(end: () => void | Promise<void>): void };

/** Asks every 10 ms until the answer is neither undefined nor false, and gives it; fails after the deadline (a minute where nothing is said). */
export async function eventually<T>(ask: () => T | undefined | false | Promise<T | undefined | false>, what: string, deadlineMs = 60_000): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${deadlineMs} ms in vain for: ${what}`);
    await sleep(10);
  }
}

/** A folder of its own for one test, gone afterwards; its path is short enough for sockets. */
export function tempDir(test: Cleanup): string {
  const path = mkdtempSync(join(tmpdir(), 'bt-'));
  test.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return path;
}

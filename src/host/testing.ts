import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a test hands in so that its leavings go with it: node:test's context has it. */
export type Cleanup = { after(end: () => void | Promise<void>): void };

const pauseMinMs = 10;
const pauseMaxMs = 50;
/** A costly question rests no longer than this. */
const askMaxMs = 250;

/**
 * Asks until the answer is neither undefined nor false, and gives it; fails after the deadline (a minute where nothing is said). Asks every 10 ms at
 * first. What has taken long is asked for less often, up to every 50 ms, and what is costly to ask rests as long as the asking took.
 */
export async function eventually<T>(ask: () => T | undefined | false | Promise<T | undefined | false>, what: string, deadlineMs = 60_000): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    const askedAt = performance.now();
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    const now = performance.now();
    if (now - startedAt > deadlineMs) throw new Error(`waited ${deadlineMs} ms in vain for: ${what}`);
    const patient = Math.min((now - startedAt) / 10, pauseMaxMs);
    await sleep(Math.max(pauseMinMs, patient, Math.min(now - askedAt, askMaxMs)));
  }
}

/** A folder of its own for one test, gone afterwards; its path is short enough for sockets. */
export function tempDir(test: Cleanup): string {
  const path = mkdtempSync(join(tmpdir(), 'bt-'));
  test.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return path;
}

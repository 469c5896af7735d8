import { closeSync, openSync } from 'node:fs';
import { startProgram } from './start-program.ts';

export type DetachedRequest = { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly logPath: string };

/**
 * Starts a program that outlives this process: a session of its own, nothing on stdin, stdout and stderr appended to the log (0600).
 * Answers its pid once it runs; faults as `runProgram`.
 */
export async function spawnDetached({ cwd, env, logPath }: DetachedRequest, argv: readonly string[]): Promise<number> {
  const log = openSync(logPath, 'a', 0o600);
  try {
    const child = await startProgram(argv, { cwd, env, detached: true, stdio: ['ignore', log, log] });
    child.unref();
    return child.pid;
  } finally {
    closeSync(log);
  }
}

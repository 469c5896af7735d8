import { Fault, shorten } from '#base';
import { runProgram } from '#host';

/** A setup command that takes longer has hung. */
const setupTimeoutMs = 15 * 60_000;

/** Runs a rig's `setup` commands in a new worktree, each as `sh -c`. They are settings of the rig's owner. Fault `unavailable` for the first that fails. */
export async function runSetup({ env }: { env: Readonly<Record<string, string>> }, { dir, commands }: { dir: string; commands: readonly string[] }): Promise<void> {
  for (const command of commands) {
    const result = await runProgram({ cwd: dir, env, timeoutMs: setupTimeoutMs, outputBytesMax: 64 * 1024 }, ['sh', '-c', command]);
    if (result.code === 0) continue;
    const end = result.timedOut ? 'took longer than 15 minutes' : `ended with ${result.code ?? result.signal}`;
    throw new Fault('unavailable', `the setup command "${command}" ${end}: ${shorten(result.stderr || result.stdout, 300)}`, { hint: 'mend `setup` in the rig\'s rig.toml; nothing was hooked' });
  }
}

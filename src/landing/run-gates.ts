import { runProgram } from '#host';
import { shorten } from '#base';

/** Every gate passed, or the first that did not. */
export type GateAnswer = { kind: 'passed' } | { kind: 'failed'; gate: string; detail: string };

/** A gate that takes longer has hung. */
const gateTimeoutMs = 30 * 60_000;

/** Runs a rig's gates one after another in a worktree, each as `sh -c`. They are settings of the rig's owner, not text of an agent. */
export async function runGates({ env }: { env: Readonly<Record<string, string>> }, { dir, gates }: { dir: string; gates: readonly string[] }): Promise<GateAnswer> {
  for (const gate of gates) {
    const result = await runProgram({ cwd: dir, env, timeoutMs: gateTimeoutMs, outputBytesMax: 64 * 1024 }, ['sh', '-c', gate]);
    if (result.code !== 0) return { kind: 'failed', gate, detail: `${describeEnd(result)}\n${lastPart(`${result.stdout}\n${result.stderr}`)}` };
  }
  return { kind: 'passed' };
}

function describeEnd({ code, signal, timedOut }: { code: number | null; signal: string | null; timedOut: boolean }): string {
  if (timedOut) return 'it took longer than 30 minutes';
  return signal === null ? `exit code ${code}` : `ended by ${signal}`;
}

function lastPart(output: string): string {
  const lines = output.trimEnd().split('\n').slice(-20);
  return lines.map((line) => shorten(line, 300)).join('\n');
}

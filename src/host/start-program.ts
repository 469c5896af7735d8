import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { assert, Fault, toFault } from '#base';

/** Starts a program and answers once it runs. Faults: `unavailable` (no such program), `not-found` (no such folder), `invalid` (argv too long). */
export async function startProgram(argv: readonly string[], options: SpawnOptions & { cwd?: string }): Promise<ChildProcess & { readonly pid: number }> {
  const [program, ...args] = argv;
  assert(program !== undefined && program !== '', 'a program to start is named');
  try {
    const child = spawn(program, args, options);
    await once(child, 'spawn');
    return child as ChildProcess & { readonly pid: number };
  } catch (error) {
    throw toStartFault(error, program, options.cwd);
  }
}

/** Node tells a missing program and a missing folder alike (ENOENT). */
function toStartFault(error: unknown, program: string, cwd: string | undefined): Fault {
  if (!(error instanceof Error) || !('syscall' in error)) return toFault(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' && cwd !== undefined && !existsSync(cwd)) return new Fault('not-found', `the folder "${cwd}" does not exist`, { cause: error });
  if (code === 'E2BIG') return new Fault('invalid', `the command line of "${program}" is too long`, { cause: error });
  const why = code === 'ENOENT' ? 'was not found' : code === 'EACCES' ? 'may not be run' : `could not be started (${error.message})`;
  return new Fault('unavailable', `the program "${program}" ${why}`, { hint: `install "${program}" or put it on PATH`, cause: error });
}

import { unlinkSync } from 'node:fs';
import { assert, unreachable } from '#base';

type FaultAct = 'kill' | 'error' | 'hang' | 'exit';

/**
 * A named fault point (S11): nothing, unless `BATON_FAULT` arms it with `point=kill|error|hang|exit`, several with commas.
 * `point=kill@/path/to/token` fires only in the process that removes that file, so once among all of them.
 */
export function fault(name: string): void {
  const armed = process.env.BATON_FAULT;
  if (armed === undefined || armed === '') return;
  for (const entry of armed.split(',')) {
    const { point, act, token } = readEntry(entry.trim());
    if (point === name && (token === undefined || takeToken(token))) perform(act, name);
  }
}

function readEntry(entry: string): { point: string; act: FaultAct; token: string | undefined } {
  const match = /^([^=@]+)=(kill|error|hang|exit)(?:@(.+))?$/.exec(entry);
  assert(match !== null, `BATON_FAULT holds "${entry}"; it is point=kill|error|hang|exit, then perhaps @/path/to/token`);
  return { point: match[1] ?? '', act: match[2] as FaultAct, token: match[3] };
}

function takeToken(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

function perform(act: FaultAct, name: string): void {
  switch (act) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      waitForEver();
      break;
    case 'hang':
      waitForEver();
      break;
    case 'exit':
      process.exit(70);
      break;
    case 'error':
      throw Object.assign(new Error(`fault point "${name}"`), { code: 'BATON_FAULT' });
    default:
      unreachable(act);
  }
}

/** Stops the whole thread, timers included, as a frozen program does. */
function waitForEver(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

import { Fault, nearestName } from '#base';
import type { Runtime } from './contract.ts';
import { runbook } from './runbook/index.ts';

/** Every adapter, one line each. */
export const runtimes: readonly Runtime[] = [runbook];

/** The runtime of that name. Fault `not-found` names the ones there are. */
export function getRuntime(name: string): Runtime {
  const found = findRuntime(name);
  if (found !== undefined) return found;
  const names = runtimes.map((runtime) => runtime.name);
  const near = nearestName(name, names);
  throw new Fault('not-found', `there is no runtime "${name}"`, {
    hint: near === undefined ? `there are: ${names.join(', ')}` : `did you mean "${near}"?`,
    details: { names },
  });
}

/** The runtime of that name, if Baton has it. */
export function findRuntime(name: string): Runtime | undefined {
  return runtimes.find((runtime) => runtime.name === name);
}

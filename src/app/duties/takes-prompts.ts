import { findRuntime } from '#runtimes';
import type { Session } from '#sessions';
import { readAddress } from '#town/model';
import type { Deps } from '../deps.ts';

/** Whether there is anybody to talk to: a view takes no prompt, and a runtime that the settings no longer describe can't be asked. */
export function takesPrompts({ settings }: Deps, { runtime, agent }: Session): boolean {
  const found = findRuntime(runtime, settings, { rig: readAddress(agent)?.rig ?? null });
  return found !== undefined && found.descriptor.prompt.kind !== 'none';
}

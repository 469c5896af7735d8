import { makeSettings } from '#config/model';
import { getRuntime } from '#runtimes';
import type { AgentName } from './real-agents.ts';
import { testWindow } from './under-test.ts';

/** Up to where Baton counts the window of the scripted model as usable. */
export function usableOf(name: AgentName): number {
  const { descriptor } = getRuntime(name, makeSettings({ town: {}, rigs: {} }));
  return testWindow * descriptor.compactsAtShare;
}

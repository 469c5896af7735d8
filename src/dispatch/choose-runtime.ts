import type { Settings } from '#config';
import type { Agent } from '#town/model';

/** The name of the runtime that plays an agent (L1): its order's, else its role's in rig or town, else the defaults. */
export function chooseRuntime(settings: Settings, agent: Pick<Agent, 'role' | 'rig'>, ordered: string | undefined): string {
  const about = { rig: agent.rig };
  const ofRole = agent.role === 'overseer' ? undefined : settings.get(`roles.${agent.role}.runtime`, about);
  const ofPolecats = agent.role === 'polecat' ? settings.get('polecat_agent', about) : undefined;
  return ordered ?? ofRole ?? ofPolecats ?? settings.get('default_agent', about);
}

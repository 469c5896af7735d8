import { formatSource, type Settings } from '#config';
import type { Agent } from '#town/model';

/** Who plays a role in code mode: a live view without a model. */
export const codeRuntime = 'view';

/** The name of a runtime, and what named it: `the order`, or a setting with its file. */
export interface RuntimeChoice {
  readonly runtime: string;
  readonly from: string;
}

/**
 * The runtime that plays an agent (L1): its order's; its role's, as rig, town or `settings/agents.json` name it; for a role in code mode the view; for
 * polecats `polecat_agent`; `default_agent`. Naming a runtime for a role makes it an agent, whatever its mode.
 */
export function chooseRuntime(settings: Pick<Settings, 'explain'>, { role, rig }: Pick<Agent, 'role' | 'rig'>, ordered: string | undefined): RuntimeChoice {
  if (ordered !== undefined) return { runtime: ordered, from: 'the order' };
  const about = { rig };
  const say = (key: string) => {
    const { value, source } = settings.explain(key, about);
    return { value, from: `${key}, ${formatSource(source)}` };
  };
  const ofRole = role === 'overseer' ? undefined : say(`roles.${role}.runtime`);
  const mode = role === 'overseer' ? undefined : say(`roles.${role}.mode`);
  if (ofRole?.value !== undefined) return { runtime: String(ofRole.value), from: ofRole.from };
  if (mode?.value === 'code') return { runtime: codeRuntime, from: `${mode.from} (code)` };
  const ofPolecats = role === 'polecat' ? say('polecat_agent') : undefined;
  const found = ofPolecats?.value === undefined ? say('default_agent') : ofPolecats;
  return { runtime: String(found.value), from: found.from };
}

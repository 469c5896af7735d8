import { formatMoment } from '#base';

/** What a beacon says (L6). `recipient` is prose, because agents change into a folder that looks like a path. */
export interface Beacon {
  readonly recipient: string;
  readonly sender: string;
  readonly at: number;
  readonly topic: string;
  readonly molecule?: string | undefined;
  /** The session goes on with its predecessor's conversation, which its runtime compacts. */
  readonly isContinued?: boolean | undefined;
}

/** Topics that tell the agent to look at its hook first. */
const urging = new Set(['handoff', 'cold-start', 'attach']);

/** `[GAS TOWN] <recipient> <- <sender> • <YYYY-MM-DDTHH:MM> • <topic[:molecule]>`, the seed's line (seed 5, section 3), and what to do with it. */
export function formatBeacon(beacon: Beacon): string {
  const topic = beacon.molecule === undefined ? beacon.topic : `${beacon.topic}:${beacon.molecule}`;
  const line = `[GAS TOWN] ${beacon.recipient} <- ${beacon.sender} • ${formatMoment(beacon.at).slice(0, 16)} • ${topic}`;
  if (beacon.isContinued === true) return `${line}\nContext compacted. Continue your previous task.`;
  return urging.has(beacon.topic) ? `${line}\nCheck your hook and mail, then act on the hook if present.` : line;
}

/** An agent in prose: `crew max (rig: gastown)`, `mayor`. */
export function describeRecipient(agent: { role: string; name: string; rig: string | null }): string {
  const named = agent.role === 'crew' || agent.role === 'polecat' ? `${agent.role} ${agent.name}` : agent.role;
  return agent.rig === null ? named : `${named} (rig: ${agent.rig})`;
}

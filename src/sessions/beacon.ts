import { formatMoment } from '#base';

/** What a beacon says (L6). `recipient` is prose, because agents change into a folder that looks like a path. */
export interface Beacon {
  readonly recipient: string;
  readonly sender: string;
  /** In ms since 1970; told in UTC. */
  readonly at: number;
  readonly topic: string;
  readonly molecule?: string | undefined;
}

/** The first prompt of a session. `baton` is our command's absolute path: login shells reset PATH. */
export interface FirstPrompt extends Beacon {
  readonly role: string;
  readonly baton: string;
  /** Said after what the topic asks for. */
  readonly instructions?: string | undefined;
  /** The session goes on with its predecessor's conversation, which its runtime compacts. */
  readonly isContinued?: boolean | undefined;
  /** Whether the program is primed by its own start signal; one that is not must ask. */
  readonly isPrimed: boolean;
}

/** Topics that tell the agent to look at its hook first. */
const urging = new Set(['handoff', 'cold-start', 'attach']);
/** Roles that go their rounds: told of a handoff alone, such an agent would hand off again and again. */
const patrolRoles = new Set(['deacon', 'witness', 'refinery']);

/** `[GAS TOWN] <recipient> <- <sender> • <YYYY-MM-DDTHH:MM> • <topic[:molecule]>`, the seed's line (seed 5, section 3). Without a topic it is the molecule, else `ready`. */
export function formatBeacon({ recipient, sender, at, topic, molecule }: Beacon): string {
  const words = [topic, molecule ?? ''].filter((word) => word !== '').join(':');
  return `[GAS TOWN] ${recipient} <- ${sender} • ${formatMoment(at).slice(0, 16)} • ${words === '' ? 'ready' : words}`;
}

/** The beacon's line, what its topic asks for, and what was ordered to be said. A patrol role goes on with its patrol after a handoff. */
export function composePrompt(prompt: FirstPrompt): string {
  const { baton, instructions = '' } = prompt;
  const topic = prompt.topic === 'handoff' && patrolRoles.has(prompt.role) ? 'patrol' : prompt.topic;
  const lines = [formatBeacon({ ...prompt, topic })];
  if (!prompt.isPrimed) lines.push(`Run \`${baton} prime\` first: it tells who you are and what was left for you.`);
  if (prompt.isContinued === true) lines.push('Context compacted. Continue your previous task.');
  else if (urging.has(topic)) lines.push(...urge(baton));
  else if (topic === 'patrol')
    lines.push(
      `Go on with your patrol: begin the next round. \`${baton} hook\` and \`${baton} mail inbox\` tell what is new; do not hand off before a round is done.`,
    );
  if (instructions !== '') lines.push(instructions);
  return lines.join('\n');
}

/** The seed's four lines, to the letter but for the command. */
function urge(baton: string): string[] {
  return [
    'Check your hook and mail, then act on the hook if present:',
    `1. \`${baton} hook\` - shows hooked work (if any)`,
    `2. \`${baton} mail inbox\` - check for messages`,
    '3. If work is hooked → execute it immediately',
    '4. If nothing hooked → wait for instructions',
  ];
}

/** An agent in prose: `crew max (rig: gastown)`, `mayor`. */
export function describeRecipient(agent: { role: string; name: string; rig: string | null }): string {
  const named = agent.role === 'crew' || agent.role === 'polecat' ? `${agent.role} ${agent.name}` : agent.role;
  return agent.rig === null ? named : `${named} (rig: ${agent.rig})`;
}

import { readFileSync } from 'node:fs';

/** The real agents that tests drive. */
export type AgentName = 'claude' | 'codex' | 'pi' | 'gemini' | 'kimi' | 'opencode' | 'copilot' | 'kimigas';

/** Where the runner installed one (tools/install-agents.mjs), or why it is not there. */
export type Installed = { readonly version: string; readonly folder: string; readonly program: string } | { readonly missing: string };

/** What the runner says of an agent; without the runner nothing is installed. */
export function findInstalled(name: AgentName): Installed {
  const path = process.env.BATON_TEST_AGENTS;
  const told = path === undefined ? {} : (JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<AgentName, Installed>>);
  return told[name] ?? { missing: `${name} is installed by the runner: npm run test:agents -- ${name}` };
}

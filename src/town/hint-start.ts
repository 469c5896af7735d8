import type { Agent } from './agent.ts';

/** A hint that says how an agent comes to have a session; a person is none. */
export function hintStart({ address, role, desired }: Agent): string {
  if (role === 'overseer') return 'name an agent: `baton agents` lists them';
  return desired === 'parked' ? `unpark it first: \`baton agent unpark ${address}\`` : `start it first: \`baton attach ${address}\``;
}

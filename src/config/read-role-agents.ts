import { Fault } from '#base';
import { findOption } from './keys.ts';
import type { Values } from './settings.ts';

const name = 'settings/agents.json';

/**
 * What `settings/agents.json` says of roles (`role_agents`), as values of `roles.<role>.runtime`. Everything else in it, and roles that no program of
 * ours plays, are passed over. Fault `invalid` for text that is no JSON and for a runtime's name that is none.
 */
export function readRoleAgents(text: string): Values {
  const roles = text.trim() === '' ? {} : readTable(parse(text).role_agents ?? {}, '"role_agents"');
  const values: Record<string, unknown> = {};
  for (const [role, raw] of Object.entries(roles)) {
    const found = findOption(`roles.${role}.runtime`);
    if (found === undefined) continue;
    const value = found.option.kind.read(raw);
    if (value === undefined) throw unfit(`"role_agents.${role}" is ${JSON.stringify(raw)}; it must be the name of a runtime`);
    values[found.key] = value;
  }
  return values;
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw unfit(`it is no JSON: ${(cause as SyntaxError).message}`);
  }
  return readTable(raw, 'it');
}

function readTable(raw: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Readonly<Record<string, unknown>>;
  throw unfit(`${what} must be an object`);
}

function unfit(why: string): Fault {
  return new Fault('invalid', `${name}: ${why}`, { hint: 'mend it: `{"role_agents": {"mayor": "claude"}}`; or remove it' });
}

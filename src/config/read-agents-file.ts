import { Fault } from '#base';
import { findOption } from './keys.ts';
import type { Values } from './settings.ts';

const name = 'settings/agents.json';

/**
 * What `settings/agents.json` says, as values of our settings: of roles (`role_agents`) as `roles.<role>.runtime`; of agents (`agents`) their `command`
 * with its `args`, behind `env` where it sets variables, as `runtimes.<name>.command`, and `process_names` as `runtimes.<name>.processes`. Everything
 * else in it, roles that no program of ours plays and names that no runtime can have are passed over. Fault `invalid` for text that is no JSON and for
 * what is of another kind.
 */
export function readAgentsFile(text: string): Values {
  const file = text.trim() === '' ? {} : parse(text);
  const said = [...readRoles(readTable(file.role_agents, '"role_agents"')), ...readAgents(readTable(file.agents, '"agents"'))];
  const values: Record<string, unknown> = {};
  for (const { key, raw, unfitBecause } of said) {
    const found = findOption(key);
    if (found === undefined) continue;
    const value = found.option.kind.read(raw);
    if (value === undefined) throw unfit(unfitBecause);
    values[found.key] = value;
  }
  return values;
}

/** A value of one of our settings, as the file has it, and what is wrong with it where it is none. */
interface Said {
  readonly key: string;
  readonly raw: unknown;
  readonly unfitBecause: string;
}

function readRoles(roles: Table): Said[] {
  return Object.entries(roles).map(([role, raw]) => ({
    ...{ key: `roles.${role}.runtime`, raw },
    unfitBecause: `"role_agents.${role}" is ${JSON.stringify(raw)}; it must be the name of a runtime`,
  }));
}

function readAgents(agents: Table): Said[] {
  return Object.entries(agents).flatMap(([agent, raw]) => {
    const { command, args = [], env, process_names: processes } = readTable(raw, `"agents.${agent}"`);
    const variables = Object.entries(readTable(env, `"agents.${agent}.env"`)).map(([variable, value]) => `${variable}=${String(value)}`);
    const before = variables.length > 0 ? ['env', ...variables] : [];
    const said: Said[] = [];
    if (command !== undefined)
      said.push({
        ...{ key: `runtimes.${agent}.command`, raw: typeof command === 'string' && Array.isArray(args) ? [...before, command, ...args] : undefined },
        unfitBecause: `"agents.${agent}" must have a program as its "command" and a list of texts as its "args"`,
      });
    if (processes !== undefined)
      said.push({ key: `runtimes.${agent}.processes`, raw: processes, unfitBecause: `"agents.${agent}.process_names" must be a list of texts` });
    return said;
  });
}

type Table = Readonly<Record<string, unknown>>;

function parse(text: string): Table {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    throw unfit(`it is no JSON: ${(cause as SyntaxError).message}`);
  }
  return readTable(raw, 'it');
}

/** What is not there is empty. */
function readTable(raw: unknown, what: string): Table {
  if (raw === undefined) return {};
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Table;
  throw unfit(`${what} must be an object`);
}

function unfit(why: string): Fault {
  return new Fault('invalid', `${name}: ${why}`, {
    hint: 'mend it: `{"agents": {"mine": {"command": "mine", "args": []}}, "role_agents": {"mayor": "mine"}}`; or remove it',
  });
}

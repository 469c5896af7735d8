import { Fault } from '#base';
import type { Environment, PersonalSignals } from '../contract.ts';
import { asFields, type Fields, findFields } from '../json.ts';
import { hookedEvents } from './hooks.ts';
import { homeFolder } from './launch.ts';

/**
 * `hooks.json` in the person's home of Codex: a group of ours behind the person's for each event. Codex asks the person once whether to trust them. They
 * keep silent in a session that Baton started, which has its own.
 */
export function personalSignals({ env, baton }: { readonly env: Environment; readonly baton: string }): PersonalSignals {
  const home = homeFolder(env);
  if (home === undefined) throw new Fault('invalid', 'neither CODEX_HOME nor HOME says where Codex keeps its hooks', { hint: 'set HOME' });
  const path = `${home}/hooks.json`;
  return {
    path,
    add: (text) => {
      const file = text === undefined || text.trim() === '' ? {} : readFile(path, text);
      const without = withoutOurs(file);
      const ours = hookedEvents.map(({ event, signal, timeoutS }) => [event, [...(without[event] ?? []), writeGroup(`${baton} signal ${signal}`, timeoutS)]]);
      const wanted = { ...file, hooks: { ...without, ...Object.fromEntries(ours) } };
      return text !== undefined && JSON.stringify(wanted) === JSON.stringify(file) ? text : write(wanted);
    },
    remove: (text) => {
      const file = readFile(path, text);
      const kept = withoutOurs(file);
      if (JSON.stringify(kept) === JSON.stringify(asFields(file.hooks) ?? {})) return text;
      const { hooks: _ours, ...rest } = file;
      return write(Object.keys(kept).length === 0 ? rest : { ...file, hooks: kept });
    },
  };
}

/** How ours are known among the person's. */
const guard = '[ -n "$BATON_SESSION" ] || exec';

function writeGroup(command: string, timeout: number) {
  return { hooks: [{ type: 'command', command: `${guard} ${command}`, timeout }] };
}

/** The person's groups of each event that has some. */
function withoutOurs(file: Fields): Record<string, unknown[]> {
  const events = Object.entries(asFields(file.hooks) ?? {}).map(([event, groups]) => [event, listOf(groups).filter((group) => !isOurs(group))] as const);
  return Object.fromEntries(events.filter(([, groups]) => groups.length > 0));
}

function isOurs(group: unknown): boolean {
  return listOf(asFields(group)?.hooks).some((hook) => String(asFields(hook)?.command ?? '').startsWith(guard));
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function readFile(path: string, text: string): Fields {
  const fields = findFields(text);
  if (fields !== undefined) return fields;
  throw new Fault('invalid', `"${path}" is no JSON object`, { hint: 'mend it, or move it away, and say it again' });
}

function write(file: Fields): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

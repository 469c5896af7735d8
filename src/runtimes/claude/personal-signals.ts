import { Fault } from '#base';
import type { Environment, PersonalSignals } from '../contract.ts';
import { editHooks } from '../edit-hooks.ts';
import { hookedEvents, writeHooks } from './hooks.ts';
import { configFolder } from './launch.ts';

/** Signals of a tool are left out: each of them would cost every session of this person a program. */
const events = hookedEvents.filter(({ signal }) => signal !== 'pre-tool' && signal !== 'post-tool');

/** Our hooks in the person's `settings.json`. */
export function personalSignals({ env, baton }: { env: Environment; baton: string }): PersonalSignals {
  const folder = configFolder(env);
  if (folder === undefined) throw new Fault('invalid', 'the settings of Claude Code lie nowhere: neither "CLAUDE_CONFIG_DIR" nor "HOME" is set');
  return editHooks({ path: `${folder}/settings.json`, baton, write: (commandFor) => writeHooks(commandFor, events) });
}

import { Fault } from '#base';
import type { Environment, PersonalSignals } from '../contract.ts';
import { editHooks } from '../edit-hooks.ts';
import { hookedEvents } from './hooks.ts';
import { homeFolder } from './launch.ts';

/** Signals of a tool are left out: each of them would cost every session of this person a program. */
const events = hookedEvents.filter(({ signal }) => signal !== 'pre-tool' && signal !== 'post-tool');

/** Our hooks in the person's `hooks.json`; Codex asks the person once whether to trust them. */
export function personalSignals({ env, baton }: { readonly env: Environment; readonly baton: string }): PersonalSignals {
  const home = homeFolder(env);
  if (home === undefined) throw new Fault('invalid', 'the hooks of Codex lie nowhere: neither "CODEX_HOME" nor "HOME" is set');
  return editHooks({
    path: `${home}/hooks.json`,
    baton,
    write: (commandFor) =>
      Object.fromEntries(
        events.map(({ event, signal, timeoutS }) => [event, [{ hooks: [{ type: 'command', command: commandFor(signal), timeout: timeoutS }] }]]),
      ),
  });
}

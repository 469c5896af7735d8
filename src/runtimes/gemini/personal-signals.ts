import { Fault } from '#base';
import type { Environment, PersonalSignals } from '../contract.ts';
import { editHooks } from '../edit-hooks.ts';
import { hookedEvents, writeHooks } from './hooks.ts';
import { homeVariable } from './launch.ts';

/** Signals of a tool are left out: each of them would cost every session of this person a program. */
const events = hookedEvents.filter(({ signal }) => signal !== 'pre-tool' && signal !== 'post-tool');

/** Our hooks in the person's `settings.json`. */
export function personalSignals({ env, baton }: { readonly env: Environment; readonly baton: string }): PersonalSignals {
  const home = env[homeVariable] || env.HOME;
  if (!home) throw new Fault('invalid', `the settings of Gemini CLI lie nowhere: neither "${homeVariable}" nor "HOME" is set`);
  return editHooks({ path: `${home}/.gemini/settings.json`, baton, write: (commandFor) => writeHooks(commandFor, events) });
}

import { Fault } from '#base';
import type { Environment, PersonalSignals } from '../contract.ts';
import { composePlugin, isPlugin } from './plugin.ts';

/** A plugin of our own beside the person's: its whole text is ours. It keeps silent in a session that Baton started, which has its own. */
export function personalSignals({ env, baton }: { readonly env: Environment; readonly baton: string }): PersonalSignals {
  const config = env.XDG_CONFIG_HOME || (env.HOME ? `${env.HOME}/.config` : undefined);
  if (config === undefined) throw new Fault('invalid', 'the plugins of opencode lie nowhere: neither "XDG_CONFIG_HOME" nor "HOME" is set');
  const path = `${config}/opencode/plugins/baton-signals.js`;
  return {
    path,
    add: (text = '') => {
      if (text.trim() === '' || isPlugin(text)) return composePlugin({ command: [baton, 'signal'], guard: 'BATON_SESSION' });
      throw new Fault('invalid', `"${path}" is not Baton's`, { hint: 'move it away; nothing was changed' });
    },
    remove: (text) => (isPlugin(text) ? '' : text),
  };
}

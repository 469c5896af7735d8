import { Fault } from '#base';
import type { Environment, PersonalSignals } from '../contract.ts';
import { composeExtension, isExtension } from './extension.ts';
import { configFolder } from './launch.ts';

/** An extension file of our own beside the person's: its whole text is ours. It keeps silent in a session that Baton started, which has its own. */
export function personalSignals({ env, baton }: { readonly env: Environment; readonly baton: string }): PersonalSignals {
  const home = configFolder(env);
  if (home === undefined) throw new Fault('invalid', 'the extensions of pi lie nowhere: neither "PI_CODING_AGENT_DIR" nor "HOME" is set');
  const path = `${home}/extensions/baton-signals.js`;
  return {
    path,
    add: (text = '') => {
      if (text.trim() === '' || isExtension(text)) return composeExtension({ command: [baton, 'signal'], guard: 'BATON_SESSION' });
      throw new Fault('invalid', `"${path}" is not Baton's`, { hint: 'move it away; nothing was changed' });
    },
    remove: (text) => (isExtension(text) ? '' : text),
  };
}

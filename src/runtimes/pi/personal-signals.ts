import { Fault } from '#base';
import type { Environment, PersonalSignals } from '../contract.ts';
import { composeExtension } from './extension.ts';
import { configFolder } from './launch.ts';

/**
 * An extension file of our own beside the person's: its whole text is ours, and a text without us is empty. It keeps silent in a session that Baton
 * started, which has its own.
 */
export function personalSignals({ env, baton }: { readonly env: Environment; readonly baton: string }): PersonalSignals {
  const home = configFolder(env);
  if (home === undefined) throw new Fault('invalid', 'neither PI_CODING_AGENT_DIR nor HOME says where pi keeps its extensions', { hint: 'set HOME' });
  return {
    path: `${home}/extensions/baton-signals.js`,
    add: () => composeExtension({ command: [baton, 'signal'], guard: 'BATON_SESSION' }),
    remove: () => '',
  };
}

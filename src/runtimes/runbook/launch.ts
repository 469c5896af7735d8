import type { Launch, LaunchOrder } from '../contract.ts';

/** The environment name by which the program learns its window, in tokens. */
export const windowVariable = 'BATON_RUNBOOK_WINDOW';

/** The environment name by which the program learns which conversation it goes on with. */
export const resumeVariable = 'BATON_RUNBOOK_RESUME';

/** `node runbook.cjs PROMPT`; window and conversation go by environment, and no file is needed. */
export function launch(order: LaunchOrder): Launch {
  const window = order.windowTokens === undefined ? {} : { [windowVariable]: String(order.windowTokens) };
  const resumed = order.resume === undefined ? {} : { [resumeVariable]: order.resume };
  const [program = order.programs.node, ...words] = order.command ?? [order.programs.node, order.programs.runbook];
  return { argv: [program, ...words, order.prompt], env: { ...order.env, ...window, ...resumed }, files: [] };
}

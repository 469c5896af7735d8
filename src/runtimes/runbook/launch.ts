import type { Launch, LaunchOrder } from '../contract.ts';

/** The environment name by which the program learns its window, in tokens. */
export const windowVariable = 'BATON_RUNBOOK_WINDOW';

/** `node runbook.cjs PROMPT`; the window goes by environment, and no file is needed. */
export function launch(order: LaunchOrder): Launch {
  const window = order.windowTokens === undefined ? {} : { [windowVariable]: String(order.windowTokens) };
  return { argv: [order.programs.node, order.programs.runbook, order.prompt], env: { ...order.env, ...window }, files: [] };
}

import type { Launch, LaunchOrder } from '../contract.ts';

/** `node view.cjs`; who it plays is in the environment, as for every session (L5), and nobody would read a prompt. */
export function launch(order: LaunchOrder): Launch {
  const [program = order.programs.node, ...words] = order.command ?? [order.programs.node, order.programs.view];
  return { argv: [program, ...words], env: order.env, files: [] };
}

import { answers } from '../run.ts';

/** `baton nudge` */
export const sendNudge = answers({
  ask: (app, { address, text }: { address: string; text: string }) => app.nudges.send({ to: address, text }),
  print: ({ agent, kind, nudge, waits }) => (kind === 'delivered' ? `${agent} has it (${nudge.id})` : `waits for ${agent} (${nudge.id}): ${waits}`),
  ids: ({ nudge }) => [nudge.id],
});

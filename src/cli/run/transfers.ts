import { answers } from '../run.ts';

type Giving = { session?: string; into?: string; agent?: string; goal?: string };

/** `baton sessions handoff` */
export const transfer = answers({
  ask: (app, giving: Giving) => app.signals.transfer(giving),
  print: ({ handoff, session, intoSession, toAgent }) =>
    `captured ${session} (${handoff}); ${intoSession === undefined && toAgent === undefined ? 'it waits for whoever takes it' : `${intoSession ?? toAgent} is told at its next turn`}`,
  ids: ({ handoff }) => [handoff],
});

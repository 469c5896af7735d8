import { answers } from '../run.ts';

/** `baton estop` */
export const estop = answers({
  ask: (app, { reason, force }: { reason: readonly string[]; force: boolean }) => app.estop.stop({ reason: reason.join(' '), isForced: force }),
  print: ({ kind, reason, agents }) =>
    [
      `✕ the town ${kind === 'already' ? 'is stopped already' : 'is stopped'}: ${reason}`,
      agents.length === 0 ? '  nobody ran' : `  frozen: ${agents.join(', ')}`,
      '  `baton thaw` lets it go on',
    ].join('\n'),
  ids: ({ agents }) => agents,
});

/** `baton thaw` */
export const thaw = answers({
  ask: (app) => app.estop.thaw(),
  print: ({ kind, agents }) =>
    kind === 'already' ? 'the town is not stopped' : `● the town goes on; ${agents.length === 0 ? 'nobody was frozen' : `frozen were ${agents.join(', ')}`}`,
  ids: ({ agents }) => agents,
});

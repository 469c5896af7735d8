import type { Hook } from '#work/model';
import { beadLine } from '../print/bead.ts';
import { hookPage } from '../print/hook.ts';
import { answers } from '../run.ts';

/** `baton hook [BEAD]`: with a bead it is hung on first, and the answer is the hook as it is then. */
export const hook = answers({
  ask: async (app, { bead, agent }: { bead?: string; agent?: string }): Promise<Hook> => {
    if (bead !== undefined) await app.hooks.hook({ bead, agent });
    return app.hooks.read({ agent });
  },
  print: (read, page) => hookPage(page, read),
  ids: ({ bead }) => (bead === undefined ? [] : [bead.id]),
});

/** `baton unhook` */
export const unhook = answers({
  ask: (app, request: { agent?: string; reason?: string }) => app.hooks.unhook(request),
  print: (answer, page) =>
    answer.kind === 'empty' ? `nothing hung on the hook of ${answer.agent}` : `off the hook of ${answer.agent}: ${beadLine(page, answer.bead)}`,
  ids: (answer) => (answer.kind === 'empty' ? [] : [answer.bead.id]),
});

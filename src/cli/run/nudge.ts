import { Fault, minute, plural } from '#base';
import { nudgePage, nudgeTable } from '../print/nudge.ts';
import { answers, type Io } from '../run.ts';

/** `baton nudge` */
export const sendNudge = answers({
  ask: async (app, { address, text, stdin, expires }: { address: string; text?: string; stdin: boolean; expires?: number }, io) =>
    app.nudges.send({ to: address, text: await readText(io, text, stdin), expiresMs: expires === undefined ? undefined : expires * minute }),
  print: ({ agent, kind, nudge, waits }) => (kind === 'delivered' ? `${agent} has it (${nudge.id})` : `waits for ${agent} (${nudge.id}): ${waits}`),
  ids: ({ nudge }) => [nudge.id],
});

/** The last line end of what comes by stdin is that of the line, not of the text. */
async function readText(io: Io, text: string | undefined, isStdin: boolean): Promise<string> {
  if (isStdin && text !== undefined) throw new Fault('invalid', 'the text is given twice', { hint: 'leave out --stdin or TEXT' });
  if (isStdin) return (await io.readStdin()).replace(/\n$/, '');
  if (text === undefined) throw new Fault('invalid', 'TEXT is missing', { hint: 'say what is to be read, or --stdin' });
  return text;
}

/** `baton nudge list` */
export const listNudges = answers({
  ask: (app, { address, from, open, limit = 20 }: { address?: string; from?: string; open: boolean; limit?: number }) =>
    app.nudges.list({ agent: address, from, isOpenOnly: open, limit }),
  print: (nudges, page) => nudgeTable(page, nudges),
  ids: (nudges) => nudges.map(({ id }) => id),
});

/** `baton nudge show` */
export const showNudge = answers({
  ask: (app, { nudge }: { nudge: string }) => app.nudges.show(nudge),
  print: (nudge, page) => nudgePage(page, nudge),
  ids: ({ id }) => [id],
});

interface BroadcastOptions {
  readonly text?: string;
  readonly stdin: boolean;
  readonly rig?: string;
  readonly role?: string;
  readonly all: boolean;
}

/** `baton broadcast` */
export const broadcast = answers({
  ask: async (app, { text, stdin, rig, role, all }: BroadcastOptions, io) => {
    if (all && role !== undefined) throw new Fault('invalid', `every role is meant and only "${role}"`, { hint: 'leave out --all or --role' });
    return app.nudges.broadcast({ text: await readText(io, text, stdin), rig, role, isAll: all });
  },
  print: ({ nudged, passedBy }) =>
    [
      `nudged ${plural(nudged.length, 'agent')}`,
      ...nudged.map(({ agent, nudge }) => `  ${agent} (${nudge})`),
      ...passedBy.map(({ agent, why }) => `  not ${agent}: ${why}`),
    ].join('\n'),
  ids: ({ nudged }) => nudged.map(({ nudge }) => nudge),
});

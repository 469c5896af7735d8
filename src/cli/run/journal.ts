import { eventLine, feedLine, isProblem } from '../print/event.ts';
import { streams } from '../run.ts';

interface About {
  agent?: string;
  bead?: string;
  limit?: number;
  follow: boolean;
}

/** `baton events` */
export const showEvents = streams({
  follow: (app, { follow, since, type, limit = 100, ...about }: About & { since?: number; type: readonly string[] }, io) =>
    app.journal.read({ ...about, after: since, types: type, last: limit, isFollowing: follow }, io.signal),
  print: (event, page) => eventLine(page, event),
  ids: ({ seq }) => [String(seq)],
});

/** `baton feed` */
export const showFeed = streams({
  follow: async function* (app, { follow, problems, limit = 40, ...about }: About & { problems: boolean }, io) {
    // Problems are rare: the newest are looked for among many more events.
    const last = problems ? limit * 50 : limit;
    for await (const event of app.journal.read({ ...about, last, isFollowing: follow }, io.signal)) if (!problems || isProblem(event)) yield event;
  },
  print: (event, page) => feedLine(page, event),
  ids: ({ seq }) => [String(seq)],
});

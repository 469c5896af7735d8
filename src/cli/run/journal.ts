import { isEvent, type JournalFrame } from '#store/model';
import { eventLine, feedLine, isProblem, prunedLine } from '../print/event.ts';
import type { Page } from '../print/page.ts';
import { type Io, streams } from '../run.ts';

interface About {
  agent?: string;
  bead?: string;
  limit?: number;
  follow: boolean;
}

/** `baton events` */
export const showEvents = streams({
  follow: (app, { follow, since, type, limit = 100, ...about }: About & { since?: number; type: readonly string[] }, io) =>
    tellPruned(app.journal.read({ ...about, after: since, types: type, last: limit, isFollowing: follow }, io.signal), io),
  print: (frame, page) => frameLine(frame, page, eventLine),
  ids: idsOf,
});

/** `baton feed` */
export const showFeed = streams({
  follow: (app, { follow, problems, limit = 40, ...about }: About & { problems: boolean }, io) =>
    tellPruned(app.journal.read({ ...about, last: limit, isFollowing: follow, isWanted: problems ? isProblem : undefined }, io.signal), io),
  print: (frame, page) => frameLine(frame, page, feedLine),
  ids: idsOf,
});

/** People are told on stderr what is missing, so that stdout holds events alone; with `--json` it is a record of its own. */
async function* tellPruned(frames: AsyncIterable<JournalFrame>, io: Io): AsyncGenerator<JournalFrame> {
  for await (const frame of frames) {
    if (!isEvent(frame)) io.tell(prunedLine(frame));
    yield frame;
  }
}

function frameLine(frame: JournalFrame, page: Page, line: typeof eventLine): string {
  return isEvent(frame) ? line(page, frame) : '';
}

function idsOf(frame: JournalFrame): string[] {
  return isEvent(frame) ? [String(frame.seq)] : [];
}

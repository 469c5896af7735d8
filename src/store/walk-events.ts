import type { Aged } from './rules.ts';
import type { Reader } from './store.ts';

/** A page is read in a few milliseconds, after which others get their turn. */
const pageSize = 2000;

/** Seq, moment and type of every event below a `seq`, oldest first, page by page; each page sees its own moment. */
export async function* walkEvents(reader: Reader, { before = Number.MAX_SAFE_INTEGER }: { before?: number } = {}): AsyncGenerator<readonly Aged[]> {
  for (let after = 0; ; ) {
    const page = await reader
      .selectFrom('events')
      .select(['seq', 'at', 'type'])
      .where('seq', '>', after)
      .where('seq', '<', before)
      .orderBy('seq')
      .limit(pageSize)
      .execute();
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.seq;
  }
}

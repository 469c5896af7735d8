import { archiveFolder, type Conversation, listArchivedSubagents, listParts } from './archive-paths.ts';
import { listFiles } from './list-files.ts';
import { asSubagents, listSubagents } from './list-subagents.ts';
import { readPages } from './read-pages.ts';
import type { Scan } from './scan-transcript.ts';

/** A sub-agent's own words: where they lie, and when the first of them was said. */
export interface BegunSubagent {
  readonly beganAt: number;
  readonly sources: readonly Scan[];
}

/** Read at first of each: its first record tells when it began. */
const firstBytes = 16 * 1024;

/** The sub-agents of a conversation that have files of their own, or had: those that only the archive still has, too. The first to begin comes first. */
export async function listBegunSubagents(conversation: Conversation): Promise<BegunSubagent[]> {
  const { archive, path, format } = conversation;
  if (format.kind !== 'lines' || format.subagentFiles === undefined) return [];
  const found = path === undefined ? [] : listSubagents({ path, format });
  const known = found.map((each) => ({ ...each, folder: archiveFolder(archive, { ...conversation, subagent: each.name }) }));
  const folders = new Set(known.map(({ folder }) => folder));
  const gone = listArchivedSubagents(archive, conversation).filter(({ folder }) => !folders.has(folder));
  const all = [
    ...known.map((each) => listFiles(each.path, each.format, listParts(each.folder))),
    ...gone.map(({ name, folder }) => listFiles(undefined, asSubagents(format, name), listParts(folder))),
  ];
  const begun: BegunSubagent[] = [];
  for (const sources of all) begun.push({ sources, beganAt: await readBeginning(sources) });
  return begun.sort((a, b) => a.beganAt - b.beganAt);
}

async function readBeginning(sources: readonly Scan[]): Promise<number> {
  for await (const page of readPages(sources, firstBytes)) {
    const first = page.find(({ at }) => at !== undefined);
    if (first?.at !== undefined) return first.at;
  }
  return Number.POSITIVE_INFINITY;
}

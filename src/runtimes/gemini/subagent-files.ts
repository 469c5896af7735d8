import type { SubagentFiles } from '../contract.ts';
import { findFields } from '../json.ts';

/** `chats/<conversation>/<id>.jsonl`; the transcript's own name ends with the first eight characters of that conversation's id. */
export const subagentFiles: SubagentFiles = {
  patterns: (transcript) => {
    const [, folder, id] = /^(.*)\/session-[^/]*-([0-9a-zA-Z]{8})\.jsonl$/.exec(transcript) ?? [];
    return folder === undefined ? [] : [{ folder, pattern: `${id}*/*.jsonl` }];
  },
  nameOf: ({ path, firstLine }) => (findFields(firstLine())?.kind === 'subagent' ? /\/([^/]+)\.jsonl$/.exec(path)?.[1] : undefined),
};

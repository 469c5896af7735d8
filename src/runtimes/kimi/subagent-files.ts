import type { SubagentFiles } from '../contract.ts';

/** Of Kimi Code: `agents/<id>/wire.jsonl` beside the conversation's own, which is `agents/main/wire.jsonl`. */
export const subagentFiles: SubagentFiles = {
  patterns: (transcript) => {
    const folder = /^(.*\/agents)\/main\/wire\.jsonl$/.exec(transcript)?.[1];
    return folder === undefined ? [] : [{ folder, pattern: '*/wire.jsonl' }];
  },
  nameOf: ({ path }) => /\/([^/]+)\/wire\.jsonl$/.exec(path)?.[1],
};

import type { SubagentFiles } from '../contract.ts';
import { asFields, asText, findFields } from '../json.ts';

/** A sub-agent is a thread with a rollout of its own, begun later than its conversation's, whose first line names that: at any depth as its session. */
export const subagentFiles: SubagentFiles = {
  patterns: (transcript) => {
    const folder = /^(.*\/sessions)\/[^/]+\/[^/]+\/[^/]+\/rollout-[^/]*\.jsonl$/.exec(transcript)?.[1];
    return folder === undefined ? [] : [{ folder, pattern: '*/*/*/rollout-*.jsonl' }];
  },
  nameOf: ({ path, transcript, firstLine }) => {
    if (path <= transcript) return undefined;
    const conversation = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/.exec(transcript)?.[1];
    const about = asFields(findFields(firstLine())?.payload);
    const source = asFields(asFields(asFields(about?.source)?.subagent)?.thread_spawn);
    const isOwn = source !== undefined && conversation !== undefined && (about?.session_id === conversation || source.parent_thread_id === conversation);
    return isOwn ? asText(about?.id) : undefined;
  },
};

import type { SubagentFiles } from '../contract.ts';

/**
 * `<conversation>/subagents/agent-<id>.jsonl` beside the transcript, those of a workflow in a folder of its own below; older versions have them beside the
 * transcript itself. Their records carry the id of the conversation that they are of: an agent may have been taken over from another.
 */
export const subagentFiles: SubagentFiles = {
  patterns: (transcript) => {
    const folder = `${transcript.replace(/\.jsonl$/, '')}/subagents`;
    const beside = { folder: transcript.slice(0, transcript.lastIndexOf('/')), pattern: 'agent-*.jsonl' };
    return [...['agent-*.jsonl', '*/agent-*.jsonl', '*/*/agent-*.jsonl'].map((pattern) => ({ folder, pattern })), beside];
  },
  nameOf: ({ path, transcript, firstLine }) => {
    const conversation = transcript.slice(transcript.lastIndexOf('/') + 1).replace(/\.jsonl$/, '');
    const told = /"sessionId":"([^"]*)"/.exec(firstLine())?.[1];
    const isOwn = told === undefined ? path.includes(`/${conversation}/subagents/`) : told === conversation;
    return isOwn ? /\/agent-([^/]+)\.jsonl$/.exec(path)?.[1] : undefined;
  },
};

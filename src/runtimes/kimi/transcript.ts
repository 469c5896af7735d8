import type { Environment, FilePattern, LineReading } from '../contract.ts';
import { asFields, asText, findFields } from '../json.ts';
import { homeVariable } from './launch.ts';
import { readContextRow, readOldWire } from './old-transcript.ts';
import { readWire } from './wire.ts';

/** One line of `wire.jsonl`, in the form of Kimi Code or in that of the older kimi-cli, or of the older `context.jsonl`. */
export function readLine(line: string): LineReading | undefined {
  if (isNote(line)) return { entries: [] };
  const fields = findFields(line);
  if (fields === undefined) return undefined;
  if (asText(fields.type) !== undefined) return readWire(fields);
  if (asText(fields.role) !== undefined) return readContextRow(fields);
  const message = asFields(fields.message);
  return message === undefined ? undefined : readOldWire(fields, message);
}

/** It repeats what was said for whoever listens, and notes its requests and tools, a good part of the file that would take as long to parse as the rest. */
function isNote(line: string): boolean {
  return /^\{(?:"message":\{"message":|"type":"(?:llm|profile)\.)/.test(line) && line.endsWith('}');
}

/** `context.jsonl` was `context_1.jsonl`, `context_2.jsonl` and so on before compactions and reverts. */
export function earlierFiles(name: string, names: readonly string[]): readonly string[] {
  if (name !== 'context.jsonl') return [];
  return names.filter((each) => numberOf(each) !== undefined).sort((a, b) => (numberOf(a) ?? 0) - (numberOf(b) ?? 0));
}

function numberOf(name: string): number | undefined {
  const number = /^context_(\d+)\.jsonl$/.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The conversation's folder carries its id. */
export function locateTranscript({ conversation, env }: { readonly conversation: string; readonly env: Environment }): readonly FilePattern[] {
  const home = env[homeVariable] || (env.HOME ? `${env.HOME}/.kimi-code` : undefined);
  const shared = env.KIMI_SHARE_DIR || (env.HOME ? `${env.HOME}/.kimi` : undefined);
  return [
    ...(home === undefined ? [] : [{ folder: `${home}/sessions`, pattern: `*/${conversation}/agents/main/wire.jsonl` }]),
    ...(shared === undefined ? [] : [{ folder: `${shared}/sessions`, pattern: `*/${conversation}/context.jsonl` }]),
  ];
}

import { lstatSync, readSync } from 'node:fs';
import { findBelow } from '#host';
import type { LineReading, LinesFormat, TranscriptFormat } from '#runtimes/model';
import { closeFiles, openFile } from './open-files.ts';

/** The transcript of a sub-agent, in a file of its own, and how it is read: everything in it is the sub-agent's. */
export interface SubagentTranscript {
  readonly name: string;
  readonly path: string;
  readonly format: LinesFormat;
}

/** A first line says whose file it is; one with a prompt in it may be long. */
const firstLineBytesMax = 256 * 1024;

/**
 * The sub-agents of a conversation that have files of their own, by name. What is linked from another conversation is not one of them: it is that one's.
 */
export function listSubagents({ path: transcript, format }: { path: string; format: TranscriptFormat }): SubagentTranscript[] {
  const files = format.kind === 'lines' ? format.subagentFiles : undefined;
  if (format.kind !== 'lines' || files === undefined) return [];
  return files
    .patterns(transcript)
    .flatMap((pattern) => findBelow(pattern).filter((path) => path !== transcript && lstatSync(path, { throwIfNoEntry: false })?.isFile() === true))
    .flatMap((path) => {
      const name = files.nameOf({ path, transcript, firstLine: () => readFirstLine(path) });
      return name === undefined ? [] : [{ name, path, format: asSubagents(format, name) }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A format's lines as a sub-agent's: they say nothing of the conversation's own context, and no turn of theirs is one of the conversation's, or of another
 * sub-agent.
 */
export function asSubagents({ readLine }: LinesFormat, name: string): LinesFormat {
  return {
    kind: 'lines',
    readLine: (line) => {
      const reading = readLine(line);
      return reading === undefined ? undefined : markSubagents(reading, name);
    },
  };
}

function markSubagents(
  { change: _change, windowTokens: _window, failure: _failure, failedAt: _at, interruptedAt: _interrupted, undo: _undo, ...reading }: LineReading,
  name: string,
): LineReading {
  const { entries, usage } = reading;
  const marked = { ...reading, entries: entries.map((entry) => ({ subagent: name, ...entry })) };
  // A runtime that says itself whose a turn is tells it by an id that no other turn has.
  return usage === undefined || usage.subagent !== undefined ? marked : { ...marked, usage: { ...usage, id: `${name} ${usage.id}`, subagent: name } };
}

function readFirstLine(path: string): string {
  const file = openFile(path);
  if (file === undefined) return '';
  try {
    const bytes = Buffer.alloc(Math.min(firstLineBytesMax, file.size));
    const text = bytes.toString('utf8', 0, readSync(file.fd, bytes, 0, bytes.length, 0));
    const end = text.indexOf('\n');
    return end < 0 ? text : text.slice(0, end);
  } finally {
    closeFiles([file]);
  }
}

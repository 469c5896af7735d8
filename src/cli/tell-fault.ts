import { Bug, type Fault, faultTable, isFault, toFault } from '#base';
import { plain } from './print/width.ts';

/** What is told of a failure, and the exit code of its kind. */
export interface Told {
  readonly text: string;
  readonly exit: number;
}

/** A failure as stderr shows it: a sentence and a hint, or one JSON line. Only our own mistakes show their stack. */
export function tellFault(error: unknown, isJson: boolean): Told {
  const fault = toFault(error);
  const { exit } = faultTable[fault.kind];
  if (isJson) return { text: `${JSON.stringify({ fault: faultRecord(fault) })}\n`, exit };
  if (fault.kind === 'internal' && !isFault(error)) return { text: bugText(error), exit };
  const hint = fault.hint === undefined ? '' : `  hint: ${plain(clip(fault.hint))}\n`;
  return { text: `baton: ${plain(clip(fault.message))}\n${hint}`, exit };
}

function faultRecord({ kind, message, hint, details }: Fault) {
  return { kind, message: clip(message), ...(hint === undefined ? {} : { hint: clip(hint) }), ...(details === undefined ? {} : { details }) };
}

/** A sentence that quotes what somebody gave by the megabyte is still one that can be read: its middle is left out. */
function clip(text: string): string {
  return text.length <= headLength + tailLength ? text : `${text.slice(0, headLength)} … ${text.slice(-tailLength)}`;
}

const headLength = 1500;
const tailLength = 500;

function bugText(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const what = error instanceof Bug ? 'a promise inside Baton does not hold' : 'Baton met an error that it did not expect';
  return `baton: ${what}\n${plain(stack)}\n  hint: this is a mistake in Baton; please report it with the lines above\n`;
}

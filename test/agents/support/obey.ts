import type { ModelRequest } from '../../support/model-server/request.ts';
import type { Step } from '../../support/model-server/step.ts';

/** What an obedient agent leaves to its successor; found in what that one is told. */
export const leftNotes = 'Next: write the next line, as the machinist does.';

/** How large the context is that an obedient agent reports: at first, and from the moment on at which the second step is worked. */
export interface Fullness {
  readonly first: number;
  readonly later: number;
}

/**
 * A model that does what Baton says, one thing at a time: it writes the current step's line, commits and closes the step; hands off where it is told
 * to; hands its work in where every step is closed; and rests where nothing is said. A successor's context is small again.
 */
export function obey({ first, later }: Fullness): (request: ModelRequest) => Step {
  return (request) => {
    const told = toldSince(request);
    const isFull = request.results.length > 0 && !request.text.includes(leftNotes);
    const step = actOn(told);
    const waits = isFull && later > first && request.results.length > 1 && step.run !== undefined;
    return { ...step, ...(waits ? { run: `${untilMeasured}; ${step.run}` } : {}), usage: { input: isFull ? later : first } };
  };
}

/**
 * No model works four steps in as many seconds: Baton, which looks every few of them, sees how full this one is before it goes on. What a program reports it
 * may write only when the tool has ended, so that this is for the tool after it.
 */
const untilMeasured = 'until [ -e "$BATON_TOWN/.baton/run/told/$BATON_SESSION" ]; do sleep 0.1; done';

function actOn(told: string): Step {
  if (/handed off, stop here|handed in|is replaced/.test(told)) return { text: 'I stop.' };
  if (told.includes('Hand off now, before anything else')) return { run: `baton handoff -s "half the lines" -m "${leftNotes}"` };
  if (told.includes('every step is closed')) return { run: 'baton done' };
  const step = /step-\d+: (\w+)\s+← current/.exec(told)?.[1] ?? /Step \d+: (\w+)/.exec(told)?.[1];
  return step === undefined
    ? { text: 'I wait.' }
    : { run: `echo ${step} >> lines.txt && git add -A && git commit -qm "the line ${step}" && baton mol step done` };
}

/** All that was said since the last tool was called, its result included; in a fresh conversation everything. */
function toldSince({ said }: ModelRequest): string {
  const from = said.findLastIndex(({ role }) => role === 'tool');
  return said
    .slice(Math.max(from, 0))
    .map(({ text }) => text)
    .join('\n');
}

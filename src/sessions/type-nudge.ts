import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, Fault, second } from '#base';
import type { Runtime, ScreenReading } from '#runtimes';
import { captureScreen, pasteText, pressEnter, type Tmux } from '#tmux';

/** What typing into a live program takes. */
export interface NudgeDeps {
  readonly tmux: Tmux;
  readonly clock: Clock;
}

/** A text for the program in a pane, which its runtime's adapter reads the screen of. */
export interface NudgeRequest {
  readonly paneId: string;
  readonly runtime: Pick<Runtime, 'name' | 'readScreen'>;
  readonly text: string;
}

/**
 * - `typed`: the text was seen in the prompt, sent, and seen to leave it.
 * - `busy`: the program does not wait for a line, or its screen does not tell; nothing was typed.
 * - `half-typed`: somebody's line stands in the prompt; nothing was typed.
 * - `in-mode`: somebody reads in the pane's history. Nothing was typed, unless the mode was entered between paste and Enter.
 * - `not-seen`: it was typed and did not show, or Enter did not send it; what then stands in the prompt stays there.
 */
export type NudgeAnswer = 'typed' | 'busy' | 'half-typed' | 'in-mode' | 'not-seen';

/** The screen is looked at twice before anything is typed, so far apart: a prompt is drawn for a moment between two turns too. */
const steadyMs = 200;
/** How long a paste may take to show, and Enter to be obeyed, on a busy machine. */
const showMs = 3 * second;
const sendMs = second;
const lookMs = 25;
/** Some programs swallow an Enter that comes right after a paste. */
const enterCountMax = 3;

/**
 * Types a text into the empty prompt of an idle program (DESIGN.md section 10), for the daemon alone: never over a half-typed line, never Escape,
 * and Enter again only while the text is seen to stand there. Fault `unsupported` where nobody can read the runtime's screen.
 */
export async function typeNudge(deps: NudgeDeps, request: NudgeRequest): Promise<NudgeAnswer> {
  const { paneId, runtime } = request;
  if (runtime.readScreen === undefined)
    throw new Fault('unsupported', `whether the prompt of "${runtime.name}" is empty cannot be seen`, { hint: 'it is told at its next turn boundary' });
  const key = `${deps.tmux.connection.socketName} ${paneId}`;
  if (beingTyped.has(key)) return 'busy';
  beingTyped.add(key);
  try {
    return await typeAndSee(deps, request);
  } finally {
    beingTyped.delete(key);
  }
}

/** Panes that this process types into now: two texts at once would be one line. */
const beingTyped = new Set<string>();

async function typeAndSee(deps: NudgeDeps, request: NudgeRequest): Promise<NudgeAnswer> {
  const { tmux } = deps;
  const first = await read(tmux, request);
  if (first !== 'empty') return first === 'typed' ? 'half-typed' : 'busy';
  await sleep(steadyMs);
  const second = await read(tmux, request);
  if (second !== 'empty') return second === 'typed' ? 'half-typed' : 'busy';
  if ((await pasteText(tmux, request)) === 'in-mode') return 'in-mode';
  if (!(await sees(deps, request, (prompt) => prompt !== 'empty', showMs))) return 'not-seen';
  for (let count = 0; count < enterCountMax; count += 1) {
    if ((await pressEnter(tmux, request.paneId)) === 'in-mode') return 'in-mode';
    if (await sees(deps, request, (prompt) => prompt !== 'typed', sendMs)) return 'typed';
  }
  return 'not-seen';
}

type Prompt = ScreenReading['prompt'];

async function read(tmux: Tmux, { paneId, runtime }: NudgeRequest): Promise<Prompt> {
  return runtime.readScreen?.(await captureScreen(tmux, paneId)).prompt ?? 'unknown';
}

/** True as soon as the prompt is as it is waited for. */
async function sees({ tmux, clock }: NudgeDeps, request: NudgeRequest, isThere: (prompt: Prompt) => boolean, withinMs: number): Promise<boolean> {
  const deadline = clock.monotonic() + withinMs;
  for (;;) {
    if (isThere(await read(tmux, request))) return true;
    if (clock.monotonic() > deadline) return false;
    await sleep(lookMs);
  }
}

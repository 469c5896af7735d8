import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, Fault, second } from '#base';
import { fault } from '#host';
import type { Runtime, ScreenReading } from '#runtimes';
import { captureScreen, listPanes, pasteText, pressEnter, type Tmux } from '#tmux';

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
  /** Asked when the prompt was seen empty, before the first key: where it answers false nothing is typed (`refused`). */
  readonly mayPaste?: (() => Promise<boolean>) | undefined;
}

/**
 * - `typed`: the text was seen in the prompt, sent, and seen to leave it.
 * - `busy`: the program does not wait for a line, or its screen does not tell; nothing was typed.
 * - `half-typed`: somebody's line stands in the prompt; nothing was typed.
 * - `in-mode`: somebody reads in the pane's history; nothing was typed.
 * - `refused`: whoever asked did not want it any more; nothing was typed.
 * - `not-seen`: it was typed and did not show, or Enter did not send it; what then stands in the prompt stays there.
 */
export type NudgeAnswer = 'typed' | 'busy' | 'half-typed' | 'in-mode' | 'refused' | 'not-seen';

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
  if ((await request.mayPaste?.()) === false) return 'refused';
  fault('nudge.paste.before');
  if ((await pasteText(tmux, request)) === 'in-mode') return 'in-mode';
  fault('nudge.paste.after');
  if (!(await sees(deps, request, (prompt) => prompt !== 'empty', showMs))) return 'not-seen';
  return (await send(deps, request)) ? 'typed' : 'not-seen';
}

/** Presses Enter until the text is seen to leave the prompt. */
async function send(deps: NudgeDeps, request: Seen): Promise<boolean> {
  for (let count = 0; count < enterCountMax; count += 1) {
    if ((await pressEnter(deps.tmux, request.paneId)) === 'in-mode') return false;
    fault('nudge.enter.after');
    if (await seesLeave(deps, request)) return true;
  }
  return false;
}

/** Looked at twice: while it draws anew a screen may show for a moment what is no prompt. */
async function seesLeave(deps: NudgeDeps, request: Seen): Promise<boolean> {
  const isGone = (prompt: Prompt) => prompt !== 'typed';
  if (!(await sees(deps, request, isGone, sendMs))) return false;
  await sleep(steadyMs);
  return isGone(await read(deps.tmux, request));
}

/** A prompt in which a text of ours may stand: it begins with `mark`, or is that and nothing else. */
export interface TypedRequest extends Seen {
  readonly mark: string;
  readonly isWhole: boolean;
}

/**
 * Sends a text of ours that stands unsent in a prompt, where nobody is attached who may have gone on there. False where something else stands in it,
 * whatever is on the screen above, where that can't be seen, or where Enter did not send it.
 */
export async function sendTyped(deps: NudgeDeps, request: TypedRequest): Promise<boolean> {
  const { tmux } = deps;
  const { paneId, runtime } = request;
  const key = `${tmux.connection.socketName} ${paneId}`;
  if (beingTyped.has(key)) return false;
  beingTyped.add(key);
  try {
    const screen = await captureScreen(tmux, paneId);
    const pane = (await listPanes(tmux)).find((each) => each.paneId === paneId);
    const reading = runtime.readScreen?.(screen);
    if (reading?.prompt !== 'typed' || !holds(reading.typed ?? findTyped(screen), request) || pane?.isPersonAttached !== false) return false;
    return await send(deps, request);
  } finally {
    beingTyped.delete(key);
  }
}

function holds(typed: string, { mark, isWhole }: Pick<TypedRequest, 'mark' | 'isWhole'>): boolean {
  return isWhole ? typed === mark : typed.startsWith(mark);
}

/** The prompt is the last line that begins as prompts do; what was sent stands above it, looking the same. */
function findTyped(screen: string): string {
  const lines = screen.split('\n').flatMap((line) => /^[❯›]\s?(.*)$/u.exec(line)?.[1]?.trim() ?? []);
  return lines.at(-1) ?? '';
}

/**
 * Whether a program rests at an empty prompt, looked at twice. Undefined where nobody can read its screen, and where `mark` stands on it above the
 * prompt: then what was typed was taken, and may still be on its way.
 */
export async function seesRest({ tmux }: Pick<NudgeDeps, 'tmux'>, request: Seen & { readonly mark: string }): Promise<boolean | undefined> {
  const { paneId, runtime, mark } = request;
  if (runtime.readScreen === undefined) return undefined;
  if ((await read(tmux, request)) !== 'empty') return false;
  await sleep(steadyMs);
  const screen = await captureScreen(tmux, paneId);
  if (runtime.readScreen(screen).prompt !== 'empty') return false;
  return screen.includes(mark) ? undefined : true;
}

type Seen = Pick<NudgeRequest, 'paneId' | 'runtime'>;

type Prompt = ScreenReading['prompt'];

async function read(tmux: Tmux, { paneId, runtime }: Seen): Promise<Prompt> {
  return runtime.readScreen?.(await captureScreen(tmux, paneId)).prompt ?? 'unknown';
}

/** True as soon as the prompt is as it is waited for. */
async function sees({ tmux, clock }: NudgeDeps, request: Seen, isThere: (prompt: Prompt) => boolean, withinMs: number): Promise<boolean> {
  const deadline = clock.monotonic() + withinMs;
  for (;;) {
    if (isThere(await read(tmux, request))) return true;
    if (clock.monotonic() > deadline) return false;
    await sleep(lookMs);
  }
}

import { assert, Fault, shorten } from '#base';
import { quoteLine } from './quote.ts';
import { askTmux, type Tmux, type TmuxCommand } from './tmux.ts';

/** `in-mode`: somebody reads in the pane's history or has a menu open; nothing was typed. */
export type TypeAnswer = 'typed' | 'in-mode';

/** A text for a program in a pane; `paneId` is `%` and a number. */
export type TypeRequest = { readonly paneId: string; readonly text: string };

/**
 * Brings a text of any length into a pane as one paste, then presses Enter, with nobody's typing between the two. Line ends arrive as a terminal
 * sends them (CR), and a program that asked for bracketed paste is told where the text begins and ends. Faults: `invalid` for an empty text or
 * one with control characters other than line ends and tabs, `conflict` for a dead pane, `not-found` for a missing one.
 */
export async function typeLine(tmux: Tmux, { paneId, text }: TypeRequest): Promise<TypeAnswer> {
  return reach(tmux, paneId, [...paste(paneId, text), press(paneId)]);
}

/** The paste alone, for whoever looks whether it arrived before Enter is pressed. */
export async function pasteText(tmux: Tmux, { paneId, text }: TypeRequest): Promise<TypeAnswer> {
  return reach(tmux, paneId, paste(paneId, text));
}

/** Keys by their tmux names, such as `Down` or `Enter`. */
export async function pressKeys(tmux: Tmux, paneId: string, keys: readonly string[]): Promise<TypeAnswer> {
  return reach(
    tmux,
    paneId,
    keys.map((key) => ['send-keys', '-t', paneId, key]),
  );
}

/** Enter alone. */
export async function pressEnter(tmux: Tmux, paneId: string): Promise<TypeAnswer> {
  return reach(tmux, paneId, [press(paneId)]);
}

/** Of our own, so that a person's buffers stay as they are; it lives for one sequence, so that one name does for all. */
const buffer = 'baton-typing';

function paste(paneId: string, text: string): TmuxCommand[] {
  if (text.trim() === '') throw new Fault('invalid', 'an empty text cannot be typed');
  if (controls.test(text))
    throw new Fault('invalid', `"${shorten(text.replace(controlsAll, '�'), 60)}" holds control characters, which a terminal would obey`, {
      hint: 'only line ends and tabs may stand in it',
    });
  return [
    // Enter is a key of its own.
    ['set-buffer', '-b', buffer, text.replace(/\n+$/, '')],
    ['paste-buffer', '-p', '-d', '-b', buffer, '-t', paneId],
  ];
}

function press(paneId: string): TmuxCommand {
  return ['send-keys', '-t', paneId, 'Enter'];
}

/** tmux itself looks at the pane, so that nobody can open a mode or die between the look and the keys. */
async function reach(tmux: Tmux, paneId: string, commands: readonly TmuxCommand[]): Promise<TypeAnswer> {
  assert(/^%\d+$/.test(paneId), `"${paneId}" is not a pane's id`);
  const isClosed = '#{||:#{pane_in_mode},#{pane_dead}}';
  const tellWhy = quoteLine([['display-message', '-p', '-t', paneId, '#{?pane_dead,dead,in-mode}']]);
  // The first command is there to fail where the pane is missing: `if-shell` takes any other one then.
  const output = await askTmux(tmux, [
    ['has-session', '-t', paneId],
    ['if-shell', '-F', '-t', paneId, isClosed, tellWhy, quoteLine(commands)],
  ]);
  if (output === 'dead') throw new Fault('conflict', `the program in the pane ${paneId} is dead`, { hint: 'nobody is there to read it' });
  return output === 'in-mode' ? 'in-mode' : 'typed';
}

/** All but TAB and LF, also the second half of Latin-1, where terminals know one-byte escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;
const controlsAll = new RegExp(controls, 'g');

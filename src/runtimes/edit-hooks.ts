import { Fault, quoteWord } from '#base';
import type { PersonalSignals, Signal } from './contract.ts';
import { asFields, asText } from './json.ts';
import { findSpan, insertItem, type JsonSpan, locateJson, removeItem } from './json-text.ts';

/** `hooks` in the form of Claude Code, which others took over: for each event groups of commands. */
type Hooks = Readonly<Record<string, readonly object[]>>;

/** A person's file with such hooks, the `baton` that they call, and our hooks with the command for each signal. */
interface HookFile {
  readonly path: string;
  readonly baton: string;
  readonly write: (commandFor: (signal: Signal) => string) => Hooks;
}

/**
 * Our hooks in a person's file. They are added to what stands there, and known again by the form of their command, whatever path of `baton` is in it:
 * adding them again replaces those of an older installation. All else stays byte for byte.
 */
export function editHooks({ path, baton, write }: HookFile): PersonalSignals {
  const hooks = write((signal) => commandFor(baton, signal));
  return { path, add: (text) => addHooks(text === undefined || text.trim() === '' ? undefined : text, hooks), remove: removeHooks };
}

/** A session that Baton started reports by the settings of its launch; where Baton has nothing to say, or fails, the agent is not to be held up. */
function commandFor(baton: string, signal: Signal): string {
  return `[ -n "$BATON_SESSION" ] || ${quoteWord(baton)} signal ${signal} 2> /dev/null || :`;
}

const ours = /^\[ -n "\$BATON_SESSION" \] \|\| '.*' signal [a-z-]+ 2> \/dev\/null \|\| :$/s;

function addHooks(text: string | undefined, hooks: Hooks): string {
  if (text === undefined) return `${JSON.stringify({ hooks }, null, 2)}\n`;
  if (Object.entries(hooks).every(([event, groups]) => holdsOnly(text, event, JSON.stringify(groups)))) return text;
  return Object.entries(hooks).reduce((added, [event, groups]) => addHook(added, event, groups), removeHooks(text));
}

/** Whether the only groups of ours at an event are these. */
function holdsOnly(text: string, event: string, groups: string): boolean {
  const span = findSpan(locate(text), ['hooks', event]);
  const own = (span?.items ?? []).filter(({ value }) => isOurs(text, value)).map(({ value }) => JSON.parse(text.slice(value.start, value.end)) as unknown);
  return JSON.stringify(own) === groups;
}

function addHook(text: string, event: string, groups: readonly object[]): string {
  const root = locate(text);
  const hooks = findSpan(root, ['hooks']);
  if (hooks === undefined) return insertItem(text, root, `"hooks": ${JSON.stringify({ [event]: groups }, null, 2)}`);
  const list = findSpan(root, ['hooks', event]);
  if (hooks.kind !== 'object' || (list !== undefined && list.kind !== 'list')) throw misshapen(event);
  if (list === undefined) return insertItem(text, hooks, `${JSON.stringify(event)}: ${JSON.stringify(groups, null, 2)}`);
  return groups.reduce((added, group) => insertItem(added, findSpan(locate(added), ['hooks', event]) ?? list, JSON.stringify(group, null, 2)), text);
}

/** Takes out the groups of ours, then the lists and at last the `hooks` that are empty without them. */
function removeHooks(text: string): string {
  const root = locate(text);
  for (const item of findSpan(root, ['hooks'])?.items ?? []) {
    const index = item.value.items.findIndex(({ value }) => isOurs(text, value));
    if (index < 0) continue;
    const isLast = item.value.items.length === 1;
    return removeHooks(isLast ? removeKey(text, ['hooks', item.key ?? '']) : removeItem(text, item.value, index));
  }
  return text;
}

/** Removes a property, and the object that it was in where it was the only one. */
function removeKey(text: string, keys: readonly string[]): string {
  const parent = findSpan(locate(text), keys.slice(0, -1));
  const index = parent?.items.findLastIndex(({ key }) => key === keys.at(-1)) ?? -1;
  if (parent === undefined || index < 0) return text;
  return parent.items.length === 1 && keys.length > 1 ? removeKey(text, keys.slice(0, -1)) : removeItem(text, parent, index);
}

/** A group is ours where all of its commands are; a person's own command beside one of ours makes it theirs. */
function isOurs(text: string, { start, end }: JsonSpan): boolean {
  const commands = asFields(JSON.parse(text.slice(start, end)))?.hooks;
  return Array.isArray(commands) && commands.length > 0 && commands.every((command) => ours.test(asText(asFields(command)?.command) ?? ''));
}

function locate(text: string): JsonSpan {
  let root: JsonSpan;
  try {
    root = locateJson(text);
  } catch (error) {
    throw new Fault('invalid', 'the file of hooks is no JSON', { hint: 'put them right, or move them away; nothing was changed', cause: error });
  }
  if (root.kind !== 'object') throw new Fault('invalid', 'the file of hooks is no JSON object', { hint: 'put them right; nothing was changed' });
  return root;
}

function misshapen(event: string): Fault {
  return new Fault('invalid', `"hooks" or "hooks.${event}" in the file of hooks is not of the form that its program reads`, {
    hint: 'put it right; nothing was changed',
  });
}

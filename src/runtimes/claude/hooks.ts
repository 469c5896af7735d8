import type { Signal } from '../contract.ts';

/** The `hooks` of Claude Code's settings: for each event groups of commands, a group for the values that its matcher names. */
export type Hooks = Readonly<Record<string, readonly HookGroup[]>>;

/** Commands with the values of the event that they are for: tools, a start's source, a notification's type, an end's reason; without, for all. */
export interface HookGroup {
  readonly matcher?: string;
  readonly hooks: readonly { readonly type: 'command'; readonly command: string; readonly timeout: number }[];
}

/** In seconds: no handler of ours works for so long, and one that hangs is to hold the agent up no longer. */
const timeoutS = 60;

/** An event of Claude Code that is a signal of ours. */
export interface HookedEvent {
  readonly event: string;
  readonly signal: Signal;
  readonly matcher?: string;
}

/**
 * Which event is which signal. A notification is `waiting` only where a person is asked, and not where the prompt merely stands idle. An end that
 * `/clear` or a resume within the program brings is the end of a conversation and not of the session: a start follows.
 */
export const hookedEvents: readonly HookedEvent[] = [
  { event: 'SessionStart', signal: 'start' },
  { event: 'UserPromptSubmit', signal: 'prompt' },
  { event: 'PreToolUse', signal: 'pre-tool' },
  { event: 'PostToolUse', signal: 'post-tool' },
  { event: 'PreCompact', signal: 'pre-compact' },
  { event: 'Stop', signal: 'stop' },
  { event: 'StopFailure', signal: 'stop' },
  { event: 'Notification', signal: 'waiting', matcher: 'permission_prompt|elicitation_dialog|elicitation_url_dialog' },
  { event: 'SessionEnd', signal: 'end', matcher: 'logout|prompt_input_exit|bypass_permissions_disabled|other' },
];

/** The hooks that call a command for each signal. */
export function writeHooks(commandFor: (signal: Signal) => string, events: readonly HookedEvent[] = hookedEvents): Hooks {
  return Object.fromEntries(events.map((hooked) => [hooked.event, [writeGroup(hooked, commandFor(hooked.signal))]]));
}

function writeGroup({ matcher }: HookedEvent, command: string): HookGroup {
  return { ...(matcher === undefined ? {} : { matcher }), hooks: [{ type: 'command', command, timeout: timeoutS }] };
}

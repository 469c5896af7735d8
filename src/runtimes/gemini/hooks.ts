import type { Signal } from '../contract.ts';

/** The `hooks` of Gemini CLI's settings and extensions: for each event groups of commands, a group for the value that its matcher names. */
export type Hooks = Readonly<Record<string, readonly HookGroup[]>>;

export interface HookGroup {
  readonly matcher?: string;
  readonly hooks: readonly { readonly name: string; readonly type: 'command'; readonly command: string; readonly timeout: number }[];
}

/** In ms: no handler of ours works for so long, and one that hangs is to hold the agent up no longer. */
const timeoutMs = 60_000;

interface HookedEvent {
  readonly event: string;
  readonly signal: Signal;
  /** The values that it is for; each is compared whole. */
  readonly matchers?: readonly string[];
}

/**
 * Which event is which signal. `PreCompress auto` comes before every call of the model, whether anything is compressed or not, so only a compression
 * that a person asked for is told. An end that `/clear` brings is the end of a conversation and not of the session: a start follows.
 */
export const hookedEvents: readonly HookedEvent[] = [
  { event: 'SessionStart', signal: 'start' },
  { event: 'BeforeAgent', signal: 'prompt' },
  { event: 'BeforeTool', signal: 'pre-tool' },
  { event: 'AfterTool', signal: 'post-tool' },
  { event: 'PreCompress', signal: 'pre-compact', matchers: ['manual'] },
  { event: 'AfterAgent', signal: 'stop' },
  { event: 'Notification', signal: 'waiting', matchers: ['ToolPermission'] },
  { event: 'SessionEnd', signal: 'end', matchers: ['exit', 'logout', 'prompt_input_exit', 'other'] },
];

/** The hooks that call a command for each signal. */
export function writeHooks(commandFor: (signal: Signal) => string, events: readonly HookedEvent[] = hookedEvents): Hooks {
  return Object.fromEntries(events.map((hooked) => [hooked.event, writeGroups(hooked, commandFor(hooked.signal))]));
}

function writeGroups({ signal, matchers }: HookedEvent, command: string): HookGroup[] {
  const hooks = [{ name: `baton ${signal}`, type: 'command', command, timeout: timeoutMs }] as const;
  return matchers === undefined ? [{ hooks }] : matchers.map((matcher) => ({ matcher, hooks }));
}

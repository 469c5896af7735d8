import type { Signal } from '../contract.ts';

/** In seconds: no handler of ours works for so long, and one that hangs is to hold the agent up no longer. */
const timeoutS = 60;

/**
 * Which event is which signal. After a compaction a start is told, as other programs do, so that the next prompt brings the short prime. A tool that
 * failed is reported under a name of its own.
 */
const hookedEvents: readonly (readonly [event: string, signal: Signal])[] = [
  ['SessionStart', 'start'],
  ['PostCompact', 'start'],
  ['UserPromptSubmit', 'prompt'],
  ['PreToolUse', 'pre-tool'],
  ['PostToolUse', 'post-tool'],
  ['PostToolUseFailure', 'post-tool'],
  ['PreCompact', 'pre-compact'],
  ['Stop', 'stop'],
  ['StopFailure', 'stop'],
  ['PermissionRequest', 'waiting'],
  ['SessionEnd', 'end'],
];

/** The part of `config.toml` that calls a command for each signal; it may stand behind any other, unless that has `hooks = […]` in one line. */
export function writeHooks(commandFor: (signal: Signal) => string): string {
  return hookedEvents.map(([event, signal]) => table({ event, command: commandFor(signal), timeout: timeoutS })).join('\n');
}

/** A text is written in JSON, whose texts are such of TOML, too. */
function table(values: Readonly<Record<string, string | number>>): string {
  const rows = Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}\n`);
  return `[[hooks]]\n${rows.join('')}`;
}

import { readScreen as readKimiScreen } from './kimi/screen.ts';
import type { PresetForm } from './preset.ts';

/**
 * Runtimes that Baton knows as settings alone: commands, flags and process names as the original has them (FIELD/gastown.md 2.14), prompts as their
 * vendors' pages say. None of them reports signals, and none was tried here: what `runtimes.<name>.*` says goes before.
 */
export const presets: Readonly<Record<string, PresetForm>> = {
  copilot: { command: ['copilot'], bypass: ['--yolo'], resumeFlag: '--resume', promptFlag: '--interactive', processNames: ['copilot'] },
  cursor: { command: ['cursor-agent'], bypass: ['-f'], resumeFlag: '--resume', processNames: ['cursor-agent', 'agent'] },
  amp: { command: ['amp', '--no-ide'], bypass: ['--dangerously-allow-all'], processNames: ['amp'] },
  auggie: { command: ['auggie', '--allow-indexing'], resumeFlag: '--resume', processNames: ['auggie'] },
  // A wrapper around Kimi, which takes no prompt with its command.
  kimigas: { command: ['kimigas'], resumeFlag: '--session', readScreen: readKimiScreen, windowTokens: 262_144, processNames: ['python', 'kimi', 'kimi-code'] },
};

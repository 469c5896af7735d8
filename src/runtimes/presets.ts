import { homeVariable } from './kimi/launch.ts';
import { readScreen as readKimiScreen } from './kimi/screen.ts';
import type { PresetForm } from './preset.ts';

/**
 * Runtimes that Baton knows as settings alone; none of them reports signals, and what `runtimes.<name>.*` says goes before.
 *
 * - `copilot`: GitHub Copilot CLI as seen in 1.0.102. `--yolo` still asks whether the folder is to be trusted; the variable does not (decision 0028).
 *   Where its login lies differs from machine to machine, so that it is not looked for.
 * - `cursor`: its installer is not in a registry: as FIELD/gastown.md 2.14 and its vendor's pages tell.
 * - `amp`: as seen in 0.0.1790142911. It takes a word by itself for a command that it does not know, and ends; what stands on its stdin is its first
 *   message, after which it is at its terminal.
 * - `auggie`: as seen in 0.36.0. It runs commands without asking, but where its own settings say so.
 * - `kimigas`: a wrapper that hands its words to Kimi, as seen with Kimi Code 2.1.0, which takes no prompt that it goes on after.
 *
 * The arrows on their screens are written as escapes, because the hot half is ASCII (tools/build.mjs).
 */
export const presets: Readonly<Record<string, PresetForm>> = {
  copilot: {
    command: ['copilot'],
    bypass: { words: ['--yolo', '--no-ask-user'], env: { COPILOT_ALLOW_ALL: 'true' } },
    resumeWords: ['--resume'],
    prompt: { kind: 'argv', flag: '--interactive' },
    processNames: ['copilot', 'node'],
    dialogs: [
      { name: 'folder trust', sign: /Do you trust the files in this folder\?[\s\S]*\u276F 1\. Yes/, accept: ['Enter'] },
      { name: 'sign in', sign: /^Please use \/login to sign in to use Copilot/m, accept: [] },
    ],
  },
  cursor: { command: ['cursor-agent'], bypass: { words: ['-f'] }, resumeWords: ['--resume'], processNames: ['cursor-agent', 'agent'] },
  amp: {
    command: ['amp', '--no-ide'],
    bypass: { words: ['--dangerously-allow-all'] },
    resumeWords: ['threads', 'continue'],
    prompt: { kind: 'stdin' },
    processNames: ['amp'],
    login: { home: '~/.local/share/amp', files: ['secrets.json'], variables: ['AMP_API_KEY'] },
  },
  auggie: {
    command: ['auggie', '--allow-indexing'],
    resumeWords: ['--resume'],
    processNames: ['auggie', 'node'],
    login: { home: '~/.augment', files: ['session.json'], variables: ['AUGMENT_SESSION_AUTH'] },
    dialogs: [
      { name: 'sign in', sign: /^\s*\u2192 Login to continue/m, accept: [] },
      { name: 'welcome', sign: /Welcome to Augment Code! A bit of housekeeping[\s\S]*\u2192 Continue/, accept: ['Enter'] },
      { name: 'tips', sign: /Tips for using Auggie[\s\S]*\u2192 Continue/, accept: ['Enter'] },
    ],
  },
  kimigas: {
    command: ['kimigas'],
    bypass: { words: ['--auto'] },
    resumeWords: ['--session'],
    prompt: { kind: 'paste', readScreen: readKimiScreen },
    windowTokens: 262_144,
    processNames: ['kimigas', 'kimi-code', 'kimi', 'python'],
    login: { variable: homeVariable, home: '~/.kimi-code', files: ['credentials'], variables: ['KIMI_API_KEY', 'KIMI_MODEL_API_KEY'] },
  },
};

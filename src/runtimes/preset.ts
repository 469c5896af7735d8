import { contractVersion, type Launch, type LaunchOrder, type Runtime, type ScreenReading } from './contract.ts';
import { answer, ownSignals, readSignal } from './runbook/signals.ts';
import { readLine } from './runbook/transcript.ts';

/** What a runtime without an adapter is like: what Baton ships of it, or nothing but its command. */
export interface PresetForm {
  readonly command: readonly string[];
  /** Words behind the command where nobody is to be asked. */
  readonly bypass?: readonly string[];
  /** The word before the id of a conversation to go on with; without one it goes on with none. */
  readonly resumeFlag?: string;
  /** The word before the prompt, which else stands by itself. */
  readonly promptFlag?: string;
  /** For a program that takes no prompt with its command: how its screen shows where to paste it. */
  readonly readScreen?: (screen: string) => ScreenReading;
  readonly windowTokens?: number;
  readonly processNames?: readonly string[];
}

/** What settings say of a runtime that has no adapter of its own (`runtimes.<name>.*`). */
export interface Preset {
  readonly command: readonly string[] | undefined;
  readonly windowTokens: number | undefined;
  readonly processNames: readonly string[] | undefined;
  /** Whether the program calls `baton signal` by itself, in the runbook's form. */
  readonly signals: 'own' | 'none';
}

const windowTokensDefault = 200_000;
const primeBytesDefault = 10_000;

/**
 * A runtime that is known by its settings alone: the command with the prompt behind it. It reports in the runbook's form or not at all, and without
 * signals it counts as ready once it has survived for a while (L1). Where the settings name a command, that is run as it stands, with no word of ours
 * but the prompt's.
 */
export function makePreset(name: string, { command, windowTokens, processNames, signals }: Preset, form: PresetForm = { command: command ?? [name] }): Runtime {
  const [program = name, ...words] = command ?? form.command;
  return {
    contract: contractVersion,
    name,
    descriptor: {
      command: [program, ...words],
      hasModel: true,
      prompt: { kind: form.readScreen === undefined ? 'argv' : 'paste' },
      signals: signals === 'own' ? ownSignals : { kind: 'none', reported: [], carriesContext: [] },
      startSignal: { kind: signals === 'own' ? 'before-prompt' : 'none' },
      conversation: { takesId: false, resumes: form.resumeFlag !== undefined, forks: false, prints: false },
      windowTokens: windowTokens ?? form.windowTokens ?? windowTokensDefault,
      compactsAtShare: 1,
      processNames: processNames ?? (command === undefined ? form.processNames : undefined) ?? [baseName(program)],
      primeBytes: primeBytesDefault,
      login: undefined,
      quirks: [],
    },
    launch: (order) => ({ argv: composeArgv(order, { form, command: [program, ...words], isOwn: command === undefined }), env: order.env, files: [] }),
    ...(form.readScreen === undefined ? {} : { readScreen: form.readScreen }),
    readSignal,
    answer,
    transcript: { kind: 'lines', readLine },
  };
}

interface Composed {
  readonly form: PresetForm;
  readonly command: readonly [string, ...string[]];
  /** Whether the command is the one that Baton ships, whose flags are known. */
  readonly isOwn: boolean;
}

function composeArgv(order: LaunchOrder, { form, command, isOwn }: Composed): Launch['argv'] {
  const [program = command[0], ...words] = order.command ?? command;
  const bypass = isOwn && order.permissions === 'bypass' ? (form.bypass ?? []) : [];
  const resumed = order.resume === undefined || form.resumeFlag === undefined ? [] : [form.resumeFlag, order.resume];
  const asked = form.promptFlag === undefined ? [order.prompt] : [form.promptFlag, order.prompt];
  return [program, ...words, ...bypass, ...resumed, ...(form.readScreen === undefined ? asked : [])];
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

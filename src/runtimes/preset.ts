import { contractVersion, type Descriptor, type Launch, type LaunchOrder, type Runtime, type ScreenReading } from './contract.ts';
import { answer, ownSignals, readSignal } from './runbook/signals.ts';
import { readLine } from './runbook/transcript.ts';

/** What a runtime without an adapter is like: what Baton ships of it, or nothing but its command. */
export interface PresetForm {
  readonly command: readonly string[];
  /** Where nobody is to be asked: words behind the command, and variables. */
  readonly bypass?: { readonly words: readonly string[]; readonly env?: Readonly<Record<string, string>> };
  /** The words before the id of a conversation to go on with; without them it goes on with none. */
  readonly resumeWords?: readonly string[];
  /** How it takes its first prompt; without this as an argument that stands by itself. */
  readonly prompt?: PresetPrompt;
  readonly windowTokens?: number;
  readonly processNames?: readonly string[];
  readonly login?: Descriptor['login'];
  /** What its screen shows where it wants something before its first turn: a login, trust, pages that are read once. */
  readonly dialogs?: readonly (NonNullable<ScreenReading['dialog']> & { readonly sign: RegExp })[];
}

/**
 * How a runtime without an adapter takes its first prompt: as an argument behind a word; on a stdin that is a file, after which it is at its terminal;
 * or pasted, where its screen shows that its prompt is empty.
 */
export type PresetPrompt =
  | { readonly kind: 'argv'; readonly flag: string }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'paste'; readonly readScreen: (screen: string) => ScreenReading };

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
 * signals it counts as ready once it has survived for a while (L1). Where the settings name another command than the one that Baton ships, that is run as
 * it stands, with no word of ours but the prompt's and the conversation's.
 */
export function makePreset(name: string, { command, windowTokens, processNames, signals }: Preset, form: PresetForm = { command: command ?? [name] }): Runtime {
  const [program = name, ...words] = command ?? form.command;
  const isShipped = isSame([program, ...words], form.command);
  return {
    contract: contractVersion,
    name,
    descriptor: {
      command: [program, ...words],
      hasModel: true,
      prompt: { kind: form.prompt?.kind ?? 'argv' },
      signals: signals === 'own' ? ownSignals : { kind: 'none', reported: [], carriesContext: [] },
      startSignal: { kind: signals === 'own' ? 'before-prompt' : 'none' },
      conversation: { takesId: false, resumes: form.resumeWords !== undefined, forks: false, prints: false },
      windowTokens: windowTokens ?? form.windowTokens ?? windowTokensDefault,
      compactsAtShare: 1,
      processNames: processNames ?? (isShipped ? form.processNames : undefined) ?? [baseName(program)],
      primeBytes: primeBytesDefault,
      login: form.login,
      quirks: [],
    },
    launch: (order) => compose(order, form, [program, ...words]),
    ...(form.prompt?.kind === 'paste' ? { readScreen: form.prompt.readScreen } : {}),
    ...(form.dialogs === undefined ? {} : { readDialog: (screen: string) => findDialog(screen, form.dialogs) }),
    readSignal,
    answer,
    transcript: { kind: 'lines', readLine },
  };
}

function compose(order: LaunchOrder, form: PresetForm, command: readonly [string, ...string[]]): Launch {
  const [program = command[0], ...words] = order.command ?? command;
  const bypass = order.permissions === 'bypass' && isSame([program, ...words], form.command) ? form.bypass : undefined;
  const resumed = order.resume === undefined || form.resumeWords === undefined ? [] : [...form.resumeWords, order.resume];
  const argv: Launch['argv'] = [program, ...words, ...(bypass?.words ?? []), ...resumed];
  const env = { ...order.env, ...bypass?.env };
  switch (form.prompt?.kind) {
    case 'paste':
      return { argv, env, files: [] };
    case 'stdin': {
      const path = `${order.filesFolder}/prompt`;
      return { argv: ['/bin/sh', '-c', readingScript, 'sh', path, ...argv], env, files: [{ path, text: order.prompt }] };
    }
    default:
      return { argv: [...argv, ...(form.prompt === undefined ? [] : [form.prompt.flag]), order.prompt], env, files: [] };
  }
}

/** The program takes the shell's place, with the file as its stdin. */
const readingScript = `prompt=$1
shift
exec "$@" < "$prompt"
`;

function findDialog(screen: string, dialogs: PresetForm['dialogs'] = []): ScreenReading['dialog'] {
  const found = dialogs.find(({ sign }) => sign.test(screen));
  return found === undefined ? undefined : { name: found.name, accept: found.accept };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, index) => word === other[index]);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

import { contractVersion, type Runtime } from './contract.ts';
import { answer, ownSignals, readSignal } from './runbook/signals.ts';
import { readLine } from './runbook/transcript.ts';

/** What settings say of a runtime that has no adapter of its own (`runtimes.<name>.*`). */
export interface Preset {
  readonly command: readonly string[];
  readonly windowTokens: number | undefined;
  readonly processNames: readonly string[] | undefined;
  /** Whether the program calls `baton signal` by itself, in the runbook's form. */
  readonly signals: 'own' | 'none';
}

const windowTokensDefault = 200_000;
const primeBytesDefault = 10_000;

/**
 * A runtime that is known by its settings alone: the command with the prompt behind it. It reports in the runbook's form or not at all, and without
 * signals it counts as ready once it has survived for a while (L1).
 */
export function makePreset(name: string, { command, windowTokens, processNames, signals }: Preset): Runtime {
  return {
    contract: contractVersion,
    name,
    descriptor: {
      command: [command[0] ?? name, ...command.slice(1)],
      hasModel: true,
      prompt: { kind: 'argv' },
      signals: signals === 'own' ? ownSignals : { kind: 'none', reported: [], carriesContext: [] },
      startSignal: { kind: signals === 'own' ? 'before-prompt' : 'none' },
      conversation: { takesId: false, resumes: false, forks: false, prints: false },
      windowTokens: windowTokens ?? windowTokensDefault,
      compactsAtShare: 1,
      processNames: processNames ?? [baseName(command[0] ?? name)],
      primeBytes: primeBytesDefault,
      login: undefined,
      quirks: [],
    },
    launch: (order) => {
      const [program = name, ...words] = order.command ?? command;
      return { argv: [program, ...words, order.prompt], env: order.env, files: [] };
    },
    readSignal,
    answer,
    transcript: { kind: 'lines', readLine },
  };
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

import { contractVersion, type Runtime } from '../contract.ts';
import { launch } from './launch.ts';
import { readScreen } from './screen.ts';
import { answer, ownSignals, readSignal } from './signals.ts';
import { readLine } from './transcript.ts';

/**
 * Baton's own agent without a model: it runs the `run` of each step (src/runbook is the program). It calls `baton signal` by itself, primes
 * before its prompt, and never compacts, so all of its window is usable.
 */
export const runbook: Runtime = {
  contract: contractVersion,
  name: 'runbook',
  descriptor: {
    command: ['runbook'],
    hasModel: false,
    prompt: { kind: 'argv' },
    signals: ownSignals,
    startSignal: { kind: 'before-prompt' },
    conversation: { takesId: false, resumes: true, forks: false, prints: false },
    windowTokens: 200_000,
    compactsAtShare: 1,
    processNames: ['node', 'runbook'],
    primeBytes: 10_000,
    login: undefined,
    quirks: [],
  },
  launch,
  readSignal,
  answer,
  transcript: { kind: 'lines', readLine },
  readScreen,
};

import { contractVersion, type Runtime } from '../contract.ts';
import { launch } from './launch.ts';
import { answer, ownSignals, readSignal } from './signals.ts';
import { readLine } from './transcript.ts';

/**
 * What plays a role in code mode in its pane: a page of what the daemon does in the role's name, without a model (src/view is the program). It
 * calls `baton signal` by itself and primes at its start, so that start, stop and recovery are those of every other runtime (decision 0011).
 */
export const view: Runtime = {
  contract: contractVersion,
  name: 'view',
  descriptor: {
    command: ['view'],
    hasModel: false,
    prompt: { kind: 'none' },
    signals: ownSignals,
    startSignal: { kind: 'before-prompt' },
    conversation: { takesId: false, resumes: false, forks: false, prints: false },
    windowTokens: 200_000,
    compactsAtShare: 1,
    processNames: ['node', 'view'],
    primeBytes: 10_000,
    login: undefined,
    quirks: [],
  },
  launch,
  readSignal,
  answer,
  transcript: { kind: 'lines', readLine },
};

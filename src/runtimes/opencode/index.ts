import { contractVersion, type Runtime } from '../contract.ts';
import { fork, launch } from './launch.ts';
import { personalSignals } from './personal-signals.ts';
import { readScreen } from './screen.ts';
import { answer, readSignal, reportedSignals } from './signals.ts';
import { locateTranscript, query, readRow } from './transcript.ts';

/** opencode, as seen in 1.18.33 (FIELD/agents.md 3). */
export const opencode: Runtime = {
  contract: contractVersion,
  name: 'opencode',
  descriptor: {
    command: ['opencode'],
    hasModel: true,
    prompt: { kind: 'argv' },
    signals: reportedSignals,
    startSignal: { kind: 'with-prompt' },
    conversation: { takesId: false, resumes: true, forks: true, prints: true },
    windowTokens: 200_000,
    // It keeps up to 20,000 tokens for the answer.
    compactsAtShare: 0.9,
    processNames: ['opencode'],
    primeBytes: 10_000,
    login: {
      variable: 'XDG_DATA_HOME',
      home: '~/.local/share',
      files: ['opencode/auth.json'],
      variables: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'OPENROUTER_API_KEY', 'OPENCODE_API_KEY'],
    },
    quirks: [
      'Where a plugin is configured it has npm look for `@opencode-ai/plugin` at its start, and waits for that, without a network for minutes. In sessions of Baton that is one try, and none is needed; with `signals install` it is yours: `npm install --prefix ~/.config/opencode @opencode-ai/plugin` once.',
      'Where permissions are `ask`, it asks as its own settings say, which by default is next to never.',
      'It reports no end.',
      'A model that says its conversation is too long, time and again, makes it compact without end.',
      'All its conversations lie in one database; what was reverted leaves it with the next prompt.',
    ],
  },
  launch,
  fork,
  readSignal,
  answer,
  transcript: { kind: 'rows', query, readRow },
  locateTranscript,
  readScreen,
  // Behind an `@` it completes names, and takes Enter for that (1.18.33).
  changesPaste: (text) => /\t|(?:^|\s)@/.test(text),
  personalSignals,
};

import { contractVersion, type Runtime } from '../contract.ts';
import { fork, launch, locateTranscript } from './launch.ts';
import { personalSignals } from './personal-signals.ts';
import { readScreen } from './screen.ts';
import { answer, readSignal, reportedSignals } from './signals.ts';
import { readLine } from './transcript.ts';

/**
 * pi (@earendil-works/pi-coding-agent), as seen in 0.87.1 (FIELD/agents.md 4). It loads an extension of ours per launch, from a file outside of the
 * worktree; its person's own settings, extensions and logins stay as they are.
 */
export const pi: Runtime = {
  contract: contractVersion,
  name: 'pi',
  descriptor: {
    command: ['pi'],
    hasModel: true,
    prompt: { kind: 'argv' },
    signals: reportedSignals,
    startSignal: { kind: 'before-prompt' },
    conversation: { takesId: true, resumes: true, forks: true, prints: true },
    windowTokens: 200_000,
    // It keeps 16,384 tokens for an answer (`compaction.reserveTokens`): of 200,000 tokens 91.8 % are usable.
    compactsAtShare: 0.918,
    processNames: ['pi'],
    primeBytes: 10_000,
    login: {
      variable: 'PI_CODING_AGENT_DIR',
      home: '~/.pi/agent',
      files: ['auth.json', 'models.json'],
      variables: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY', 'OPENROUTER_API_KEY'],
    },
    quirks: [
      'It asks nobody before it uses its tools, so that `permissions = "ask"` decides only whether it asks if it may load what the folder holds for it in `.pi`.',
      'It writes its transcript only once the model has answered for the first time.',
      'It reports no end where a signal or a closed terminal ends it; Baton sees that by its process.',
      'It keeps translated extensions in its temporary folder (TMPDIR, `jiti`).',
      'Before 0.80.4 it does not report the end of a turn.',
    ],
  },
  launch,
  fork,
  readSignal,
  answer,
  transcript: { kind: 'lines', readLine },
  locateTranscript,
  readScreen,
  // Each tab becomes four blanks (0.87.1).
  changesPaste: (text) => text.includes('\t'),
  personalSignals,
};

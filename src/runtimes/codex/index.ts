import { contractVersion, type Runtime } from '../contract.ts';
import { fork, launch, locateTranscript } from './launch.ts';
import { personalSignals } from './personal-signals.ts';
import { readScreen } from './screen.ts';
import { answer, readSignal, reportedSignals } from './signals.ts';
import { subagentFiles } from './subagent-files.ts';
import { readLine } from './transcript.ts';

/** OpenAI's Codex, as seen in 0.169.0 (FIELD/agents.md 2). All it needs is given by overrides of one launch (decision 0020). */
export const codex: Runtime = {
  contract: contractVersion,
  name: 'codex',
  descriptor: {
    command: ['codex'],
    hasModel: true,
    prompt: { kind: 'argv' },
    signals: reportedSignals,
    startSignal: { kind: 'with-prompt' },
    conversation: { takesId: false, resumes: true, forks: true, prints: true },
    // 95 % of a window of 272,000, which is what it reports and uses.
    windowTokens: 258_400,
    // It compacts at 90 % of the whole window: 94.7 % of what it reports.
    compactsAtShare: 0.947,
    // npm's starter is a script of node.
    processNames: ['codex', 'node'],
    primeBytes: 10_000,
    login: { variable: 'CODEX_HOME', home: '~/.codex', files: ['auth.json'], variables: ['OPENAI_API_KEY', 'CODEX_API_KEY'] },
    quirks: [
      'It reports its start only with its first prompt, and no end of a turn that failed or was interrupted; the transcript and the screen tell of those.',
      'It reports no end where a signal or a closed terminal ends it; Baton sees that by its process.',
      'Where permissions are `ask`, another version of Codex may ask whether to trust the hooks that Baton hands it: they are ours.',
      'Where permissions are `ask`, its sandbox lets nothing be written outside of the worktree: commits, and commands of Baton that write, are asked for.',
      'Where permissions are `bypass`, hooks that the repository brings in `.codex` run without a review.',
      'A conversation can be gone on with in one program at a time: it keeps a lock on it.',
      'A fork names its parent and holds only what came after it.',
    ],
  },
  launch,
  fork,
  readSignal,
  answer,
  transcript: { kind: 'lines', readLine, subagentFiles },
  locateTranscript,
  readScreen,
  personalSignals,
};

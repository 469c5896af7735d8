import { contractVersion, type Runtime } from '../contract.ts';
import { fork, launch } from './launch.ts';
import { readLimits } from './limits.ts';
import { personalSignals } from './personal-signals.ts';
import { readScreen } from './screen.ts';
import { answer, readSignal, reportedSignals } from './signals.ts';
import { subagentFiles } from './subagent-files.ts';
import { locateTranscript, readLine } from './transcript.ts';

/**
 * Anthropic's Claude Code, as seen in 2.1.329 (FIELD/agents.md 1). All it needs is given per launch, in a settings file outside of the worktree that
 * Claude Code adds to its person's own settings.
 */
export const claude: Runtime = {
  contract: contractVersion,
  name: 'claude',
  descriptor: {
    command: ['claude'],
    hasModel: true,
    prompt: { kind: 'argv' },
    signals: reportedSignals,
    startSignal: { kind: 'before-prompt' },
    conversation: { takesId: true, resumes: true, forks: true, prints: true },
    // What it takes a model to have that it does not know; of the others the transcript tells.
    windowTokens: 200_000,
    // It compacts 33,000 tokens before the window's end (DESIGN.md C1).
    compactsAtShare: 0.835,
    processNames: ['claude'],
    // It replaces a longer text by its first 2 KB and the path of a file.
    primeBytes: 10_000,
    login: {
      variable: 'CLAUDE_CONFIG_DIR',
      home: '~/.claude',
      files: ['.credentials.json'],
      variables: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
    },
    quirks: [
      'As root it works without asking only where IS_SANDBOX=1 says that the machine is a sandbox: `env.pass = ["IS_SANDBOX"]` hands that on; Baton does not say it by itself.',
      'The meter goes by what its environment says of the window (CLAUDE_CODE_DISABLE_1M_CONTEXT, CLAUDE_CODE_AUTO_COMPACT_WINDOW, CLAUDE_CODE_MAX_CONTEXT_TOKENS, CLAUDE_AUTOCOMPACT_PCT_OVERRIDE), also where its own settings set that; `runtimes.claude.window` goes before.',
      'A tool that failed is reported before it runs, and not after it.',
      'After a usage limit it goes on by itself at the reset, and says so on its screen.',
      'It writes into its temporary folder (TMPDIR, CLAUDE_CODE_TMPDIR) and deletes transcripts after 30 days.',
      'Where permissions are `ask`, it asks as its own settings say (`permissions.defaultMode`).',
    ],
  },
  launch,
  fork,
  readSignal,
  answer,
  transcript: { kind: 'lines', readLine, subagentFiles },
  locateTranscript,
  readLimits,
  readScreen,
  // Each tab becomes four blanks; everything else arrives as it was, within a mark of its own around what is long.
  changesPaste: (text) => text.includes('\t'),
  personalSignals,
};

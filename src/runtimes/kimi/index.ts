import { contractVersion, type Runtime } from '../contract.ts';
import { fork, homeVariable, launch } from './launch.ts';
import { readScreen } from './screen.ts';
import { answer, readSignal, reportedSignals } from './signals.ts';
import { subagentFiles } from './subagent-files.ts';
import { earlierFiles, locateTranscript, readLine } from './transcript.ts';

/** Moonshot's Kimi Code, as seen in 2.1.0 (FIELD/agents.md 6). */
export const kimi: Runtime = {
  contract: contractVersion,
  name: 'kimi',
  descriptor: {
    command: ['kimi'],
    hasModel: true,
    prompt: { kind: 'paste' },
    signals: reportedSignals,
    startSignal: { kind: 'with-prompt' },
    conversation: { takesId: false, resumes: true, forks: true, prints: true },
    windowTokens: 262_144,
    // At 0.85, or 50,000 tokens before the end, whatever comes first: the latter with a window of 200,000.
    compactsAtShare: 0.75,
    processNames: ['kimi-code', 'kimi'],
    primeBytes: 10_000,
    login: { variable: homeVariable, home: '~/.kimi-code', files: ['credentials'], variables: ['KIMI_API_KEY', 'KIMI_MODEL_API_KEY'] },
    quirks: [
      'It takes hooks from the `config.toml` of its home alone: so each launch has a home of its own, whose `config.toml` is yours with our hooks behind it and in which all else that you have is linked. What is changed in its settings during a session is lost with it.',
      'A `config.toml` with `hooks = […]` in one line can take no others: write them as `[[hooks]]`.',
      'After a stop that was answered with "go on" it does not report the next stop of the same turn.',
      'It reports no end when it is ended by a signal, and tells at no signal where its transcript lies: that is found by the id of the conversation.',
      'It needs Node 22.19 or newer on your PATH.',
    ],
  },
  launch,
  fork,
  readSignal,
  answer,
  transcript: { kind: 'lines', readLine, earlierFiles, subagentFiles },
  locateTranscript,
  readScreen,
  // Each tab becomes four blanks (2.1.0).
  changesPaste: (text) => text.includes('\t'),
};

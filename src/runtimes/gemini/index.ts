import { contractVersion, type Runtime } from '../contract.ts';
import { fork, homeVariable, launch } from './launch.ts';
import { personalSignals } from './personal-signals.ts';
import { readScreen } from './screen.ts';
import { answer, readSignal, reportedSignals } from './signals.ts';
import { subagentFiles } from './subagent-files.ts';
import { locateTranscript, readLine } from './transcript.ts';

/** Google's Gemini CLI, as seen in 0.61.0 (FIELD/agents.md 5). */
export const gemini: Runtime = {
  contract: contractVersion,
  name: 'gemini',
  descriptor: {
    command: ['gemini'],
    hasModel: true,
    prompt: { kind: 'argv' },
    signals: reportedSignals,
    startSignal: { kind: 'before-prompt' },
    conversation: { takesId: true, resumes: true, forks: true, prints: true },
    windowTokens: 1_048_576,
    // `model.compressionThreshold` of its settings, by default.
    compactsAtShare: 0.5,
    processNames: ['node', 'gemini'],
    primeBytes: 10_000,
    login: {
      variable: homeVariable,
      home: '~',
      files: ['.gemini/oauth_creds.json'],
      variables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_APPLICATION_CREDENTIALS'],
    },
    quirks: [
      'It takes hooks from its settings alone, and settings of the system only where root owns every folder above them: so each launch has a home of its own, in which all that the person has is linked and an extension with our hooks stands beside it.',
      'A compression that it does by itself is not told: the event comes before every call of the model, whether anything is compressed or not.',
      'A conversation that was gone on with is deleted when another one starts in the same folder: going on leaves a second file of the same id, which its clean-up takes for one of an empty conversation, and all files of that id with it. The archive keeps what was said; `general.sessionRetention.enabled = false` in its settings keeps the files.',
      'It is run without its relaunch (GEMINI_CLI_NO_RELAUNCH), which would leave a process behind; it then has the memory that Node gives by default.',
      'A limit that is over within five minutes it waits out by itself, and neither its screen nor a signal says so; nor does it while it tries again after a 500.',
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

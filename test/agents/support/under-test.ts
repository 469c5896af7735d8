import type { FailureKind } from '../../support/model-server/step.ts';
import { settleClaude } from './people/claude.ts';
import { settleCodex } from './people/codex.ts';
import { settleCopilot } from './people/copilot.ts';
import { settleGemini } from './people/gemini.ts';
import { settleKimi } from './people/kimi.ts';
import { settleOpencode } from './people/opencode.ts';
import { settlePi } from './people/pi.ts';
import type { SettleIn } from './people/settled.ts';
import type { AgentName } from './real-agents.ts';

/** How an agent is tested: its person, and the words with which it answers one question without a terminal. */
export interface UnderTest {
  readonly settle: SettleIn;
  readonly asked: readonly string[];
  /** How long a limit of the test lasts, in seconds; half a minute where nothing is said. */
  readonly limitS?: number;
  /** Failures of the model from which nothing can be recognised, with the reason. */
  readonly unseen?: Partial<Record<FailureKind, string>>;
  /** The text of the program by which its person starts it, where that is a wrapper of their own around the installed one. */
  readonly wrap?: (program: string) => string;
}

/** The agents under test, a line each. */
export const underTest: Readonly<Record<AgentName, UnderTest>> = {
  claude: { settle: settleClaude, asked: ['-p', '--dangerously-skip-permissions'] },
  codex: { settle: settleCodex, asked: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'] },
  pi: { settle: settlePi, asked: ['-p'] },
  // A limit that is over within five minutes it waits out by itself, and shows nothing of it.
  gemini: { settle: settleGemini, asked: ['--yolo', '--skip-trust', '-p'], limitS: 600 },
  kimi: { settle: settleKimi, asked: ['-p'] },
  opencode: {
    ...{ settle: settleOpencode, asked: ['run'] },
    unseen: { overflow: 'where a model says so time and again it compacts without end' },
  },
  copilot: { settle: settleCopilot, asked: ['--yolo', '-p'] },
  kimigas: { settle: settleKimi, asked: ['-p'], wrap: (program) => `#!/bin/sh\n# KimiGas: Kimi Code for Gas Town.\nexec ${program} "$@"\n` },
};

/** The scripted model's window in tokens, as every person is set up. */
export const testWindow = 200_000;

import type { Chance, Clock } from '#base';
import { readAnswer, type Signal, type SignalAnswer, type SignalReport, writeSignal } from '#runtimes/model';
import type { Answer, Baton } from './ask-baton.ts';
import type { Control } from './control.ts';
import type { Conversation } from './open-conversation.ts';
import type { Setup } from './read-setup.ts';
import type { Screen } from './screen.ts';
import type { Transcript } from './transcript.ts';

/** The parts that play an agent, and what it remembers of this session. */
export interface Agent {
  readonly setup: Setup;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly baton: Baton;
  readonly control: Control;
  readonly screen: Screen;
  readonly transcript: Transcript;
  /** What every signal tells. */
  readonly conversation: Conversation;
  readonly memory: Memory;
}

/** For the handoff's notes, and for not trying in vain again. */
export interface Memory {
  /** Lines on the steps that this session worked on, oldest first. */
  readonly progress: string[];
  /** What was tried in vain and told (`keyOf`). */
  stuckOn: string | undefined;
  commandCount: number;
  /** Why it rests, as last shown. */
  restingFor: string | undefined;
}

/** A signal that can't be delivered must not hold the work up for long; only a start is waited for. */
const signalTries = 3;

/** Reports a signal, and takes up what comes back: context is read, the rest is answered. */
export async function report(agent: Agent, signal: Signal, more: SignalReport = {}): Promise<SignalAnswer> {
  const { conversation, setup } = agent;
  const input = writeSignal({ conversation: conversation.id, transcript: conversation.path, cwd: setup.cwd, ...more });
  const answer = await agent.baton.ask({ argv: ['signal', signal], input, ...(signal === 'start' ? {} : { tries: signalTries }) });
  if (answer.kind === 'failed') tellFailure(agent, `signal ${signal}`, answer);
  // A failure of Baton at the start is told on stdout, for the agent to read (DESIGN.md P5).
  const told: SignalAnswer = answer.kind === 'failed' && signal !== 'start' ? { kind: 'none' } : readAnswer(signal, answer.stdout);
  if (told.kind === 'context') {
    agent.screen.whole(told.text);
    agent.transcript.add('system', told.text);
  }
  return told;
}

/** Says on the screen that a call of `baton` failed. */
export function tellFailure(agent: Agent, what: string, failure: Extract<Answer, { kind: 'failed' }>): void {
  agent.screen.bad(`baton ${what} failed (exit ${failure.code}): ${failure.text}`);
}

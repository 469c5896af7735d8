import { join } from 'node:path';
import { formatCount, formatDuration, minute } from '#base';
import { type Agent, report } from './agent.ts';
import { isOrderToHandOff } from './hand-off.ts';
import type { Step } from './read-current.ts';
import { seenBytesMax, stepEnvironment } from './read-setup.ts';
import { describeOutcome, type Outcome, runCommand } from './run-command.ts';
import { plainText } from './screen.ts';
import { endOf, type Seen, seeOutput } from './see-output.ts';

/** What came of a step: `note` says how it went, for the step's row and the agent's closing line. */
export type Worked =
  | { readonly kind: 'done' | 'failed'; readonly note: string }
  | { readonly kind: 'interrupted' }
  /** No further tool is allowed, because this session is to be handed over: the step stays open for its successor. */
  | { readonly kind: 'full'; readonly reason: string };

interface Ran {
  readonly outcome: Outcome;
  readonly seen: Seen;
  readonly tookMs: number;
}

const timeoutMsDefault = 10 * minute;
const noteTailBytes = 600;

/** Does one step's work: its `check` is asked first, and where that does not pass, its `run` is carried out as a tool call. */
export async function workStep(agent: Agent, step: Step, cut: AbortSignal): Promise<Worked> {
  if (step.check !== undefined) {
    const { outcome } = await runShown(agent, step, step.check, cut);
    if (isGood(outcome)) return { kind: 'done', note: 'already done: its check passed' };
    if (cut.aborted) return { kind: 'interrupted' };
  }
  if (step.run === undefined) return { kind: 'failed', note: 'its check did not pass, and it has no command to run' };
  const tool = { tool: { name: 'Bash', command: step.run, input: { command: step.run } } };
  const answer = await report(agent, 'pre-tool', tool);
  if (answer.kind === 'deny') return deny(agent, answer.reason);
  if (cut.aborted) return { kind: 'interrupted' };
  const ran = await runShown(agent, step, step.run, cut);
  if (ran.outcome.kind === 'interrupted') return { kind: 'interrupted' };
  await report(agent, 'post-tool', tool);
  return { kind: isGood(ran.outcome) ? 'done' : 'failed', note: noteOf(ran) };
}

function isGood(outcome: Outcome): boolean {
  return outcome.kind === 'exited' && outcome.code === 0;
}

function deny(agent: Agent, reason: string): Worked {
  agent.screen.bad(`not allowed: ${reason}`);
  agent.transcript.add('system', `not allowed: ${reason}`);
  return isOrderToHandOff(reason) ? { kind: 'full', reason } : { kind: 'failed', note: `not allowed: ${reason}` };
}

/** Runs a command, shows it, and puts what was seen of it into the transcript. */
async function runShown(agent: Agent, step: Step, command: string, cut: AbortSignal): Promise<Ran> {
  agent.screen.command(command);
  agent.transcript.add('tool-call', command);
  agent.memory.commandCount += 1;
  const logPath = join(agent.setup.folder, `${agent.setup.session}.${fileName(step.id)}.${agent.memory.commandCount}.log`);
  const startedAt = agent.clock.monotonic();
  const env = stepEnvironment(agent.setup.env, step.vars);
  const outcome = await agent.control.hold(
    runCommand(agent, { command, cwd: agent.setup.cwd, env, logPath, timeoutMs: step.timeoutMs ?? timeoutMsDefault, cut }),
  );
  const seen = await seeOutput(logPath, seenBytesMax(agent.setup.window));
  const ran = { outcome, seen, tookMs: agent.clock.monotonic() - startedAt };
  agent.transcript.add('tool-result', seen.text, {
    exit_code: outcome.kind === 'exited' ? outcome.code : null,
    outcome: describeOutcome(outcome),
    log: logPath,
  });
  agent.screen.tail(seen.text);
  agent.screen[isGood(outcome) ? 'good' : 'bad'](inWords(ran));
  return ran;
}

function inWords({ outcome, seen, tookMs }: Ran): string {
  return `${describeOutcome(outcome)} in ${formatDuration(tookMs)}, ${formatCount(seen.bytes)} bytes of output`;
}

/** How it ended, and where it failed the end of what it said. */
function noteOf(ran: Ran): string {
  const tail = plainText(endOf(ran.seen.text, noteTailBytes)).trim();
  return isGood(ran.outcome) || tail === '' ? inWords(ran) : `${inWords(ran)}; it ended with:\n${tail}`;
}

function fileName(id: string): string {
  return id.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 64);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { faultTable, toFault } from '#base';
import { systemChance, systemClock, workingFolder } from '#host';
import type { Agent } from './agent.ts';
import { makeBaton } from './ask-baton.ts';
import { Control } from './control.ts';
import { openConversation } from './open-conversation.ts';
import { play } from './play.ts';
import { Prompts } from './prompts.ts';
import { readSetup, type Setup } from './read-setup.ts';
import { makeScreen } from './screen.ts';
import { Transcript } from './transcript.ts';

/** Longer than it takes to end a command that ignores all but SIGKILL. */
const endWaitMs = 4000;

void main();

async function main(): Promise<void> {
  process.title = 'runbook';
  try {
    process.exitCode = await run(readSetup({ env: process.env, args: process.argv.slice(2), cwd: workingFolder(process.env) }));
  } catch (error) {
    const fault = toFault(error);
    process.stderr.write(`runbook: ${fault.message}\n${fault.hint === undefined ? '' : `  ${fault.hint}\n`}`);
    if (fault.kind === 'internal') process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = faultTable[fault.kind].exit;
  }
  // The keyboard would keep the program alive.
  process.exit();
}

async function run(setup: Setup): Promise<number> {
  const control = new Control();
  const agent = build(setup, control);
  process.on('SIGINT', () => control.interrupt());
  process.on('SIGTERM', () => control.end(143));
  process.on('SIGHUP', () => control.end(129));
  agent.screen.title(`runbook · ${setup.agent} · ${setup.session} · generation ${setup.generation}`);
  const isKeyboard = process.stdin.isTTY === true;
  if (isKeyboard) takeTerminal(process.stdin, process.stdout);
  const prompts = new Prompts(process.stdin, { isKeyboard, show: (typed) => agent.screen.prompt(typed), interrupt: () => control.interrupt() });
  const code = await Promise.race([play(agent, prompts).then(() => 0), control.ended]);
  await Promise.race([control.isSettled, sleep(endWaitMs)]);
  prompts.hide();
  return code;
}

/** The program edits its line itself (`takeKeys`), and a paste tells where it ends. */
function takeTerminal(input: NodeJS.ReadStream, output: NodeJS.WriteStream): void {
  input.setRawMode(true);
  output.write('\u001B[?2004h');
}

function build(setup: Setup, control: Control): Agent {
  const parts = { clock: systemClock, chance: systemChance };
  const isColored = process.stdout.isTTY && !process.env.NO_COLOR;
  const screen = makeScreen({
    write: (text) => void process.stdout.write(text),
    isColored,
    isTerminal: process.stdout.isTTY === true,
    columns: process.stdout.columns,
  });
  const conversation = openConversation(parts, setup);
  return {
    ...parts,
    setup,
    control,
    screen,
    baton: makeBaton({ chance: systemChance, screen, ending: control.ending }, setup),
    transcript: new Transcript(parts, conversation),
    conversation,
    memory: { progress: [], stuckOn: undefined, commandCount: 0, restingFor: undefined },
  };
}
